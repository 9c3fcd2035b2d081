"""What a second person decides on: proposing a judgement, agreeing to it, and disagreeing."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import Request

from forecaster.api.acts.given import said
from forecaster.api.record import note
from forecaster.api.service import Service, service_of
from forecaster.domain.account import Principal
from forecaster.domain.judgement import Judgement
from forecaster.domain.proposal import Proposal
from forecaster.errors import NotFoundError
from forecaster.store.quarantine import storable

if TYPE_CHECKING:
    from forecaster.store.unit_of_work import UnitOfWork


def propose(work: "UnitOfWork", given: Judgement) -> Proposal:
    """Store what is given as a proposal, which waits for somebody else."""
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
        made = replace(_judgement_of(proposal), evidence=evidence, recorded_at=now)
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


def _judgement_of(proposal: Proposal) -> Judgement:
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
