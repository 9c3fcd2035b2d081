"""Back up the database every day, after the report, and read the file again."""

from jobs.backups import doubts, make_backup
from jobs.context import Context
from jobs.job import Cron, Job, Outcome, Slot


def _backup(context: Context, _slot: Slot) -> Outcome:
    """Write a backup, which is proved whole before it takes its name.

    Raises:
        StoreError: it cannot be written, or does not read back; the older backups are as before.
    """
    made = make_backup(context)
    detail = f"{made.path}: {made.manifest.rows} rows, {made.size / 1e6:.1f} MB"
    doubt = doubts(made.manifest)
    return Outcome("done", f"{detail}; {doubt}" if doubt else detail, files=(made.path,))


JOB = Job(
    id="backup",
    description="Back up the database into one file, and read it again.",
    schedule=Cron("30 {hour} * * *"),
    per="once",
    run=_backup,
)
