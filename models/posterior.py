"""From a simulation to published cells: `at`, `reach` and `fall` per theatre, domain and horizon.

Measured rungs are counted over simulated paths; judged rungs are solved exactly per draw, because
rare events are lost in paths. Given the parameters the two are independent, so they join by
products: probabilities sum to one and P(reach) falls with the rung by construction.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Cell, Kind
from forecaster.domain.ladder import Rung, Theatre
from models.family import JudgedRates, Simulation
from models.inputs import Inputs
from models.judged_chain import JudgedOutlook, outlook
from models.occupancy import Occupancy, occupancy, rung_paths
from models.summary import Summary, summarise

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Column:
    """One cell before it is summarised: its key and one probability per draw."""

    theatre: str
    domain: str
    horizon: int
    kind: Kind
    rung: str
    probability: Array
    path_noise: Array
    log_prior: Array
    log_likelihood: Array


def cells(inputs: Inputs, simulation: Simulation, *, chains: int) -> tuple[Cell, ...]:
    """Return every published cell of a simulation."""
    found = columns(inputs, simulation)
    if not found:
        return ()
    figures = summarise(
        np.stack([c.probability for c in found], axis=1),
        path_noise=np.stack([c.path_noise for c in found], axis=1),
        log_prior=np.stack([c.log_prior for c in found], axis=1),
        log_likelihood=np.stack([c.log_likelihood for c in found], axis=1),
        chains=chains,
    )
    return tuple(_cell(inputs, c, figures, i) for i, c in enumerate(found))


def columns(inputs: Inputs, simulation: Simulation) -> list[Column]:
    """Return the probabilities per draw of every cell, in the ladder's order."""
    rungs = rung_paths(simulation.paths, inputs.measures) if simulation.paths else None
    found: list[Column] = []
    for horizon in inputs.ladder.horizons:
        counted = _counted(inputs, rungs, horizon)
        for theatre in inputs.ladder.theatres:
            for domain in inputs.ladder.domains:
                part = _part(inputs, simulation, counted, theatre, domain, horizon)
                found += part.columns() if part else []
    return _never_rising_back(found)


def _counted(inputs: Inputs, rungs: NDArray[np.int8] | None, horizon: int) -> Occupancy | None:
    if rungs is None:
        return None
    step = inputs.calendar.last + horizon - inputs.measures.first_open_step
    return occupancy(rungs, step=step, count=len(inputs.measures.rungs))


@dataclass(frozen=True, slots=True)
class _Part:
    """One theatre, domain and horizon: its measured side, its judged side, or both."""

    theatre: str
    domain: str
    horizon: int
    rungs: tuple[Rung, ...]
    at: Array
    reach: Array
    below: Array
    judged: JudgedOutlook | None
    judged_rungs: tuple[str, ...]
    standing: int
    present: int
    paths: int
    measured_densities: tuple[Array, Array]
    judged_densities: tuple[Array, Array]

    def columns(self) -> list[Column]:
        """Return at and reach per rung, then the fall from the present rung."""
        base = self.judged.at[:, 0] if self.judged else np.ones(len(self.at))
        entered = self.judged.reach[:, 1] if self.judged and self.judged_rungs else 0.0 * base
        found: list[Column] = []
        for i, rung in enumerate(self.rungs):
            if rung.id in self.judged_rungs and self.judged:
                state = self.judged_rungs.index(rung.id) + 1
                found.append(self._judged("at", rung.id, self.judged.at[:, state]))
                found.append(self._judged("reach", rung.id, self.judged.reach[:, state]))
            else:
                at, reach = self.at[:, i], self.reach[:, i]
                found.append(self._counted("at", rung.id, at * base, at))
                joined = 1.0 - (1.0 - reach) * (1.0 - entered)
                found.append(self._counted("reach", rung.id, joined, reach))
        found.append(self._fall(base))
        return found

    def _fall(self, base: Array) -> Column:
        if self.standing and self.judged:
            rung = self.judged_rungs[self.standing - 1]
            return self._judged("fall", rung, self.judged.fall)
        # A fall below a measured rung counts unless a judged rung is in force at the horizon.
        below = self.below[:, self.present]
        return self._counted("fall", self.rungs[self.present].id, below * base, below)

    def _counted(self, kind: Kind, rung: str, value: Array, share: Array) -> Column:
        if self.paths == 0:
            return self._judged(kind, rung, value)
        noise = share * (1.0 - share) / self.paths
        prior, likelihood = self.measured_densities
        key = (self.theatre, self.domain, self.horizon, kind, rung)
        return Column(*key, value, noise, prior, likelihood)

    def _judged(self, kind: Kind, rung: str, value: Array) -> Column:
        prior, likelihood = self.judged_densities
        key = (self.theatre, self.domain, self.horizon, kind, rung)
        return Column(*key, value, np.zeros_like(value), prior, likelihood)


