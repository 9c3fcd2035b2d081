"""One update: readings, judgements and priors as of a moment to a whole forecast of one ladder."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import Effort
from forecaster.domain.forecast import Cell, Diagnostics, Forecast, IndicatorEffect
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import PriorSet
from forecaster.domain.reading import Readings
from forecaster.shelf import pick
from models.catalogue import families, require_servable
from models.family import Draws, Family, Simulation
from models.fitting import fit
from models.inputs import Inputs, build_inputs
from models.particulars import effects, fans
from models.posterior import cells
from models.sampling import (
    Posterior,
    Progress,
    SamplingOptions,
    sample_prior,
)
from models.standing import judged_records, standings

type Array = NDArray[np.float64]


LIVE = Effort(tune=600, draws=1200, chains=4, kept_draws=1000, paths=64)
"""What a published run is computed with."""


def update_ladder(
    ladder: Ladder,
    *,
    readings: Readings,
    judgements: Sequence[Judgement],
    priors: PriorSet,
    as_of: datetime,
    seed: int,
    cores: int = 2,
    family: str = "latent_tension",
    effort: Effort | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Return what `family` says about `ladder` from what was known as of a moment.

    The same arguments give the same forecast. A posterior that fails the gate comes back with
    `diagnostics.passed` False, never silently.

    Raises:
        ModelError: the inputs cannot be modelled, or hold something recorded after `as_of`.
        NotFoundError: no family has that id.
    """
    effort = effort or LIVE
    chosen = pick(families(), family, what="model family")
    require_servable(chosen, ladder)
    inputs = build_inputs(ladder, readings=readings, judgements=judgements, as_of=as_of)
    rng = np.random.default_rng(seed)
    if chosen.build is None:
        return _reference(chosen, inputs, effort, rng)
    options = SamplingOptions(
        seed=seed, tune=effort.tune, draws=effort.draws, chains=effort.chains, cores=cores
    )
    model = chosen.build(inputs, priors)
    posterior, verdict = fit(chosen, model, options, progress)
    prior = sample_prior(model, chosen.needs, draws=effort.kept_draws, seed=seed)
    return _forecast(chosen, inputs, posterior, verdict, prior, effort, rng)


def _forecast(
    family: Family,
    inputs: Inputs,
    posterior: Posterior,
    verdict: Diagnostics,
    prior: Draws,
    effort: Effort,
    rng: np.random.Generator,
) -> Forecast:
    every = max(1, posterior.diverging.size // effort.kept_draws)
    simulation = family.simulate(inputs, posterior.flat(every), effort.paths, rng)
    before = family.simulate(inputs, prior, max(8, effort.paths // 4), rng)
    found = cells(inputs, simulation, prior=before, chains=effort.chains)
    return _assembled(family, inputs, simulation, found, effects(inputs, posterior), verdict)


def _reference(
    family: Family, inputs: Inputs, effort: Effort, rng: np.random.Generator
) -> Forecast:
    simulation = family.simulate(inputs, {}, effort.kept_draws * effort.paths // 8, rng)
    found = cells(inputs, simulation, prior=None, chains=1)
    unsampled = Diagnostics(True, "", 1.0, float("inf"), float("inf"), 0, 0, 1.0)
    return _assembled(family, inputs, simulation, found, (), unsampled)


def _assembled(
    family: Family,
    inputs: Inputs,
    simulation: Simulation,
    found: tuple[Cell, ...],
    earned: tuple[IndicatorEffect, ...],
    verdict: Diagnostics,
) -> Forecast:
    return Forecast(
        family=family.id,
        family_version=family.version,
        cells=found,
        standings=standings(inputs),
        judged=judged_records(inputs),
        fans=fans(inputs, simulation),
        effects=earned,
        diagnostics=verdict,
    )
