"""The first page: every ladder with its bottom line, its freshness and what moved most."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response

from forecaster.api.access import Seen
from forecaster.api.pages.frame import page
from forecaster.api.pages.looking import (
    Shown,
    ladders_seen,
    marking_of,
    report_on,
    shown,
)
from forecaster.api.service import Surroundings
from forecaster.domain.account import Marking, closest
from forecaster.domain.ladder import Ladder
from forecaster.domain.run import Run
from forecaster.errors import ForecasterError
from forecaster.reporting.document import DailyReport
from forecaster.reporting.phrases import STEP_DAYS, counted
from forecaster.store.markings import Visibility

router = APIRouter(include_in_schema=False)

UP_TO_DATE = frozenset({"fresh", "unchanged"})
_STALE_STEPS = 1.5
"""A run that knows nothing of the last one and a half steps is marked as old."""


@dataclass(frozen=True, slots=True)
class Card:
    """A ladder on the first page. report: None where nothing is published or shown, and `why`.

    old: whether `age`, the time since the run's moment, is more than a run should be. through: the
    newest reading of any measure, None where there is none; `silent` if it is older than that.
    """

    id: str
    name: str
    marking: Marking
    run: Run | None
    report: DailyReport | None
    refused: str
    age: str
    old: bool
    through: datetime | None
    silent: bool
    fresh: int
    why: str


@router.get("/")
def overview(request: Request, service: Surroundings, seen: Seen) -> Response:
    """Show every ladder that the reader may see."""
    with service.reading() as work:
        ladders = ladders_seen(service, work, seen)
        states = {id: shown(work, seen, id) for id in ladders}
    now = service.clock()
    cards = [_card(request, seen, ladder, states[id], now) for id, ladder in ladders.items()]
    marking = closest(*(card.marking for card in cards))
    return page(request, "overview.html.j2", seen.principal, {"cards": cards}, marking=marking)


def _card(request: Request, seen: Visibility, ladder: Ladder, state: Shown, now: datetime) -> Card:
    run = state.current
    refused, _ = _report(request, seen, ladder, state.refused)
    report, why = _report(request, seen, ladder, run)
    days = 0 if run is None else max(0, (now - run.as_of).days)
    most = _STALE_STEPS * STEP_DAYS[ladder.step]
    through = None if report is None else _measured_through(report)
    return Card(
        id=ladder.id,
        name=ladder.name,
        marking=seen.marking(("ladder", ladder.id)) if run is None else marking_of(seen, run),
        run=run,
        report=report,
        refused="" if refused is None else refused.head.notice,
        age=counted(days, "day") if days else "",
        old=days > most,
        through=through,
        silent=through is not None and (now - through).days > most,
        fresh=0 if report is None else sum(row.state in UP_TO_DATE for row in report.sources),
        why=why,
    )


def _measured_through(report: DailyReport) -> datetime | None:
    seen = (row.observed_through for row in report.rows if row.measure is not None)
    return max((moment for moment in seen if moment is not None), default=None)


def _report(
    request: Request, seen: Visibility, ladder: Ladder, run: Run | None
) -> tuple[DailyReport | None, str]:
    """Return the report on a run, or why there is none: what fails is of this ladder alone."""
    if run is None:
        return None, f"Nothing is published yet: run `forecaster daily --ladder {ladder.id}`."
    try:
        return report_on(request, seen, run), ""
    except ForecasterError as error:
        return None, f"This ladder cannot be shown: {error}."
