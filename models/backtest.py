"""One family's forecasts from a run of origins, made as the live path makes them.

The inputs of each origin were read as of it; nothing here sees more. A sampled family is fitted
at the first origin of a block, and its draws are carried to the others if the family can.
"""

import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import LEVELS, Effort, OriginForecast
from forecaster.domain.forecast import Diagnostics
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import PriorSet
from forecaster.domain.reading import Readings
from forecaster.errors import ModelError
from forecaster.shelf import pick
from models.catalogue import families, require_servable
from models.family import Draws, Family, MeasurePaths, Simulation
from models.fitting import fit
from models.inputs import Inputs, MeasurePanel, Neighbour, build_inputs
from models.occupancy import occupancy, rung_paths
from models.sampling import SamplingOptions

type Array = NDArray[np.float64]
type Fit = tuple[Draws, Diagnostics | None]


@dataclass(frozen=True, slots=True)
class Known:
    """What was known at one origin: small enough to send to a worker, which makes inputs of it.

    `ladder` is opened as of the origin if it is a panel. reliability: of indicators' series, as in
    `build_inputs`.
    """

    ladder: Ladder
    readings: Readings
    judgements: tuple[Judgement, ...]
    as_of: datetime
    neighbours: tuple[Neighbour, ...] = ()
    reliability: Mapping[str, float] = field(default_factory=dict)

    def inputs(self) -> Inputs:
        """Return the inputs, as the live path makes them."""
        return build_inputs(
            self.ladder,
            readings=self.readings,
            judgements=self.judgements,
            as_of=self.as_of,
            neighbours=self.neighbours,
            reliability=self.reliability,
        )


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
        require_servable(chosen, known.ladder)
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
        simulation = chosen.simulate(inputs, draws, _paths(chosen, effort), rng)
        made = _forecast(chosen, inputs, simulation, verdict, seed)
        yield replace(made, seconds=time.perf_counter() - began)


def _carried(
    family: Family, fitted: tuple[Inputs, Fit], inputs: Inputs, rng: np.random.Generator
) -> Draws | None:
    """Return draws of an earlier fit made to serve these inputs, None if they cannot."""
    if family.carry is None:
        return None
    try:
        return family.carry(fitted[0], fitted[1][0], inputs, rng)
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


def _forecast(
    family: Family,
    inputs: Inputs,
    simulation: Simulation,
    verdict: Diagnostics | None,
    seed: int,
) -> OriginForecast:
    assert simulation.paths is not None  # noqa: S101 - a backtest scores measured rungs alone
    measures, calendar, horizons = inputs.measures, inputs.calendar, inputs.ladder.horizons
    at, reach, quantiles = _figures(inputs, simulation.paths)
    present = [measures.present_rung(k) for k in range(len(measures.theatres))]
    return OriginForecast(
        forecaster=family.id,
        version=family.version,
        origin=calendar.as_of,
        theatres=measures.theatres,
        horizons=horizons,
        rungs=measures.rungs,
        horizon_ends=tuple(calendar.end_of(calendar.last + h) for h in horizons),
        at=at,
        reach=reach,
        quantiles=quantiles,
        present=np.array(present, dtype=np.int64),
        diagnostics=verdict,
        seconds=0.0,
        seed=seed,
    )


def _figures(inputs: Inputs, paths: MeasurePaths) -> tuple[Array, Array, Array]:
    """Return at and reach (theatre, horizon, rung), and quantiles (theatre, horizon, level)."""
    measures = inputs.measures
    rungs = rung_paths(paths, measures)
    at, reach, quantiles = [], [], []
    for horizon in inputs.ladder.horizons:
        step = inputs.calendar.last + horizon - paths.first_step
        counted = occupancy(rungs, step=step, count=len(measures.rungs))
        at.append(counted.at.mean(axis=0))
        reach.append(counted.reach.mean(axis=0))
        quantiles.append(_quantiles(paths.measure[:, :, step], measures))
    return np.stack(at, axis=1), np.stack(reach, axis=1), np.stack(quantiles, axis=1)


def _quantiles(measure: Array, measures: MeasurePanel) -> Array:
    """Return quantiles (theatre, level) over draws and paths; NaN for levels, which are rungs."""
    if measures.is_level:
        return np.full((len(measures.theatres), len(LEVELS)), np.nan)
    flat = measure.reshape(-1, len(measures.theatres))
    return np.asarray(np.quantile(flat, LEVELS, axis=0).T)
