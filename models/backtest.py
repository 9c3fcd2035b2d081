"""One family's forecasts from a run of origins, made as the live path makes them.

The inputs of each origin were read as of it; nothing here sees more. A sampled family is fitted
at the first origin of a block, and its draws are carried to the others if the family can.
"""

import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from forecaster.domain.backtest import Effort, OriginForecast
from forecaster.domain.forecast import Diagnostics
from forecaster.domain.prior import PriorSet
from forecaster.errors import ModelError
from forecaster.shelf import pick
from models.catalogue import families, require_answer
from models.family import Draws, Family
from models.figures import Figures, measured_figures, rates_figures, table_figures
from models.fitting import fit
from models.inputs import Inputs, Known
from models.sampling import SamplingOptions

type Fit = tuple[Draws, Diagnostics | None]


def forecast_block(
    family: str, block: Sequence[Known], priors: PriorSet, *, effort: Effort, seed: int
) -> Iterator[OriginForecast]:
    """Yield the family's forecast from each origin of a block, in order.

    The same arguments give the same forecasts, in whatever process they are made.

    Args:
        family: id of a family on the shelf.
        block: what was known at each origin, in order of time, all of one ladder.
        priors: the priors in force.
        effort: how much is computed.
        seed: of the whole backtest; each family and origin draws from a stream of its own.

    Raises:
        NotFoundError: no family has that id.
        ModelError: the family cannot serve these inputs.
    """
    chosen = pick(families(), family, what="model family")
    fitted: tuple[Inputs, Fit] | None = None
    for known in block:
        began = time.perf_counter()
        require_answer(chosen, known.ladder, known.domain)
        inputs = known.inputs()
        stream = np.random.SeedSequence(
            [seed, zlib.crc32(family.encode()), known.as_of.toordinal()]
        )
        rng = np.random.default_rng(stream)
        draws = None if fitted is None else _carried(chosen, fitted, inputs, rng)
        if fitted is None or draws is None:
            fitted = inputs, _fit(chosen, inputs, priors, effort, int(stream.generate_state(1)[0]))
            draws = fitted[1][0]
        verdict = fitted[1][1]
        figures = _figures(chosen, known, inputs, draws, effort, rng)
        made = _forecast(chosen, inputs, figures, verdict, seed)
        yield replace(made, seconds=time.perf_counter() - began)


def _carried(
    family: Family, fitted: tuple[Inputs, Fit], inputs: Inputs, rng: Generator
) -> Draws | None:
    """Return draws of an earlier fit made to serve these inputs, None if they cannot."""
    if family.carry is None:
        return None
    try:
        return family.carry(fitted[0], fitted[1][0], inputs, rng).draws
    except ModelError:
        return None


def _fit(family: Family, inputs: Inputs, priors: PriorSet, effort: Effort, seed: int) -> Fit:
    if family.build is None:
        return {}, None
    options = SamplingOptions(
        seed=seed, tune=effort.tune, draws=effort.draws, chains=effort.chains, cores=1
    )
    posterior, verdict = fit(family, family.build(inputs, priors), options)
    every = max(1, posterior.diverging.size // effort.kept_draws)
    return {n: v for n, v in posterior.flat(every).items() if n in family.needs}, verdict


def _paths(family: Family, effort: Effort) -> int:
    """A reference has one draw, and walks as many paths as a family does over all its draws."""
    return effort.paths if family.build is not None else effort.paths * effort.kept_draws


def _figures(
    family: Family, known: Known, inputs: Inputs, draws: Draws, effort: Effort, rng: Generator
) -> Figures:
    judged = known.ladder.wholly_judged(known.domain)
    if judged and family.judged is not None:
        return table_figures(inputs, family.judged(inputs, known.domain), known.domain)
    simulation = family.simulate(inputs, draws, _paths(family, effort), rng)
    if judged:
        return rates_figures(inputs, simulation, known.domain)
    assert simulation.paths is not None  # noqa: S101 - another domain has a measured rung
    return measured_figures(inputs, simulation.paths)


def _forecast(
    family: Family, inputs: Inputs, figures: Figures, verdict: Diagnostics | None, seed: int
) -> OriginForecast:
    calendar, horizons = inputs.calendar, inputs.ladder.horizons
    return OriginForecast(
        forecaster=family.id,
        version=family.version,
        origin=calendar.as_of,
        theatres=figures.theatres,
        horizons=horizons,
        rungs=figures.rungs,
        horizon_ends=tuple(calendar.end_of(calendar.last + h) for h in horizons),
        at=figures.at,
        reach=figures.reach,
        quantiles=figures.quantiles,
        present=figures.present,
        diagnostics=verdict,
        seconds=0.0,
        seed=seed,
    )
