"""Simulation-based calibration: does a family's sampler give back what its own model put in?

Parameters are drawn from the priors, a history is generated from them, and the model is fitted to
it. The rank of each true value among its posterior draws is then uniform, if generator, likelihood
and sampler are one model (Talts et al. 2018). Quantities that depend on the data as well, the log
likelihood and the forecast, find faults that parameters alone cannot (Modrák et al. 2023).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.prior import PriorSet
from forecaster.errors import ModelError
from models.calibration_quantities import forecasts, parameters, rank
from models.compiling import compile_model
from models.diagnostics import judge
from models.family import Draws, Family
from models.inputs import Inputs
from models.likelihood import data_of, every_name, log_likelihood, replace_data
from models.sampling import (
    Posterior,
    SamplingOptions,
    sample,
    sample_prior,
)

type Array = NDArray[np.float64]

MOST_SIMULATIONS = 1000
"""Truths drawn at once, so that the n-th is the same however many are asked for."""


@dataclass(frozen=True, slots=True)
class CalibrationEffort:
    """How much is computed per simulation; each truth is ranked among `kept` posterior draws."""

    tune: int = 400
    draws: int = 500
    chains: int = 2
    kept: int = 100
    paths: int = 8
    target_accept: float = 0.9


@dataclass(frozen=True, slots=True)
class Ranked:
    """One simulation: the rank of each true quantity, 0 … kept, and how the sampler did."""

    number: int
    ranks: Mapping[str, int]
    max_rhat: float
    min_ess: float
    divergences: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """A family made ready: its truths drawn, its likelihood at hand."""

    family: Family
    inputs: Inputs
    priors: PriorSet
    effort: CalibrationEffort
    truths: Draws
    model: Any
    likelihood: Callable[[Draws], Array]


def prepare(
    family: Family, inputs: Inputs, priors: PriorSet, effort: CalibrationEffort, *, seed: int
) -> Calibration:
    """Return a family ready to be calibrated on a design; this is where it is compiled.

    Args:
        family: one that samples and that says how data arise under it.
        inputs: the design; its outcomes are only a place for simulated ones.
        priors: what truths are drawn from, and what the fits take as priors.
        effort: sampler lengths and draws kept.
        seed: of the truths.

    Raises:
        ModelError: the family has no priors or no `generate`, or its model keeps data where they
            cannot be replaced.
    """
    if family.build is None or family.generate is None:
        raise ModelError(
            f"family {family.id} cannot be calibrated by simulation: it needs build and generate"
        )
    model = family.build(inputs, priors)
    truths = sample_prior(model, every_name(model), draws=MOST_SIMULATIONS, seed=seed)
    ready = Calibration(family, inputs, priors, effort, truths, model, log_likelihood(model))
    _require_replaceable(ready)
    return ready


def simulate_and_rank(ready: Calibration, number: int) -> Ranked:
    """Return the ranks of simulation `number`; the same number gives the same ranks."""
    rng = np.random.default_rng([number, ready.effort.kept])
    truth = _truth(ready, number)
    simulated = _generated(ready, truth, rng)
    data = data_of(_built(ready, simulated))
    replace_data(ready.model, data)
    effort = ready.effort
    options = SamplingOptions(
        seed=number + 1,
        tune=effort.tune,
        draws=effort.draws,
        chains=effort.chains,
        cores=1,
        target_accept=effort.target_accept,
    )
    posterior = sample(compile_model(ready.model), options)
    draws = {n: np.concatenate([truth[n], v]) for n, v in _kept(posterior, effort.kept).items()}
    quantities = parameters(ready.family, draws, posterior.labels)
    quantities["log_likelihood"] = ready.likelihood(draws)
    quantities |= forecasts(ready.family, simulated, draws, effort.paths, rng)
    ranks = {name: rank(values, rng) for name, values in quantities.items()}
    published = {n: v for n, v in posterior.variables.items() if n in ready.family.published}
    verdict = judge(posterior, {n: v for n, v in published.items() if v.size})
    ess = min(verdict.min_ess_bulk, verdict.min_ess_tail)
    return Ranked(number, ranks, verdict.max_rhat, ess, int(posterior.diverging.sum()))


def _truth(ready: Calibration, number: int) -> Draws:
    if not 0 <= number < MOST_SIMULATIONS:
        raise ModelError(f"simulation {number} is outside 0 … {MOST_SIMULATIONS - 1}")
    return {name: values[number : number + 1] for name, values in ready.truths.items()}


def _generated(ready: Calibration, truth: Draws, rng: np.random.Generator) -> Inputs:
    assert ready.family.generate is not None  # noqa: S101 - `prepare` refuses such a family
    return ready.family.generate(ready.inputs, truth, rng)


def _built(ready: Calibration, inputs: Inputs) -> Any:
    assert ready.family.build is not None  # noqa: S101 - `prepare` refuses such a family
    return ready.family.build(inputs, ready.priors)


def _kept(posterior: Posterior, count: int) -> dict[str, Array]:
    """Return `count` draws spread evenly over the chains: nearly independent ones."""
    flat = posterior.flat()
    total = posterior.diverging.size
    if total < count:
        raise ModelError(f"{count} draws cannot be kept of {total}: sample more")
    chosen = np.linspace(0, total - 1, count).round().astype(int)
    return {name: values[chosen] for name, values in flat.items()}


def _require_replaceable(ready: Calibration) -> None:
    """Check that a model given other data is the model built from them.

    Raises:
        ModelError: it is not: something that varies with the data is not among the model's data.
    """
    truth = _truth(ready, 0)
    rebuilt = _built(ready, _generated(ready, truth, np.random.default_rng(1)))
    replace_data(ready.model, data_of(rebuilt))
    given, expected = ready.likelihood(truth), log_likelihood(rebuilt)(truth)
    if not np.allclose(given, expected, rtol=1e-6):
        raise ModelError(
            f"family {ready.family.id} keeps data in its graph: its log likelihood is {given[0]} "
            f"with replaced data and {expected[0]} when built anew; make them pm.Data"
        )
