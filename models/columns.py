"""Probabilities per posterior draw of every cell: `at`, `reach` and `fall`, per horizon.

Measured rungs are counted over simulated paths; judged rungs are solved exactly per draw, because
rare events are lost in paths. Given the parameters the two are independent, so they join by
products: probabilities sum to one and P(reach) falls with the rung by construction.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Kind
from forecaster.domain.ladder import Rung, Theatre
from models.family import JudgedRates, Simulation
from models.inputs import Inputs
from models.judged_chain import JudgedOutlook, outlook
from models.occupancy import Counted, count

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Column:
    """One cell before it is summarised: its key and one probability per draw.

    path_noise: variance that counting paths added to each draw's probability, 0 where exact.
    """

    theatre: str
    domain: str
    horizon: int
    kind: Kind
    rung: str
    probability: Array
    path_noise: Array


@dataclass(frozen=True, slots=True)
class _Measured:
    """The measured side of a theatre at one horizon: shares of paths (draw, rung)."""

    at: Array
    reach: Array
    below: Array
    present: int
    paths: int


@dataclass(frozen=True, slots=True)
class _Judged:
    """The judged side of a theatre and domain at one horizon."""

    outlook: JudgedOutlook
    rungs: tuple[str, ...]
    standing: int


@dataclass(frozen=True, slots=True)
class _Part:
    """One theatre, domain and horizon, with the sides that it has."""

    theatre: str
    domain: str
    horizon: int
    rungs: tuple[Rung, ...]
    measured: _Measured | None
    judged: _Judged | None

    def columns(self) -> list[Column]:
        """Return at and reach per rung, then the fall from the present rung."""
        found: list[Column] = []
        for i, rung in enumerate(self.rungs):
            if self.judged and rung.id in self.judged.rungs:
                state = self.judged.rungs.index(rung.id) + 1
                found += self._exact(rung.id, self.judged.outlook, state)
            elif self.measured:
                found += self._counted(rung.id, self.measured, i)
            elif self.judged:
                found += self._exact(rung.id, self.judged.outlook, 0)
        return [*found, self._fall()] if found else []

    def _exact(self, rung: str, outlook: JudgedOutlook, state: int) -> list[Column]:
        at, reach = outlook.at[:, state], outlook.reach[:, state]
        return [self._column("at", rung, at), self._column("reach", rung, reach)]

    def _counted(self, rung: str, measured: _Measured, i: int) -> list[Column]:
        at, reach = measured.at[:, i], measured.reach[:, i]
        not_judged = never_judged = np.ones_like(at)
        if self.judged:
            not_judged = self.judged.outlook.at[:, 0]
            never_judged = 1.0 - self.judged.outlook.reach[:, 1]
        return [
            self._column("at", rung, at * not_judged, at),
            self._column("reach", rung, 1.0 - (1.0 - reach) * never_judged, reach),
        ]

    def _fall(self) -> Column:
        if self.judged and (self.judged.standing or not self.measured):
            rungs = (self.rungs[0].id, *self.judged.rungs)
            return self._column("fall", rungs[self.judged.standing], self.judged.outlook.fall)
        assert self.measured is not None  # noqa: S101 - a part has a side, or no columns
        # A fall below a measured rung counts unless a judged rung is in force at the horizon.
        below = self.measured.below[:, self.measured.present]
        not_judged = self.judged.outlook.at[:, 0] if self.judged else 1.0
        return self._column("fall", self.rungs[self.measured.present].id, below * not_judged, below)

    def _column(self, kind: Kind, rung: str, value: Array, share: Array | None = None) -> Column:
        noise = np.zeros_like(value)
        if share is not None and self.measured:
            noise = share * (1.0 - share) / self.measured.paths
        return Column(self.theatre, self.domain, self.horizon, kind, rung, value, noise)


THREADS = 2
"""Chains of judged rungs that are solved at once."""

type Outlooks = Mapping[tuple[int, int], JudgedOutlook]
"""What judged rates say of each group (its place in the panel) at each horizon."""


def judged_outlooks(inputs: Inputs, rates: JudgedRates | None) -> Outlooks:
    """Return what judged rates say of every group at every horizon; nothing without rates."""
    if rates is None:
        return {}
    asked = list(product(range(len(inputs.judged.standing)), inputs.ladder.horizons))

    def solve(one: tuple[int, int]) -> JudgedOutlook:
        group, horizon = one
        own, standing = inputs.judged.cells_of(group), int(inputs.judged.standing[group])
        steps = horizon_steps_ahead(inputs, horizon)
        return outlook(rates.enter[:, own], rates.leave[:, own], standing=standing, steps=steps)

    with ThreadPoolExecutor(THREADS) as threads:  # compiled loops leave the other free to run
        return dict(zip(asked, threads.map(solve, asked), strict=True))


def columns(inputs: Inputs, simulation: Simulation) -> list[Column]:
    """Return the probabilities per draw of every cell, in the ladder's order.

    A simulation without judged rates (a reference) answers for measured rungs only.
    """
    counted = None if simulation.paths is None else count(inputs, simulation.paths)
    return counted_columns(inputs, counted, judged_outlooks(inputs, simulation.judged))


def counted_columns(inputs: Inputs, counted: Counted | None, outlooks: Outlooks) -> list[Column]:
    """Return `columns` of a simulation whose paths were counted and judged rates solved."""
    found: list[Column] = []
    for h, horizon in enumerate(inputs.ladder.horizons):
        for theatre in inputs.ladder.theatres:
            for domain in inputs.ladder.domains:
                measured = _measured_side(inputs, theatre, domain, counted, h)
                judged = _judged_side(inputs, outlooks, theatre.id, domain, horizon)
                settled = _settled(inputs, theatre, domain, judged)
                part = _Part(theatre.id, domain, horizon, settled, measured, judged)
                found += part.columns()
    return _never_sinking(found)


def horizon_steps_ahead(inputs: Inputs, horizon: int) -> float:
    """Return how many steps lie between `as_of` and the end of the horizon; rarely whole."""
    end = inputs.calendar.end_of(inputs.calendar.last + horizon)
    return (end - inputs.calendar.as_of) / timedelta(days=inputs.calendar.usual_days)


def _settled(
    inputs: Inputs, theatre: Theatre, domain: str, judged: _Judged | None
) -> tuple[Rung, ...]:
    """Return the rungs of a theatre that this simulation can answer for."""
    rungs = inputs.ladder.rungs_of(theatre, domain)
    return rungs if judged else tuple(r for r in rungs if r.resolution == "measured")


def _measured_side(
    inputs: Inputs, theatre: Theatre, domain: str, counted: Counted | None, h: int
) -> _Measured | None:
    track = inputs.ladder.track(domain)
    if counted is None or theatre.measure is None:
        return None
    if not any(r.resolution == "measured" and r.threshold is not None for r in track):
        return None
    k, there = inputs.measures.theatres.index(theatre.id), counted.occupied[h]
    present = inputs.measures.present_rung(k)
    return _Measured(there.at[:, k], there.reach[:, k], there.below[:, k], present, counted.paths)


def _judged_side(
    inputs: Inputs, outlooks: Outlooks, theatre: str, domain: str, horizon: int
) -> _Judged | None:
    group = inputs.judged.group_of(theatre, domain)
    if group is None or not outlooks:
        return None
    own, standing = inputs.judged.cells_of(group), int(inputs.judged.standing[group])
    return _Judged(outlooks[group, horizon], tuple(inputs.judged.rungs[i] for i in own), standing)


def _never_sinking(found: list[Column]) -> list[Column]:
    """Make `fall` grow with the horizon, which its rule for judged rungs could break slightly."""
    highest: dict[tuple[str, str], Array] = {}
    result = []
    for column in found:
        if column.kind == "fall":
            key = (column.theatre, column.domain)
            highest[key] = np.maximum(column.probability, highest.get(key, 0.0))
            column = replace(column, probability=highest[key])
        result.append(column)
    return result
