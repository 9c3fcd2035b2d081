"""Judgements: what analysts stated, recording one, and deciding on what a colleague proposed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from forecaster.api.access import Seen
from forecaster.api.acts import judgements as acts
from forecaster.api.acts import proposals as decisions
from forecaster.api.forms import AnalystForm, ReviewerForm
from forecaster.api.pages.frame import page
from forecaster.api.pages.looking import ladder_seen
from forecaster.api.pages.navigation import ladder_address
from forecaster.api.service import Service, Surroundings
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.proposal import Proposal
from forecaster.errors import NotFoundError, RequestError
from forecaster.store.markings import Visibility

router = APIRouter(include_in_schema=False, prefix="/ladders/{id}/judgements")

_MOST = 300
_DECIDED = 20
_DONE = {
    "recorded": "The judgement is recorded; the next run will know it.",
    "proposed": "It is proposed: another person has to confirm it before it holds.",
    "confirmed": "The proposal is confirmed and recorded.",
    "declined": "The proposal is declined; nothing of it is recorded.",
}


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement; holds: whether it is the last word about its start and rung."""

    judgement: Judgement
    theatre: str
    rung: str
    holds: bool


@router.get("")
def every(
    request: Request,
    service: Surroundings,
    seen: Seen,
    id: str,
    done: str = "",
    theatre: str = "",
    rung: str = "",
    starts_at: str = "",
) -> Response:
    """Show what was stated of a ladder, what waits for a second person, and the form."""
    typed = {"theatre": theatre, "rung": rung, "starts_at": starts_at}
    return _page(request, service, seen, id, typed=typed, done=_DONE.get(done, ""))


@router.post("")
def judge(
    request: Request, service: Surroundings, seen: Seen, id: str, fields: AnalystForm
) -> Response:
    """Record a judgement, or propose it where a second person is needed."""
    domain, _, rung = fields.get("rung", "").partition("/")
    try:
        ends = fields.get("ends_at", "")
        made = acts.judge(
            request,
            seen.principal,
            id,
            theatre=fields.get("theatre", ""),
            domain=domain,
            rung=rung,
            starts_at=moment(fields.get("starts_at", ""), what="the start"),
            ends_at=moment(ends, what="the end") if ends else None,
            evidence=fields.get("evidence", ""),
        )
    except RequestError as error:
        return _page(request, service, seen, id, typed=fields, failed=str(error))
    return _back(id, "proposed" if isinstance(made, Proposal) else "recorded")


@router.post("/decide")
def decide(
    request: Request, service: Surroundings, seen: Seen, id: str, fields: ReviewerForm
) -> Response:
    """Confirm or decline what somebody else proposed."""
    number, comment = fields.get("number", ""), fields.get("comment", "")
    try:
        if not number.isascii() or not number.isdigit() or len(number) > 9:
            raise RequestError(f"a proposal has a number, got {number[:40]!r}")
        if fields.get("decision") == "confirm":
            decisions.confirm(request, seen.principal, int(number), comment=comment)
            return _back(id, "confirmed")
        decisions.decline(request, seen.principal, int(number), comment=comment)
    except (NotFoundError, RequestError) as error:
        return _page(request, service, seen, id, typed={}, failed=str(error))
    return _back(id, "declined")


def moment(text: str, *, what: str) -> datetime:
    """Return the instant of a form's field, which is in UTC.

    Raises:
        RequestError: it is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RequestError(
            f"{what} is a date and time as 2025-06-30T14:05, got {text[:40]!r}"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _page(
    request: Request,
    service: Service,
    seen: Visibility,
    id: str,
    *,
    typed: Mapping[str, str],
    failed: str = "",
    done: str = "",
) -> Response:
    with service.reading() as work:
        ladder = ladder_seen(service, work, seen, id)
        stored = work.history.judgements(id, limit=_MOST)
        held = set(work.judgements.as_of(id, service.clock()))
        proposals = work.proposals.list(id, limit=_MOST)
    values = {
        "stated": [_stated(ladder, judgement, held) for judgement in stored],
        "waiting": [p for p in proposals if p.state == "waiting"][::-1],
        "decided": [p for p in proposals if p.state != "waiting"][:_DECIDED],
        "theatres": [(theatre.id, theatre.name) for theatre in ladder.theatres],
        "rungs": _rungs(ladder),
        "typed": typed,
        "failed": failed,
        "done": done,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    marking = seen.marking(("ladder", id))
    return page(
        request,
        "judgements.html.j2",
        seen.principal,
        values,
        marking=marking,
        ladder=ladder,
        status=status,
    )


def _stated(ladder: Ladder, judgement: Judgement, held: set[Judgement]) -> Stated:
    theatres = {theatre.id: theatre.name for theatre in ladder.theatres}
    rungs = {(rung.domain, rung.id): f"{rung.order} {rung.name}" for rung in ladder.rungs}
    return Stated(
        judgement,
        theatres.get(judgement.theatre, judgement.theatre),
        rungs.get((judgement.domain, judgement.rung), judgement.rung),
        judgement in held,
    )


def _rungs(ladder: Ladder) -> list[tuple[str, str]]:
    """Return the judged rungs above the lowest of each track, as a form names them."""
    return [
        (f"{rung.domain}/{rung.id}", f"{rung.domain}: {rung.order} {rung.name}")
        for domain in ladder.domains
        for rung in ladder.track(domain)[1:]
        if rung.resolution == "judged"
    ]


def _back(id: str, done: str) -> Response:
    address = f"{ladder_address(id, 'judgements')}?done={done}"
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