def _part(
    inputs: Inputs,
    simulation: Simulation,
    counted: Occupancy | None,
    theatre: Theatre,
    domain: str,
    horizon: int,
) -> _Part | None:
    rungs = inputs.ladder.rungs_of(theatre, domain)
    group = _group(inputs, theatre.id, domain)
    measured = _measured_index(inputs, theatre, domain, counted)
    if group is None and measured is None:
        return None
    judged, judged_rungs, standing = None, (), 0
    if group is not None and simulation.judged is not None:
        own = inputs.judged.cells_of(group)
        judged_rungs = tuple(inputs.judged.rungs[i] for i in own)
        standing = int(inputs.judged.standing[group])
        judged = _outlook(inputs, simulation.judged, own, standing, horizon)
    draws = _draws(simulation)
    if measured is not None and counted is not None:
        at, reach, below = (a[:, measured] for a in (counted.at, counted.reach, counted.below))
    else:
        at, reach, below = np.ones((draws, 1)), np.ones((draws, 1)), np.zeros((draws, 1))
    paths = simulation.paths.measure.shape[1] if measured is not None and simulation.paths else 0
    return _Part(
        theatre.id, domain, horizon, rungs, at, reach, below, judged, judged_rungs, standing,
        present_rung(inputs, theatre.id) if measured is not None else 0,
        paths,
        _densities(simulation.log_prior, simulation.log_likelihood, measured, draws),
        _densities(
            simulation.judged_log_prior, simulation.judged_log_likelihood, group, draws
        ),
    )  # fmt: skip


def present_rung(inputs: Inputs, theatre: str) -> int:
    """Return the index of the measured rung of the last whole step of a theatre (0 if none)."""
    k = inputs.measures.theatres.index(theatre)
    whole = np.flatnonzero(inputs.measures.complete[:, k])
    if not len(whole):
        return 0
    return int(inputs.measures.rung_of(inputs.measures.measure[whole[-1], k]))


def horizon_steps_ahead(inputs: Inputs, horizon: int) -> float:
    """Return how many steps lie between `as_of` and the end of the horizon; rarely whole."""
    end = inputs.calendar.end_of(inputs.calendar.last + horizon)
    length = timedelta(days=float(np.median(np.diff(inputs.calendar.edges).astype(float))))
    return (end - inputs.calendar.as_of) / length


def _outlook(
    inputs: Inputs, rates: JudgedRates, own: NDArray[np.int64], standing: int, horizon: int
) -> JudgedOutlook:
    steps = horizon_steps_ahead(inputs, horizon)
    return outlook(rates.enter[:, own], rates.leave[:, own], standing=standing, steps=steps)


def _group(inputs: Inputs, theatre: str, domain: str) -> int | None:
    pairs = list(zip(inputs.judged.theatres, inputs.judged.domains, strict=True))
    return pairs.index((theatre, domain)) if (theatre, domain) in pairs else None


def _measured_index(
    inputs: Inputs, theatre: Theatre, domain: str, counted: Occupancy | None
) -> int | None:
    track = inputs.ladder.track(domain)
    if counted is None or theatre.measure is None:
        return None
    if not any(r.resolution == "measured" and r.threshold is not None for r in track):
        return None
    return inputs.measures.theatres.index(theatre.id)


def _draws(simulation: Simulation) -> int:
    if simulation.paths is not None:
        return len(simulation.paths.measure)
    return len(simulation.judged.enter) if simulation.judged is not None else 0


def _densities(
    log_prior: Array | None, log_likelihood: Array | None, index: int | None, draws: int
) -> tuple[Array, Array]:
    if log_prior is None or log_likelihood is None or index is None:
        return np.zeros(draws), np.zeros(draws)
    return log_prior[:, index], log_likelihood[:, index]


def _never_rising_back(found: list[Column]) -> list[Column]:
    """Make `fall` grow with the horizon, which its rule for judged rungs could break slightly."""
    highest: dict[tuple[str, str], Array] = {}
    result = []
    for column in found:
        if column.kind == "fall":
            key = (column.theatre, column.domain)
            value = np.maximum(column.probability, highest.get(key, 0.0))
            highest[key] = value
            column = replace(column, probability=value)
        result.append(column)
    return result


def _cell(inputs: Inputs, column: Column, figures: Summary, i: int) -> Cell:
    return Cell(
        theatre=column.theatre,
        domain=column.domain,
        horizon_steps=column.horizon,
        horizon_end=inputs.calendar.end_of(inputs.calendar.last + column.horizon),
        kind=column.kind,
        rung=column.rung,
        probability=float(figures.probability[i]),
        lower=float(figures.lower[i]),
        upper=float(figures.upper[i]),
        mc_se=float(figures.mc_se[i]),
        prior_share=float(figures.prior_share[i]),
    )
