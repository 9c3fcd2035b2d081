"""Priors as people see and set them, from a ladder's file or any later version."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from forecaster.domain.prior import PARAMETERS, Distribution, Prior
from forecaster.errors import NotFoundError, PriorError
from jobs.context import Context

if TYPE_CHECKING:
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.prior import PriorSet, PriorVersion
    from forecaster.store.unit_of_work import UnitOfWork


def in_force(context: Context, ladder_ref: str) -> "PriorSet":
    """Return the priors that the next update of a ladder would use."""
    from forecaster.reference.load import load_ladder
    from forecaster.store.unit_of_work import UnitOfWork

    ladder = load_ladder(ladder_ref)
    with UnitOfWork(context.engine()) as work:
        _introduce(context, work, ladder)
        priors = work.priors.in_force(ladder.id, context.clock())
        work.commit()
    return priors


def version_of(context: Context, ladder_ref: str, prior_id: str) -> "PriorVersion":
    """Return the version in force of one prior.

    Raises:
        NotFoundError: the ladder exposes no such prior; the message lists those it does.
    """
    versions = {version.prior.id: version for version in in_force(context, ladder_ref).versions}
    if prior_id not in versions:
        known = ", ".join(versions) or "none"
        raise NotFoundError(
            f"no prior of {ladder_ref!r} is called {prior_id!r}; there are: {known}"
        )
    return versions[prior_id]


def history_of(context: Context, ladder_ref: str, prior_id: str) -> "tuple[PriorVersion, ...]":
    """Return every version of one prior, the oldest first."""
    from forecaster.store.unit_of_work import UnitOfWork

    ladder_id = version_of(context, ladder_ref, prior_id).ladder
    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.priors.history(ladder_id, prior_id)


def set_prior(
    context: Context,
    ladder_ref: str,
    prior_id: str,
    *,
    values: Mapping[str, float],
    distribution: str | None,
    author: str,
    reason: str,
) -> "PriorVersion":
    """Store a new version of a prior and return it.

    Raises:
        NotFoundError: there is no such prior.
        PriorError: the distribution is none we know, or lacks or does not know a parameter.
    """
    from forecaster.store.unit_of_work import UnitOfWork

    present = version_of(context, ladder_ref, prior_id)
    changed = _changed(present.prior, values, distribution)
    if not reason.strip():
        raise PriorError("a prior is set for a reason: say it with --reason")
    with UnitOfWork(context.engine()) as work:
        version = work.priors.set(
            present.ladder, changed, author=author, reason=reason, at=context.clock()
        )
        work.commit()
    return version


def _changed(prior: Prior, values: Mapping[str, float], distribution: str | None) -> Prior:
    form = distribution or prior.distribution
    if form not in PARAMETERS:
        raise PriorError(f"no distribution is called {form!r}; there are: {', '.join(PARAMETERS)}")
    kept = dict(prior.parameters) if form == prior.distribution else {}
    given = {**kept, **values}
    if set(given) != set(PARAMETERS[form]):
        wanted = ", ".join(f"{name}=…" for name in PARAMETERS[form])
        raise PriorError(f"{form} takes {wanted}, got {', '.join(sorted(given)) or 'nothing'}")
    parameters = tuple((name, float(given[name])) for name in PARAMETERS[form])
    return replace(prior, distribution=cast("Distribution", form), parameters=parameters)


def _introduce(context: Context, work: "UnitOfWork", ladder: "Ladder") -> None:
    now = context.clock()
    work.ladders.ensure(ladder, now)
    work.priors.ensure(ladder.id, ladder.priors, at=now)
