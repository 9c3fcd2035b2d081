"""Stating where a theatre stands on a judged rung.

That a judged rung was entered holds at once: a warning must not wait for a second person. That one
is over, or that one thought over is not, is a proposal which another person decides on.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import Request

from forecaster.api.acts.given import past, said
from forecaster.api.acts.proposals import propose, subject_of
from forecaster.api.acts.scope import visible_ladder
from forecaster.api.record import note
from forecaster.api.service import service_of
from forecaster.domain.account import Principal
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.proposal import Proposal
from forecaster.errors import RequestError

if TYPE_CHECKING:
    from forecaster.store.unit_of_work import UnitOfWork


def judge(
    request: Request,
    principal: Principal,
    ladder_id: str,
    *,
    theatre: str,
    domain: str,
    rung: str,
    starts_at: datetime,
    ends_at: datetime | None,
    evidence: str,
) -> Judgement | Proposal:
    """Record a judgement in the name of `principal`, and return it; a proposal where one is needed.

    Raises:
        NotFoundError: no such ladder is to be seen.
        RequestError: the theatre has no such judged rung, the times do not fit, or no evidence is
            given.
    """
    service = service_of(request.app)
    now = service.clock()
    start = past(starts_at, what="the start", now=now)
    end = None if ends_at is None else past(ends_at, what="the end", now=now)
    if end is not None and end <= start:
        raise RequestError(
            f"the end {end.isoformat()} is not after the start {start.isoformat()}: check both"
        )
    with service.writing() as work:
        ladder = visible_ladder(service, work.markings.visible_to(principal), ladder_id)
        _require_judged(ladder, theatre, domain, rung)
        given = Judgement(
            ladder=ladder.id,
            theatre=theatre,
            domain=domain,
            rung=rung,
            starts_at=start,
            ends_at=end,
            author=principal.name,
            evidence=said(evidence, what="the evidence"),
            recorded_at=now,
        )
        if end is not None or _was_ended(work, given):
            made: Judgement | Proposal = propose(work, given)
            action = "judgement proposed"
        else:
            work.judgements.add([given])
            made, action = given, "judgement recorded"
        note(work, request, principal, action, subject_of(given), given.evidence)
        work.commit()
    return made


def _require_judged(ladder: Ladder, theatre: str, domain: str, rung: str) -> None:
    places = {place.id: place for place in ladder.theatres}
    if theatre not in places:
        raise RequestError(
            f"ladder {ladder.id} has no theatre {theatre!r}; there are: {', '.join(places)}"
        )
    if domain not in ladder.domains:
        raise RequestError(
            f"ladder {ladder.id} has no domain {domain!r}; there are: {', '.join(ladder.domains)}"
        )
    above = ladder.rungs_of(places[theatre], domain)[1:]
    judged = [one.id for one in above if one.resolution == "judged"]
    if rung not in judged:
        raise RequestError(
            f"{theatre} has no judged rung {rung!r} in domain {domain}; "
            f"there are: {', '.join(judged) or 'none'}"
        )


def _was_ended(work: "UnitOfWork", given: Judgement) -> bool:
    """Return whether what is given now says that something which is over is not."""
    same = (given.theatre, given.domain, given.rung, given.starts_at)
    return any(
        (held.theatre, held.domain, held.rung, held.starts_at) == same and held.ends_at is not None
        for held in work.judgements.as_of(given.ladder, given.recorded_at)
    )
