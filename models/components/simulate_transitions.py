"""Joint paths of rungs and measures from the posterior of the three routes, all draws at once.

Each step: hazards from where every theatre stands, one move or none, its size, then the measure
within the rung that was come to: normal around what was expected, cut to the rung. It enters the
memories, and the next step begins. Theatres not seen for some steps are walked through them, so
that what was missed widens the answer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from models.components.memory import INCIDENTS, SPANS, Means, keeps, precision
from models.components.route_hazards import (
    Carried,
    Hazards,
    expected_of,
    hazards,
    lines_of,
    parameters_of,
    shifts_at,
    spread_at,
)
from models.components.rung_history import (
    RungHistory,
    counting_at,
    incidents_of,
    present_base,
    rung_history,
    with_neighbours,
)
from models.components.rung_moves import moved
from models.components.walk_start import first_unseen, standing_at
from models.family import Draws, JudgedRates, MeasurePaths, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

FARTHEST = 7.5
"""Standardised distances are held within this, where the normal distribution has digits left."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk of all theatres: measure (draw, path, step, theatre) from `first` on.

    ascents, inadvertent: expected moves upward per path in each step, and those of them that came
    by the inadvertent route (step, theatre).
    """

    first: int
    measure: Array
    ascents: Array
    inadvertent: Array


def simulate_transitions(
    inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator
) -> Simulation:
    """Return joint paths of all measured theatres and the rates of all judged cells."""
    measured = bool(inputs.measures.theatres)
    walked = walk(inputs, draws, paths, rng) if measured else None
    return Simulation(
        paths=MeasurePaths(walked.first, walked.measure) if walked else None,
        judged=JudgedRates(draws["enter"], draws["leave"]) if inputs.judged.rungs else None,
    )


def walk(inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator) -> Walk:
    """Return one walk of every theatre per draw and path, up to the longest horizon."""
    walker = _Walker(inputs, draws, rng)
    first = inputs.measures.first_open_step
    begin = first_unseen(inputs, walker.history)
    now = standing_at(begin, inputs, walker.history, draws, paths, rng)
    steps = range(begin, first + inputs.steps_open)
    measure = np.empty((*now.rung.shape[:2], inputs.steps_open, now.rung.shape[2]))
    ascents, inadvertent = np.zeros((2, inputs.steps_open, now.rung.shape[2]))
    for t in steps:
        before = now
        now, value, route = walker.step(t, before)
        if t < first:
            continue
        rose = now.rung > before.rung
        measure[:, :, t - first] = value
        ascents[t - first] = rose.mean(axis=(0, 1))
        inadvertent[t - first] = (rose * _share(route)).mean(axis=(0, 1))
    return Walk(first, measure, ascents, inadvertent)


def _share(route: Hazards) -> Array:
    """Return the inadvertent route's share of the hazard upward."""
    either = route.purposeful + route.inadvertent
    return route.inadvertent / np.maximum(either, 1e-300)


class _Walker:
    """What stays the same from step to step of one walk."""

    def __init__(self, inputs: Inputs, draws: Draws, rng: np.random.Generator) -> None:
        self.inputs, self.draws, self.rng = inputs, draws, rng
        self.history: RungHistory = rung_history(inputs)
        self.level = inputs.measures.is_level
        self.lines, self.p = lines_of(inputs), parameters_of(draws)
        self.keep = keeps(SPANS[inputs.ladder.step])
        self.fade = keeps(INCIDENTS[inputs.ladder.step])
        self.base = present_base(inputs.measures)

    def step(self, t: int, now: Carried) -> tuple[Carried, Array, Hazards]:
        """Return where theatres stand after step `t`, its measure, and the hazards it had."""
        means = self._peeked(t, now.means)
        expected = None if self.level else expected_of(self.p, means)
        felt = with_neighbours(now.incidents, level=self.level)
        shifts = shifts_at(self.inputs, self.p, t - self.inputs.calendar.last)
        route = hazards(self.inputs, self.p, self.lines, now.rung, felt, expected, shifts)
        rung = moved(now.rung, route, self.draws, self.rng)
        if expected is None:
            rung = self._corrected(t, rung)
            return self._level_after(now, rung), self._level_of(rung), route
        y = self._seen_or(t, self._within(rung, expected))
        rung = self._rung_of(y)
        return self._after(now, rung, y), np.exp(y), route

    def _peeked(self, t: int, means: Means) -> Means:
        """Return the memories with what a partly seen step already says."""
        if self.level or t >= len(self.history.seen.y):
            return means
        seen = self.history.seen
        partly = (seen.observed[t] > 0.5) & ~self.inputs.measures.complete[t]
        if not partly.any():
            return means
        weight = np.where(partly, precision(seen.exposure[t], seen.counting[t]), 0.0)
        return means.seen(seen.y[t], weight)

    def _within(self, rung: Index, expected: Array) -> Array:
        """Return log measures within their rungs: normal around what is expected, cut to them."""
        spread = spread_at(self.inputs, self.p, expected)
        lower, upper = self.lines.lower[rung], self.lines.upper[rung]
        low = np.clip((lower - expected) / spread, -FARTHEST, FARTHEST)
        high = np.clip((upper - expected) / spread, -FARTHEST, FARTHEST)
        a, b = ndtr(low), ndtr(high)
        y = expected + spread * ndtri(a + (b - a) * self.rng.random(rung.shape))
        y = np.where(high - low > 1e-9, y, np.where(low > 0, lower, upper))
        return np.maximum(np.minimum(y, upper - 1e-9), lower)

    def _seen_or(self, t: int, y: Array) -> Array:
        """Return `y`, but what was seen where the step was seen, wholly or in part."""
        panel, seen = self.inputs.measures, self.history.seen
        if t >= len(seen.y):
            return y
        share = np.where(seen.observed[t] > 0.5, panel.exposure[t], 0.0)
        so_far = np.where(share > 0, 100.0 * panel.count[t] / self.base, 0.0)
        partly = (share > 0) & ~panel.complete[t] & panel.is_share
        rest = so_far + (1.0 - share) * np.exp(y)
        y = np.where(partly, np.log(np.maximum(rest, 1e-12)), y)
        return np.where((share > 0) & panel.complete[t], seen.y[t], y)

    def _rung_of(self, y: Array) -> Index:
        found: Index = np.searchsorted(self.lines.upper[:-1], y, side="right")
        return found

    def _after(self, now: Carried, rung: Index, y: Array) -> Carried:
        counting = counting_at(self.inputs.measures, self.base, y)
        means = now.means.seen(y, precision(np.ones(1), counting)).aged(self.keep)
        return Carried(rung, means, self._faded(now, rung))

    def _faded(self, now: Carried, rung: Index) -> Array:
        new = incidents_of(now.rung, rung, level=self.level)
        return np.asarray(self.fade * (now.incidents + new[..., None]))

    def _level_after(self, now: Carried, rung: Index) -> Carried:
        return Carried(rung, now.means, self._faded(now, rung))

    def _corrected(self, t: int, rung: Index) -> Index:
        """Return what was seen where step `t` was seen whole, else the simulated rung."""
        if t >= len(self.history.rung):
            return rung
        known = self.history.rung[t]
        return np.where(known >= 0, known, rung)

    def _level_of(self, rung: Index) -> Array:
        """Return the level that stands for each rung."""
        return self.inputs.measures.middles[rung]
