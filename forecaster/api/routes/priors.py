"""Priors: those in force, their history, setting one, and what they expect before any data."""

import math
from typing import Any

from fastapi import APIRouter, Request, Response

from forecaster.api.access import Analyst, Seen
from forecaster.api.acts import priors as acts
from forecaster.api.acts.scope import visible_ladder
from forecaster.api.issued import the_ladder
from forecaster.api.listing import as_json
from forecaster.api.parameters import AsOf, InPath, Name, OneLadder
from forecaster.api.ports import RungTable
from forecaster.api.schemas.beliefs import (
    NewPrior,
    Preview,
    PreviewAsked,
    PriorHistory,
    Priors,
    PriorVersionForm,
)
from forecaster.api.schemas.common import PROBLEMS
from forecaster.api.service import Surroundings
from forecaster.domain.prior import PriorVersion

router = APIRouter(prefix="/api/v1", tags=["priors"], responses=PROBLEMS)


@router.get("/priors", operation_id="priors", summary="The priors in force", response_model=Priors)
def priors(
    request: Request,
    service: Surroundings,
    seen: Seen,
    ladder: OneLadder,
    moment: AsOf,
) -> Response:
    """Answer the priors of a ladder that were in force at `as_of` (now, if not given)."""
    with service.reading() as work:
        held = work.priors.in_force(ladder.id, moment)
    content = {
        "ladder": ladder.id,
        "set": held.name,
        "as_of": moment,
        "marking": seen.marking(("ladder", ladder.id)),
        "items": [_fields(version) for version in held.versions],
    }
    return as_json(request, content)


@router.get(
    "/priors/{prior_id}",
    operation_id="prior_history",
    summary="Every version of a prior",
    response_model=PriorHistory,
)
def history(
    request: Request, service: Surroundings, prior_id: InPath, ladder: OneLadder
) -> Response:
    """Answer every version of one prior with who set it and why, the oldest first."""
    with service.reading() as work:
        versions = work.priors.history(ladder.id, prior_id)
    return as_json(request, {"ladder": ladder.id, "items": [_fields(v) for v in versions]})


@router.post(
    "/priors/preview",
    operation_id="preview_priors",
    summary="What priors expect before any data",
    response_model=Preview,
)
def preview(service: Surroundings, _principal: Analyst, seen: Seen, given: PreviewAsked) -> Preview:
    """Answer the probability of each rung before any data, under drafts; nothing is stored."""
    ladder = visible_ladder(service, seen, given.ladder)
    with service.reading() as work:
        held = work.priors.in_force(ladder.id, service.clock())
    known = {prior.id: prior for prior in ladder.priors}
    known |= {version.prior.id: version.prior for version in held.versions}
    drafts = [
        acts.draft(
            acts.draft_of(known, id), distribution=form.distribution, parameters=form.parameters
        )
        for id, form in given.drafts.items()
    ]
    tables = service.ports.preview(ladder.id, drafts)
    return Preview.model_validate(
        {"ladder": ladder.id, "items": [_table(table) for table in tables]}
    )


@router.post(
    "/priors/{prior_id}",
    operation_id="set_prior",
    summary="Set a prior",
    response_model=PriorVersionForm,
    status_code=201,
)
def set_prior(
    request: Request,
    service: Surroundings,
    principal: Analyst,
    seen: Seen,
    prior_id: InPath,
    given: NewPrior,
    ladder: Name | None = None,
) -> PriorVersionForm:
    """Store a new version of a prior; the next update uses it and its report says so."""
    made = acts.set_prior(
        request,
        principal,
        the_ladder(service, seen, ladder),
        prior_id,
        distribution=given.distribution,
        parameters=given.parameters,
        reason=given.reason,
    )
    return PriorVersionForm.model_validate(_fields(made))


def _fields(version: PriorVersion) -> dict[str, Any]:
    prior = version.prior
    return {
        "id": prior.id,
        "question": prior.question,
        "distribution": prior.distribution,
        "parameters": dict(prior.parameters),
        "unit": prior.unit,
        "version": version.version,
        "author": version.author,
        "reason": version.reason,
        "recorded_at": version.recorded_at,
    }


def _table(table: RungTable) -> dict[str, Any]:
    return {
        "domain": table.domain,
        "theatres": table.theatres,
        "rungs": table.rungs,
        "probabilities": [
            [value if math.isfinite(value) else None for value in row]
            for row in table.probabilities
        ],
    }
