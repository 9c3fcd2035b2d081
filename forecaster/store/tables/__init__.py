"""Every table, by concept. Importing this package fills `base.METADATA` completely."""

from forecaster.store.tables import (
    backtests,
    beliefs,
    deliveries,
    fits,
    jobs,
    observations,
    people,
    results,
    runs,
)
from forecaster.store.tables.base import METADATA

__all__ = [
    "METADATA",
    "backtests",
    "beliefs",
    "deliveries",
    "fits",
    "jobs",
    "observations",
    "people",
    "results",
    "runs",
]
