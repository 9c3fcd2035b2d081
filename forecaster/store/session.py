"""The three verbs with which a database is opened; behind them `engine` and `schema`."""

from forecaster.store.engine import make_engine
from forecaster.store.schema import migrate, require_current

__all__ = ["make_engine", "migrate", "require_current"]
