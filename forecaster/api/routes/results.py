"""The results of one run: the latest, unless another is asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Request, Response

from forecaster.api import bodies, cursors, issued, tables
from forecaster.api.access import Viewer
from forecaster.api.issued import Issue
from forecaster.api.parameters import Cursor, Day, Format, Limit, Name, Steps, day_of
from forecaster.api.record import note_read
from forecaster.api.schemas.common import FORMS, PROBLEMS
from forecaster.api.schemas.results import Results
from forecaster.api.service import Service, Surroundings
from forecaster.clock import end_of_day
from forecaster.domain.account import Principal
from forecaster.errors import RequestError
from forecaster.store.unit_of_work import UnitOfWork
from forecaster.store.views import RESULTS, Asked, Page

router = APIRouter(prefix="/api/v1", tags=["results"], responses=PROBLEMS)

_ORDER = ("theatre", "domain", "horizon_steps", "kind", "rung")
_CURSOR = (str, str, str, int, str, str)
_COLUMNS = tables.columns_of(RESULTS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which run, and which of its rows."""

    ladder: str | None
    run_id: str | None
    as_of: str | None
    since: str | None
    cursor: str | None
    where: dict[str, Any]
    limit: int


async def wanted(
    ladder: Name | None = None,
    run_id: Name | None = None,
    as_of: Day | None = None,
    since: Cursor | None = None,
    theatre: Name | None = None,
    domain: Name | None = None,
    kind: Literal["at", "reach", "fall"] | None = None,
    rung: Name | None = None,
    horizon_steps: Steps | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 1_000,
) -> Wanted:
    """Return what is asked for."""
    where = {
        "theatre": theatre,
        "domain": domain,
        "kind": kind,
        "rung": rung,
        "horizon_steps": horizon_steps,
    }
    if sum(one is not None for one in (run_id, as_of, since)) > 1:
        raise RequestError("run_id, as_of and since each name a run: give one of them")
    return Wanted(ladder, run_id, as_of, since, cursor, where, limit)


@router.get(
    "/results",
    operation_id="results",
    summary="Probabilities of one run",
    response_model=Results,
    responses=FORMS,
)
def results(
    request: Request,
    service: Surroundings,
    principal: Viewer,
    asked: Annotated[Wanted, Depends(wanted)],
    format: Format = None,
) -> Response:
    """Answer a page of the rows of one run: the latest one of a ladder unless another is named.

    `as_of` means the run with the newest `as_of` up to that day; `since` the run that was issued
    next after the answer which gave it. Poll with `If-None-Match`.
    """
    form = bodies.preferred(request, format, tables.MEDIA)
    with service.reading() as work:
        issue = _issue(request, service, principal, work, asked)
        # Where nothing is newer, the body gives back the `since` that was asked for.
        tag = bodies.tag_of(*issue.tag(), asked.where, asked.cursor, asked.since, asked.limit, form)
        head = dict(issue.headers(service))
        answer = bodies.not_changed(request, tag, head)
        if answer is not None:
            return answer
        shelf: bodies.Shelf = request.app.state.bodies
        body = shelf.get_or_make(tag, lambda: _body(service, work, issue, asked, form))
    if form != "json":
        note_read(request, principal, "export", f"results {issue.ladder} as {form}")
    return bodies.reply(request, body, tag, head | dict(bodies.next_link(request, body.next)))


def _issue(
    request: Request, service: Service, principal: Principal, work: UnitOfWork, asked: Wanted
) -> Issue:
    """Return the run that is asked for; the page after another is of that one's run."""
    if asked.ladder is not None and asked.run_id is None and not _elsewhere(asked):
        return issued.latest(request, principal, work, asked.ladder)
    seen = work.markings.visible_to(principal)
    run_id = asked.run_id
    if asked.cursor is not None:
        run_id = str(cursors.decode("results", asked.cursor, _CURSOR)[0])
    if run_id is not None:
        return issued.of_id(work, seen, run_id)
    ladder = issued.the_ladder(service, seen, asked.ladder)
    issued.require_ladder(service, work, seen, ladder)
    if asked.as_of is not None:
        return issued.of_day(work, seen, ladder, end_of_day(day_of(asked.as_of, what="as_of")))
    if asked.since is not None:
        moment, last = cursors.decode("runs", asked.since, (datetime, str))
        return issued.after(work, seen, ladder, cast(datetime, moment), str(last))
    return issued.latest(request, principal, work, ladder)


def _elsewhere(asked: Wanted) -> bool:
    return any(one is not None for one in (asked.as_of, asked.since, asked.cursor))


def _body(
    service: Service, work: UnitOfWork, issue: Issue, asked: Wanted, form: str
) -> bodies.Body:
    page = _page(work, issue, asked)
    run = issue.run
    next = None
    if page.next is not None and run is not None:
        next = cursors.encode("results", (run.run_id, *page.next))
    if form != "json":
        return bodies.body_of(tables.written(form, _COLUMNS, page.rows), tables.MEDIA[form], next)
    since = None if run is None else cursors.encode("runs", (run.issued_at, run.run_id))
    if run is None:
        since = asked.since
    content = issue.content(service) | {"items": page.rows, "next": next, "since": since}
    return bodies.body_of(bodies.dumped(content), tables.MEDIA[form], next)


def _page(work: UnitOfWork, issue: Issue, asked: Wanted) -> Page:
    """Return the rows of the page, each with the state of the run as it is now."""
    if issue.run is None:
        return Page((), None)
    after = asked.cursor and cursors.decode("results", asked.cursor, _CURSOR)[1:]
    where = asked.where | {"run_id": issue.run.run_id}
    page = work.views.page(
        Asked(RESULTS, _ORDER, where=where, after=after or None, limit=asked.limit)
    )
    present = {"state": issue.run.state, "state_reason": issue.run.state_reason}
    return Page(tuple({**row, **present} for row in page.rows), page.next)
