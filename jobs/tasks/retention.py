"""Remove once a week what can be made again or says nothing any more."""

from jobs.context import Context
from jobs.job import Cron, Job, Outcome, Slot
from jobs.retention import apply


def _retain(context: Context, _slot: Slot) -> Outcome:
    """Remove what the settings do not ask to keep, and say how much that was."""
    gone = [removal for removal in apply(context) if removal.count]
    if not gone:
        return Outcome("done", "nothing was to be removed")
    said = ", ".join(f"{removal.count} {removal.kind}" for removal in gone)
    return Outcome("done", f"removed {said}: {sum(r.size for r in gone) / 1e6:.1f} MB")


JOB = Job(
    id="retention",
    description="Remove old fits, backups, report files, skipped slots and checks of sources.",
    schedule=Cron("45 {hour} * * 0"),
    per="once",
    run=_retain,
)
