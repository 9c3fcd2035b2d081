"""Until when a run counts as fresh, and whether what is served is fresh and complete."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from forecaster.domain.run import Run

FRESH_FOR = timedelta(hours=36)
"""How long after its `as_of` a run counts as fresh: a day to the next daily run, and half a day
for one that is late."""


@dataclass(frozen=True, slots=True)
class Served:
    """How what is served of one ladder stands. `reason` is empty where all is well."""

    ladder: str
    run_id: str
    fresh_until: datetime | None
    fresh: bool
    complete: bool
    reason: str


def fresh_until(as_of: datetime) -> datetime:
    """Return until when a run as of that instant counts as fresh."""
    return as_of + FRESH_FOR


def served(
    ladder: str,
    run: Run | None,
    *,
    wanted: Collection[str],
    found: Collection[str],
    now: datetime,
) -> Served:
    """Return how a ladder's latest run stands: fresh, and about every theatre that is `wanted`."""
    if run is None:
        return Served(ladder, "", None, False, False, "no run is published yet: run the update")
    until = fresh_until(run.as_of)
    missing = sorted(set(wanted) - set(found))
    reasons = []
    if now > until:
        reasons.append(f"the latest run is as of {run.as_of:%Y-%m-%d %H:%M} UTC: see the jobs")
    if missing:
        reasons.append(f"the latest run says nothing of {', '.join(missing)}")
    return Served(ladder, run.run_id, until, now <= until, not missing, "; ".join(reasons))
