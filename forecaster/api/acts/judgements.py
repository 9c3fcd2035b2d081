"""Stating where a theatre stands on a judged rung, and deciding on what a colleague proposed.

That a judged rung was entered holds at once: a warning must not wait for a second person. That one
is over, or that one thought over is not, is a proposal which another person decides on.
"""

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import Request

from forecaster.api.acts.given import past, said
from forecaster.api.acts.scope import visible_ladder
from forecaster.api.record import note
from forecaster.api.service import Service, service_of
from forecaster.domain.account import Principal
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.proposal import Proposal
from forecaster.errors import NotFoundError, RequestError
from forecaster.store.quarantine import storable

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
            made: Judgement | Proposal = _propose(work, given)
            action = "judgement proposed"
        else:
            work.judgements.add([given])
            made, action = given, "judgement recorded"
        note(work, request, principal, action, subject_of(given), given.evidence)
        work.commit()
    return made


def confirm(request: Request, principal: Principal, number: int, *, comment: str) -> Judgement:
    """Agree to a proposal of somebody else's: what it says is recorded now, naming both persons.

    Raises:
        NotFoundError: no such proposal is to be seen.
        RequestError: it is one's own, or was decided on already.
    """
    service = service_of(request.app)
    now, words = service.clock(), storable(comment).strip()
    with service.writing() as work:
        _require_visible(service, work, principal, number)
        proposal = work.proposals.confirm(number, reviewer=principal.name, comment=words, at=now)
        evidence = _with_both(proposal)
        made = replace(judgement_of(proposal), evidence=evidence, recorded_at=now)
        work.judgements.add([made])
        note(work, request, principal, "proposal confirmed", _numbered(proposal), words)
        work.commit()
    return made


def decline(request: Request, principal: Principal, number: int, *, comment: str) -> Proposal:
    """Disagree with a proposal of somebody else's, with a comment; nothing of it is recorded.

    Raises:
        NotFoundError: no such proposal is to be seen.
        RequestError: it is one's own, was decided on already, or no comment is given.
    """
    service = service_of(request.app)
    words = said(comment, what="the comment")
    with service.writing() as work:
        _require_visible(service, work, principal, number)
        proposal = work.proposals.decline(
            number, reviewer=principal.name, comment=words, at=service.clock()
        )
        note(work, request, principal, "proposal declined", _numbered(proposal), words)
        work.commit()
    return proposal


def judgement_of(proposal: Proposal) -> Judgement:
    """Return the judgement that a proposal would record, as its author gave it."""
    values: dict[str, Any] = json.loads(proposal.content)
    for name in ("starts_at", "ends_at"):
        values[name] = None if values[name] is None else datetime.fromisoformat(values[name])
    return Judgement(
        **values,
        ladder=proposal.ladder,
        author=proposal.author,
        evidence=proposal.reason,
        recorded_at=proposal.proposed_at,
    )


def subject_of(judgement: Judgement) -> str:
    """Return what a judgement is about, in one line."""
    until = "open" if judgement.ends_at is None else f"{judgement.ends_at:%Y-%m-%d %H:%M}"
    return (
        f"{judgement.ladder}/{judgement.theatre}: {judgement.domain} {judgement.rung} "
        f"from {judgement.starts_at:%Y-%m-%d %H:%M} to {until}"
    )


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


def _propose(work: "UnitOfWork", given: Judgement) -> Proposal:
    kept = asdict(given)
    content = {name: kept[name] for name in ("theatre", "domain", "rung")}
    content["starts_at"] = given.starts_at.isoformat()
    content["ends_at"] = None if given.ends_at is None else given.ends_at.isoformat()
    return work.proposals.propose(
        "judgement",
        ladder=given.ladder,
        subject=subject_of(given),
        content=json.dumps(content),
        author=given.author,
        reason=given.evidence,
        at=given.recorded_at,
    )


def _require_visible(
    service: Service, work: "UnitOfWork", principal: Principal, number: int
) -> None:
    seen = work.markings.visible_to(principal)
    if not seen.sees(("ladder", work.proposals.get(number).ladder)):
        raise NotFoundError(f"no proposal has the number {number}: list those that wait")


def _with_both(proposal: Proposal) -> str:
    said_too = f": {proposal.comment}" if proposal.comment else ""
    return (
        f"{proposal.reason} (proposed by {proposal.author}, "
        f"confirmed by {proposal.reviewer}{said_too})"
    )


def _numbered(proposal: Proposal) -> str:
    return f"{proposal.id}: {proposal.subject}"
