"""One update: readings, judgements and priors as of a moment to a whole forecast of one ladder."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Cell, Diagnostics, Forecast, IndicatorEffect
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import PriorSet
from forecaster.domain.reading import Readings
from forecaster.errors import ModelError
from forecaster.shelf import pick
from models.catalogue import families
from models.diagnostics import judge
from models.family import Draws, Family, Simulation
from models.inputs import Inputs, build_inputs
from models.particulars import effects, fans
from models.posterior import cells
from models.sampling import (
    Posterior,
    Progress,
    SamplingOptions,
    compile_model,
    sample,
    sample_prior,
)
from models.standing import judged_records, standings

type Array = NDArray[np.float64]

FEWEST_PATHS = 4000
MOST_VALUES = 16_000_000
"""Simulated values that a reference holds at most, unless the fewest paths need more."""

DEFAULT_FAMILY = "latent_tension"
"""The family of a ladder whose file names none."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is computed: draws kept, paths simulated for each, and the sampler's lengths."""

    kept_draws: int = 1000
    paths: int = 64
    tune: int = 600
    draws: int = 1200
    chains: int = 4


def update_ladder(
    ladder: Ladder,
    *,
    readings: Readings,
    judgements: Sequence[Judgement],
    priors: PriorSet,
    as_of: datetime,
    seed: int,
    cores: int = 2,
    family: str = "",
    effort: Effort | None = None,
    progress: Progress | None = None,
) -> Forecast:
    """Return what `family` says about `ladder` from what was known as of a moment.

    Without `family` the ladder's own speaks, or else `DEFAULT_FAMILY`. A panel must have been
    opened (`reference.panel`). The same arguments give the same forecast. A posterior that fails
    the gate comes back with `diagnostics.passed` False, never silently.

    Raises:
        ModelError: the inputs cannot be modelled, or not by this family, or hold something
            recorded after `as_of`.
        NotFoundError: no family has that id.
    """
    effort = effort or Effort()
    chosen = pick(families(), family or ladder.family or DEFAULT_FAMILY, what="model family")
    require_servable(chosen, ladder)
    inputs = build_inputs(ladder, readings=readings, judgements=judgements, as_of=as_of)
    rng = np.random.default_rng(seed)
    if chosen.build is None:
        return _reference(chosen, inputs, effort, rng)
    options = SamplingOptions(
        seed=seed, tune=effort.tune, draws=effort.draws, chains=effort.chains, cores=cores
    )
    model = chosen.build(inputs, priors)
    posterior, verdict = _fit(chosen, compile_model(model), options, progress)
    prior = sample_prior(model, chosen.needs, draws=effort.kept_draws, seed=seed)
    return _forecast(chosen, inputs, posterior, verdict, prior, effort, rng)


def require_servable(family: Family, ladder: Ladder) -> None:
    """Do nothing if `family` can update `ladder`, whose panel has been opened if it has one.

    Raises:
        ModelError: the panel has no theatre, or the family does not serve what the ladder has.
    """
    if ladder.panel is not None and not ladder.theatres:
        raise ModelError(
            f"no {ladder.panel.unit} of ladder {ladder.id} is at risk: ingest its drop "
            f"{ladder.panel.source}, or choose another --as-of"
        )
    kinds = sorted({t.measure.kind for t in ladder.theatres if t.measure is not None})
    if not kinds and family.build is None:
        raise ModelError(
            f"family {family.id} answers for measured rungs only, and ladder {ladder.id} has "
            f"none: choose another by --family ({DEFAULT_FAMILY})"
        )
    unserved = [kind for kind in kinds if kind not in family.measures]
    if unserved:
        able = ", ".join(f.id for f in families().values() if unserved[0] in f.measures)
        raise ModelError(
            f"family {family.id} serves no measure of kind {unserved[0]}, which ladder "
            f"{ladder.id} has: choose another by --family ({able})"
        )


def _fit(
    family: Family, compiled: object, options: SamplingOptions, progress: Progress | None
) -> tuple[Posterior, Diagnostics]:
    """Sample, and once more for longer if the gate is not passed: a slow chain is not a wrong one.

    The second verdict stands, whatever it is.
    """
    posterior = sample(compiled, options, progress)
    verdict = judge(posterior, _published(family, posterior))
    if verdict.passed:
        return posterior, verdict
    longer = replace(options, tune=2 * options.tune, draws=2 * options.draws)
    posterior = sample(compiled, longer, progress)
    return posterior, judge(posterior, _published(family, posterior))


def _published(family: Family, posterior: Posterior) -> dict[str, Array]:
    return {n: v for n, v in posterior.variables.items() if n in family.published and v.size}


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
    simulation = family.simulate(inputs, {}, _reference_paths(inputs, effort), rng)
    found = cells(inputs, simulation, prior=None, chains=1)
    unsampled = Diagnostics(True, "", 1.0, float("inf"), float("inf"), 0, 0, 1.0)
    return _assembled(family, inputs, simulation, found, (), unsampled)


def _reference_paths(inputs: Inputs, effort: Effort) -> int:
    """Return how many paths a reference simulates: fewer where there are hundreds of theatres."""
    wanted = effort.kept_draws * effort.paths // 8
    values = inputs.steps_open * max(len(inputs.measures.theatres), 1)
    return min(wanted, max(FEWEST_PATHS, MOST_VALUES // values))


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
