"""Which day a run by hand is as of, where nobody says."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from forecaster.clock import end_of_day

if TYPE_CHECKING:
    from forecaster.domain.ladder import Ladder, Panel
    from jobs.context import Context


def choose(context: "Context", ladder: "Ladder", *, sample: bool = False) -> tuple[datetime, str]:
    """Return the instant and the reason in words.

    It is now if the store holds a later measure of the ladder than the sample's last day; else the
    end of that day, because probabilities as of today from readings that old would look fresh. A
    panel's own drop counts instead of the sample: its data may have ended years ago.
    """
    if ladder.panel is not None and not sample:
        return _choose_for_panel(context, ladder, ladder.panel)
    from forecaster.reference.sample_readings import sample_last_day

    last = end_of_day(sample_last_day())
    if not sample and _holds_newer(context, ladder, last):
        return context.clock(), "the present, because newer readings than the sample's are stored"
    return last, "the last day of the packaged sample of real readings"


def _choose_for_panel(context: "Context", ladder: "Ladder", panel: "Panel") -> tuple[datetime, str]:
    """Return now while the panel's drop is kept up, else the day its newest reading was known."""
    from forecaster.store.unit_of_work import UnitOfWork

    now = context.clock()
    with UnitOfWork(context.engine(), read_only=True) as work:
        newest = work.readings.last_observed(panel.source, now)
        found = work.readings.as_of(work.readings.series(panel.source), now, since=newest)
    if not len(found):
        return now, f"the present; no reading of {panel.source} is stored yet"
    known = end_of_day(found.recorded_at.max().item().date())
    drop = next(drop for drop in ladder.drops if drop.id == panel.source)
    if now - known <= timedelta(days=2 * drop.cadence_days):
        return now, f"the present, because {panel.source} is kept up"
    return known, f"the day on which the newest reading of {panel.source} was known"


def _holds_newer(context: "Context", ladder: "Ladder", last: datetime) -> bool:
    """Return whether what the ladder measures, or watches if it measures nothing, has gone on."""
    from forecaster.store.unit_of_work import UnitOfWork

    measures = [theatre.measure for theatre in ladder.theatres if theatre.measure is not None]
    series = [name for measure in measures for name in measure.series]
    series = series or [name for i in ladder.indicators for _, names in i.series for name in names]
    with UnitOfWork(context.engine(), read_only=True) as work:
        found = work.readings.as_of(series, context.clock(), since=last)
    newest = found.observed_at.max().item() if len(found) else None
    return newest is not None and newest.replace(tzinfo=UTC) > last
