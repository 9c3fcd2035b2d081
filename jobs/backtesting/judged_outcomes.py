"""What happened in a domain judged throughout, as it stood when it was due to be settled."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from forecaster.clock import end_of_day
from forecaster.errors import PlanError
from jobs.backtesting.origins import resolved_by
from jobs.context import Context
from jobs.known import readings_as_of

if TYPE_CHECKING:
    from forecaster.domain.backtest import Outcomes, Plan
    from forecaster.domain.ladder import Ladder


def require_due(ladder: "Ladder", plan: "Plan", now: datetime) -> None:
    """Do nothing if every step of the plan is due to be settled by now.

    What has not been judged by then did not happen; of a later step nothing is known yet.

    Raises:
        PlanError: a step is due later.
    """
    due = resolved_by(plan, ladder)
    if due > now:
        raise PlanError(
            f"the last outcome of plan {plan.id} is settled by {due:%Y-%m-%d}, and judged rungs "
            "that nobody has stated yet are not known to be quiet: give an earlier `last`"
        )


def resolve_judged(context: Context, ladder: "Ladder", plan: "Plan") -> "Outcomes":
    """Return the rung in force at the end of each step, by what was recorded when it was due.

    A step that ended before the ladder starts is unseen: nobody kept the record then. There is no
    measure.
    """
    import numpy as np

    from forecaster.domain.backtest import Outcomes
    from forecaster.reference.panel import open_panel
    from forecaster.store.unit_of_work import UnitOfWork
    from models.inputs import resolved_judged

    last = max(resolved_by(plan, ladder), end_of_day(ladder.starts))
    wait = timedelta(days=plan.resolve_after_days)
    ends = [end for end in _ends(ladder, plan.first, last) if end + wait <= last]
    with UnitOfWork(context.engine(), read_only=True) as work:
        readings = readings_as_of(work, ladder, last)
        opened = open_panel(ladder, readings, as_of=last, since=end_of_day(plan.first))
        found = resolved_judged(opened, plan.domain, (), last)
        rung = np.full((len(found.theatres), len(ends)), -1)
        for step, end in enumerate(ends):
            if end.date() >= ladder.starts:
                judgements = work.judgements.as_of(ladder.id, end + wait)
                rung[:, step] = resolved_judged(opened, plan.domain, judgements, end).held[-1]
    return Outcomes(
        theatres=found.theatres,
        rungs=found.rungs,
        ends=tuple(ends),
        rung=rung,
        measure=np.full(rung.shape, np.nan),
    )


def _ends(ladder: "Ladder", first: date, last: datetime) -> Iterator[datetime]:
    """Yield the ends of steps from the one of the first day to that of the last moment."""
    import numpy as np

    from models.inputs.calendar import make_calendar

    calendar = make_calendar(step=ladder.step, starts=ladder.starts, as_of=last)
    step = int(calendar.step_of(np.array([first], dtype="datetime64[D]"))[0])
    yield from (calendar.end_of(t) for t in range(step, calendar.last + 1))
