"""Setting a prior, and drafting one to try it out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from fastapi import Request

from forecaster.api.acts.given import said
from forecaster.api.acts.scope import visible_ladder
from forecaster.api.record import note
from forecaster.api.service import service_of
from forecaster.domain.account import Principal
from forecaster.domain.prior import PARAMETERS, Distribution, Prior, PriorVersion
from forecaster.errors import NotFoundError, PriorError


def set_prior(
    request: Request,
    principal: Principal,
    ladder_id: str,
    prior_id: str,
    *,
    distribution: str,
    parameters: Mapping[str, float],
    reason: str,
) -> PriorVersion:
    """Store a new version of a prior, in force from now on, in the name of `principal`.

    Raises:
        NotFoundError: no such ladder or prior is to be seen.
        PriorError: the distribution is none we know, or its parameters do not fit it.
        RequestError: no reason is given.
    """
    service = service_of(request.app)
    why = said(reason, what="the reason")
    with service.writing() as work:
        ladder = visible_ladder(service, work.markings.visible_to(principal), ladder_id)
        now = service.clock()
        work.ladders.ensure(ladder, now)
        work.priors.ensure(ladder.id, ladder.priors, at=now)
        present = work.priors.history(ladder.id, prior_id)[-1].prior
        changed = draft(present, distribution=distribution, parameters=parameters)
        made = work.priors.set(ladder.id, changed, author=principal.name, reason=why, at=now)
        detail = f"version {made.version}: {described(made.prior)}; {why}"
        note(work, request, principal, "prior set", f"{ladder.id}/{prior_id}", detail)
        work.commit()
    return made


def draft(prior: Prior, *, distribution: str, parameters: Mapping[str, float]) -> Prior:
    """Return `prior` in another form, its parameters in the order in which they are shown.

    Raises:
        PriorError: the distribution is none we know, or takes other parameters.
    """
    wanted = PARAMETERS.get(distribution)
    if wanted is None:
        known = ", ".join(PARAMETERS)
        raise PriorError(f"no distribution is called {distribution!r}; there are: {known}")
    if set(parameters) != set(wanted):
        given = ", ".join(sorted(parameters)) or "nothing"
        raise PriorError(f"{distribution} takes {', '.join(wanted)}, got {given}")
    ordered = tuple((name, float(parameters[name])) for name in wanted)
    return replace(prior, distribution=cast(Distribution, distribution), parameters=ordered)


def draft_of(ladder_priors: Mapping[str, Prior], prior_id: str) -> Prior:
    """Return the prior that a draft is about.

    Raises:
        NotFoundError: the ladder exposes no prior of that id.
    """
    if prior_id not in ladder_priors:
        known = ", ".join(sorted(ladder_priors)) or "none"
        raise NotFoundError(f"no prior is called {prior_id!r}; there are: {known}")
    return ladder_priors[prior_id]


def described(prior: Prior) -> str:
    """Return a prior's form in one line, as `log_normal(median=2, sigma=0.5)`."""
    inside = ", ".join(f"{name}={value:g}" for name, value in prior.parameters)
    return f"{prior.distribution}({inside})"
