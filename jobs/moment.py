"""Which day a run by hand is as of, where nobody says."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from forecaster.clock import end_of_day

if TYPE_CHECKING:
    from forecaster.domain.ladder import Drop, Ladder
    from jobs.context import Context


def choose(context: "Context", ladder: "Ladder", *, sample: bool = False) -> tuple[datetime, str]:
    """Return the instant and the reason in words.

    It is now if the store holds a later measure of the ladder than the sample's last day; else the
    end of that day, because probabilities as of today from readings that old would look fresh. For
    a ladder that is measured by its own drops these count instead of the sample: their data may
    have ended years ago.
    """
    own = () if sample else _measuring_drops(context, ladder)
    if own:
        return _choose_by_drops(context, own)
    from forecaster.reference.sample_readings import sample_last_day

    last = end_of_day(sample_last_day())
    if not sample and _holds_newer(context, ladder, last):
        return context.clock(), "the present, because newer readings than the sample's are stored"
    return last, "the last day of the packaged sample of real readings"


def _measuring_drops(context: "Context", ladder: "Ladder") -> "tuple[Drop, ...]":
    """Return the ladder's drops that its panel or a stored reading of its measures comes from."""
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.watch import measured_series

    if ladder.panel is not None:
        return tuple(drop for drop in ladder.drops if drop.id == ladder.panel.source)
    measured = measured_series(ladder)
    with UnitOfWork(context.engine(), read_only=True) as work:
        return tuple(
            drop for drop in ladder.drops if measured.intersection(work.readings.series(drop.id))
        )


def _choose_by_drops(context: "Context", drops: "tuple[Drop, ...]") -> tuple[datetime, str]:
    """Return now while the drops are kept up, else the day their newest reading was known."""
    from forecaster.store.unit_of_work import UnitOfWork

    now, names = context.clock(), " and ".join(drop.id for drop in drops)
    known = []
    with UnitOfWork(context.engine(), read_only=True) as work:
        for drop in drops:
            newest = work.readings.last_observed(drop.id, now)
            found = work.readings.as_of(work.readings.series(drop.id), now, since=newest)
            known += [end_of_day(found.recorded_at.max().item().date())] if len(found) else []
    if not known:
        return now, f"the present; no reading of {names} is stored yet"
    last = max(known)
    if now - last <= timedelta(days=2 * max(drop.cadence_days for drop in drops)):
        return now, f"the present, because {names} is kept up"
    return last, f"the day on which the newest reading of {names} was known"


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
