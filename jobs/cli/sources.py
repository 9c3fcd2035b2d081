"""`forecaster sources`: every source, how it stands and how good it is."""

from jobs.cli import terminal
from jobs.cli.options import DEFAULT_LADDER, AsOfOption, LadderOption, as_of_instant


def sources(ladder: LadderOption = DEFAULT_LADDER, as_of: AsOfOption = None) -> None:
    """Show every source: state, newest reading, readings stored, grade, licence, reason."""
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.health import statuses
    from jobs.watch import sources_of
    from jobs.wiring import make_context

    known = sources_of(ladder)
    context = make_context()
    moment = as_of_instant(as_of) or context.clock()
    with UnitOfWork(context.engine(), read_only=True) as work:
        found = statuses(work, known, as_of=moment)
        counts = {id: work.readings.count(id) for id in known}
    rows = [
        (
            status.source,
            status.state,
            f"{status.last_observed_at:%Y-%m-%d}" if status.last_observed_at else "never",
            counts[status.source],
            known[status.source].grade,
            known[status.source].licence,
            status.reason,
        )
        for status in found
    ]
    headings = ("source", "state", "newest", "readings", "grade", "licence", "reason")
    terminal.out(terminal.table(headings, rows))
