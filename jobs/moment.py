"""Which day a run by hand is as of, where nobody says."""

from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.clock import end_of_day

if TYPE_CHECKING:
    from jobs.context import Context


def choose(context: "Context", *, sample: bool = False) -> tuple[datetime, str]:
    """Return the instant and the reason in words.

    It is now if the store holds a reading of a later day than the sample's last; else the end of
    that day, because probabilities as of today from readings that old would look fresh.
    """
    from forecaster.reference.load import sample_last_day

    last_day = sample_last_day()
    if not sample and _newest(context) > end_of_day(last_day):
        return context.clock(), "the present, because newer readings than the sample's are stored"
    return end_of_day(last_day), "the last day of the packaged sample of real readings"


def _newest(context: "Context") -> datetime:
    from forecaster.store.unit_of_work import UnitOfWork

    now = context.clock()
    with UnitOfWork(context.engine(), read_only=True) as work:
        seen = [work.readings.last_observed(source, now) for source in work.readings.sources()]
    return max((moment for moment in seen if moment is not None), default=_NEVER)


_NEVER = datetime.fromisoformat("1900-01-01T00:00:00+00:00")
