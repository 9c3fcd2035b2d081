"""Every table, by concept. Importing this package fills `base.METADATA` completely."""

from forecaster.store.tables import beliefs, jobs, observations, results, runs
from forecaster.store.tables.base import METADATA

__all__ = ["METADATA", "beliefs", "jobs", "observations", "results", "runs"]
