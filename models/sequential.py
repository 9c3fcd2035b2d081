"""The sequential update: an earlier fit's draws, weighed by what came since, serve today."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import Effort
from forecaster.domain.fit import Fit, MemberFit
from forecaster.domain.forecast import Updating
from forecaster.errors import ModelError
from forecaster.shelf import pick
from models.catalogue import families
from models.family import Draws, Family
from models.inputs import Inputs
from models.member import Member, simulate_member
from models.reweighting import Weights, importance_weights, resampled

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
    if family.log_likelihood is None or family.carry is None:
        raise DriftError(f"draws of {family.id} cannot be weighed")
    return family.log_likelihood(then, member.draws, then)


def reweigh(
    ready: ReadyFit, now: Inputs, *, effort: Effort, seed: int
) -> tuple[list[Member], Updating]:
    """Return what each member says of later inputs, from its draws weighed by what came since.

    Raises:
        DriftError: the weights do not do (`models.reweighting`), or theatres have changed.
    """
    weights: list[Weights] = []
    served = []
    for fitted, before in zip(ready.fit.members, ready.likelihoods, strict=True):
        family = pick(families(), fitted.family, what="model family")
        draws = fitted.draws
        if before is not None:
            weights.append(_weights(family, ready.then, fitted, now, before))
            rng = np.random.default_rng([seed, now.calendar.as_of.toordinal()])
            draws = _carried(family, ready.then, resampled(draws, weights[-1], rng), now, rng)
        served.append((family, fitted, draws))
    return _simulated(served, now, effort, seed), _updating(ready, weights)


def _simulated(
    served: list[tuple[Family, MemberFit, Draws]], now: Inputs, effort: Effort, seed: int
) -> list[Member]:
    """Return the members' simulations, made side by side; each has random numbers of its own."""

    def simulate(one: tuple[Family, MemberFit, Draws]) -> Member:
        family, fitted, draws = one
        return simulate_member(
            family, now, fitted, draws=draws, prior=None, effort=effort, seed=seed
        )

    with ThreadPoolExecutor(max_workers=len(served)) as threads:
        return list(threads.map(simulate, served))


def _weights(
    family: Family, then: Inputs, fitted: MemberFit, now: Inputs, before: Array
) -> Weights:
    assert family.log_likelihood is not None  # noqa: S101 - `ready_fit` refuses one without
    try:
        weights = importance_weights(family.log_likelihood(then, fitted.draws, now) - before)
    except ModelError as error:
        raise DriftError(str(error)) from None
    if weights.failure:
        raise DriftError(f"{family.id}: {weights.failure}")
    return weights


def _carried(
    family: Family, then: Inputs, draws: Draws, now: Inputs, rng: np.random.Generator
) -> Draws:
    assert family.carry is not None  # noqa: S101 - `ready_fit` refuses one without
    return family.carry(then, draws, now, rng)


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
