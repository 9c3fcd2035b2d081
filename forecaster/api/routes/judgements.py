"""Judgements and the proposals that wait for a second person."""

from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from forecaster.api.access import Analyst, Reviewer, Seen
from forecaster.api.acts import judgements as acts
from forecaster.api.acts import proposals as decisions
from forecaster.api.issued import require_ladder, the_ladder
from forecaster.api.listing import as_json
from forecaster.api.parameters import AsOf, Before, Limit, Name, Number
from forecaster.api.schemas.beliefs import (
    Judged,
    JudgementForm,
    Judgements,
    NewJudgement,
    ProposalForm,
    Proposals,
    Review,
)
from forecaster.api.schemas.common import PROBLEMS
from forecaster.api.service import Surroundings
from forecaster.domain.judgement import Judgement
from forecaster.domain.proposal import ProposalState

router = APIRouter(prefix="/api/v1", tags=["judgements"], responses=PROBLEMS)


@router.get(
    "/judgements",
    operation_id="judgements",
    summary="What analysts held",
    response_model=Judgements,
)
def judgements(
    request: Request,
    service: Surroundings,
    seen: Seen,
    moment: AsOf,
    ladder: Name | None = None,
) -> Response:
    """Answer what analysts held about a ladder at `as_of` (now, if not given)."""
    name = the_ladder(service, seen, ladder)
    with service.reading() as work:
        require_ladder(service, work, seen, name)
        found = work.judgements.as_of(name, moment)
    marking = seen.marking(("ladder", name))
    head = {"ladder": name, "as_of": moment, "marking": marking}
    return as_json(request, head | {"items": [asdict(one) for one in found]})


@router.post(
    "/judgements",
    operation_id="judge",
    summary="State where a theatre stands",
    response_model=Judged,
    status_code=201,
)
def judge(request: Request, principal: Analyst, given: NewJudgement) -> Judged:
    """Record that a judged rung holds; that one is over becomes a proposal for another person."""
    made = acts.judge(
        request,
        principal,
        given.ladder,
        theatre=given.theatre,
        domain=given.domain,
        rung=given.rung,
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        evidence=given.evidence,
    )
    if isinstance(made, Judgement):
        return Judged(judgement=JudgementForm(**asdict(made)), proposal=None)
    return Judged(judgement=None, proposal=ProposalForm(**asdict(made)))


@router.get(
    "/proposals",
    operation_id="proposals",
    summary="Changes that wait for a second person",
    response_model=Proposals,
)
def proposals(
    request: Request,
    service: Surroundings,
    seen: Seen,
    ladder: Name | None = None,
    state: ProposalState | None = None,
    before: Before | None = None,
    limit: Limit = 100,
) -> Response:
    """Answer proposals about ladders that may be seen, the newest first."""
    with service.reading() as work:
        found = work.proposals.list(
            ladder, state=state, hidden=seen.hidden("ladder"), before=before, limit=limit
        )
    return as_json(request, {"items": [asdict(one) for one in found]})


@router.post(
    "/proposals/{id}/confirm",
    operation_id="confirm_proposal",
    summary="Agree to a proposal",
    response_model=JudgementForm,
)
def confirm(request: Request, principal: Reviewer, id: Number, given: Review) -> JudgementForm:
    """Agree to what another person proposed: it is recorded now, naming both."""
    made = decisions.confirm(request, principal, id, comment=given.comment)
    return JudgementForm(**asdict(made))


@router.post(
    "/proposals/{id}/decline",
    operation_id="decline_proposal",
    summary="Disagree with a proposal",
    response_model=ProposalForm,
)
def decline(request: Request, principal: Reviewer, id: Number, given: Review) -> ProposalForm:
    """Disagree with what another person proposed, and say why; nothing of it is recorded."""
    made = decisions.decline(request, principal, id, comment=given.comment)
    return ProposalForm(**asdict(made))
