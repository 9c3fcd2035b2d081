"""One family asked: fitted if it is sampled, simulated, and judged."""

from dataclasses import dataclass

import numpy as np

from forecaster.domain.backtest import Effort
from forecaster.domain.forecast import Diagnostics, IndicatorEffect
from forecaster.domain.prior import PriorSet
from models.family import Family, Simulation
from models.fitting import fit
from models.inputs import Inputs
from models.particulars import effects
from models.sampling import Progress, SamplingOptions, sample_prior

FEWEST_PATHS = 4000
MOST_VALUES = 16_000_000
"""Simulated values that a reference holds at most, unless the fewest paths need more."""

UNSAMPLED = Diagnostics(True, "", 1.0, float("inf"), float("inf"), 0, 0, 1.0)
"""The verdict on what needs no sampling."""


@dataclass(frozen=True, slots=True)
class Member:
    """What one family said. prior: the same readings simulated from its priors, None without."""

    family: Family
    simulation: Simulation
    prior: Simulation | None
    effects: tuple[IndicatorEffect, ...]
    verdict: Diagnostics


def ask(
    family: Family,
    inputs: Inputs,
    priors: PriorSet,
    *,
    effort: Effort,
    seed: int,
    cores: int,
    progress: Progress | None = None,
) -> Member:
    """Return what a family says of the inputs; the same arguments give the same answer."""
    rng = np.random.default_rng(seed)
    if family.build is None:
        paths = _reference_paths(inputs, effort)
        return Member(family, family.simulate(inputs, {}, paths, rng), None, (), UNSAMPLED)
    options = SamplingOptions(
        seed=seed, tune=effort.tune, draws=effort.draws, chains=effort.chains, cores=cores
    )
    model = family.build(inputs, priors)
    posterior, verdict = fit(family, model, options, progress)
    before = sample_prior(model, family.needs, draws=effort.kept_draws, seed=seed)
    every = max(1, posterior.diverging.size // effort.kept_draws)
    return Member(
        family,
        family.simulate(inputs, posterior.flat(every), effort.paths, rng),
        family.simulate(inputs, before, max(8, effort.paths // 4), rng),
        effects(inputs, posterior),
        verdict,
    )


def _reference_paths(inputs: Inputs, effort: Effort) -> int:
    """Return how many paths a reference simulates: fewer where there are hundreds of theatres."""
    wanted = effort.kept_draws * effort.paths // 8
    values = inputs.steps_open * max(len(inputs.measures.theatres), 1)
    return min(wanted, max(FEWEST_PATHS, MOST_VALUES // values))
