"""The sequential update: an earlier fit's draws, weighed by what came since, serve today."""

from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import Effort
from forecaster.domain.fit import Fit, MemberFit
from forecaster.domain.forecast import Updating
from forecaster.errors import ModelError
from forecaster.shelf import pick
from models.catalogue import families
from models.family import Carried, Draws, Family
from models.inputs import Inputs
from models.member import Member, simulate_member
from models.reweighting import Weights, importance_weights, resampled
from models.threads import pool

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReadyFit:
    """A fit ready to be weighed: its inputs, and each member's log likelihood of them (draw).

    run: the run that made it. likelihoods: None for a reference.
    """

    run: str
    fit: Fit
    then: Inputs
    likelihoods: tuple[Array | None, ...]


class DriftError(ModelError):
    """Draws that cannot serve what is known now; the message says why they must be made anew."""


def ready_fit(run: str, fit: Fit, then: Inputs) -> ReadyFit:
    """Return a fit ready to be weighed by later inputs, as often as wanted.

    Args:
        run: the run that made it.
        fit: its draws.
        then: the inputs that it was fitted on.

    Raises:
        DriftError: a family has another version by now, or cannot be weighed.
        NotFoundError: a family is no longer there.
    """
    return ReadyFit(run, fit, then, tuple(_likelihood(member, then) for member in fit.members))


def _likelihood(member: MemberFit, then: Inputs) -> Array | None:
    family = pick(families(), member.family, what="model family")
    if family.version != member.version:
        raise DriftError(
            f"{family.id} has version {family.version} now, {member.version} was fitted"
        )
    if family.build is None:
        return None
    return _carried(family, then, member, then, seed=0).log_likelihood


def reweigh(
    ready: ReadyFit, now: Inputs, *, effort: Effort, seed: int, cores: int = 1
) -> tuple[list[Member], Updating]:
    """Return what each member says of later inputs, from its draws weighed by what came since.

    Raises:
        DriftError: the weights do not do (`models.reweighting`), or theatres have changed.
    """
    weights: list[Weights] = []
    with pool(len(ready.fit.members)) as threads:

        def simulate(fitted: MemberFit, draws: Draws) -> Future[Member]:
            family = pick(families(), fitted.family, what="model family")
            return threads.submit(
                simulate_member,
                family,
                now,
                fitted,
                draws=draws,
                prior=None,
                effort=effort,
                seed=seed,
                threads=cores,
            )

        # References begin at once, beside the weighing; each has random numbers of its own.
        both = list(zip(ready.fit.members, ready.likelihoods, strict=True))
        begun = {m.family: simulate(m, m.draws) for m, before in both if before is None}
        for fitted, before in both:
            if before is not None:
                draws, weighed = _weighed(ready, fitted, before, now, seed)
                weights.append(weighed)
                begun[fitted.family] = simulate(fitted, draws)
        members = [begun[fitted.family].result() for fitted, _ in both]
    return members, _updating(ready, weights)


def _weighed(
    ready: ReadyFit, fitted: MemberFit, before: Array, now: Inputs, seed: int
) -> tuple[Draws, Weights]:
    """Return draws that serve the later inputs, each as often as what came since says."""
    family = pick(families(), fitted.family, what="model family")
    carried = _carried(family, ready.then, fitted, now, seed=seed)
    if carried.log_likelihood is None:
        raise DriftError("theatres or judged rungs have changed since the fit: fit the family anew")
    weights = importance_weights(carried.log_likelihood - before)
    if weights.failure:
        raise DriftError(f"{family.id}: {weights.failure}")
    rng = np.random.default_rng([seed, now.calendar.as_of.toordinal(), 1])
    return resampled(carried.draws, weights, rng), weights


def _carried(family: Family, then: Inputs, fitted: MemberFit, now: Inputs, *, seed: int) -> Carried:
    if family.carry is None:
        raise DriftError(f"draws of {family.id} cannot be weighed")
    rng = np.random.default_rng([seed, now.calendar.as_of.toordinal()])
    try:
        return family.carry(then, fitted.draws, now, rng)
    except ModelError as error:
        raise DriftError(str(error)) from None


def _updating(ready: ReadyFit, weights: list[Weights]) -> Updating:
    """Return how the posterior came about, with the figures of the worst member."""
    moved = [w for w in weights if np.isfinite(w.k_hat)]
    return Updating(
        method="reweight",
        fit_run=ready.run,
        fit_as_of=ready.fit.as_of,
        k_hat=max(w.k_hat for w in moved) if moved else None,
        relative_size=min((w.relative_size for w in weights), default=None),
    )
