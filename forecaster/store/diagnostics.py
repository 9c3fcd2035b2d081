"""What the gate looked at, as columns of a row, and back."""

from dataclasses import asdict

from forecaster.domain.forecast import Diagnostics
from forecaster.store.missing import from_column, to_column
from forecaster.store.tables.base import Table

_MEASURED = ("max_rhat", "min_ess_bulk", "min_ess_tail", "min_bfmi")
_COUNTED = ("divergences", "draws")
_NAMES = tuple(Diagnostics.__dataclass_fields__)


def to_columns(diagnostics: Diagnostics | None) -> dict[str, object]:
    """Return a plain value per column, all None for what is not sampled; not-a-number is None."""
    if diagnostics is None:
        return dict.fromkeys(_NAMES)
    values = asdict(diagnostics)
    values |= {name: to_column(values[name]) for name in _MEASURED}
    values |= {name: int(values[name]) for name in _COUNTED}
    return values | {"passed": bool(values["passed"])}


def from_columns(row: Table) -> Diagnostics:
    """Return the diagnostics that a row of something sampled holds."""
    values = {name: getattr(row, name) for name in _NAMES}
    return Diagnostics(**values | {name: from_column(values[name]) for name in _MEASURED})
