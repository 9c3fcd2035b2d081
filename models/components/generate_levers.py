"""Controlled indicators of a simulated history: new values that answer simulated movement."""

import numpy as np
from numpy.typing import NDArray

from models.components.levers import Levers, controlled
from models.components.reactions import answers
from models.family import Draws
from models.inputs import IndicatorPanel, Inputs
from models.inputs.indicators import placed, with_known

type Array = NDArray[np.float64]


class GeneratedLevers:
    """Levers step by step under one parameter draw, seen in the steps in which they were seen.

    A new value that the likelihood takes as an answer is drawn from it, without the bounds on how
    far readings go, which the likelihood does not know. Other new values, such as the first, are
    conditions and stay; so does what a pulse is between two new values. A value that is held is
    the last new one.
    """

    def __init__(
        self, inputs: Inputs, levers: Levers, one: Draws, rng: np.random.Generator, *, whole: int
    ) -> None:
        """Begin before the first step.

        Args:
            inputs: what was seen.
            levers: its controlled indicators.
            one: a single draw of what `components.reactions` registers, without its draw axis.
            rng: the generator to draw from.
            whole: steps of which movement is known in the end.
        """
        self._inputs, self._levers, self._one, self._rng = inputs, levers, one, rng
        self._indicators = controlled(inputs.ladder)
        self._known = levers.known.copy()
        self._answers = []
        for j in range(len(levers.ids)):
            now, before, looked = (a.tolist() for a in answers(levers, j, whole))
            self._answers.append(dict(zip(now, zip(before, looked, strict=True), strict=True)))

    def advance(self, step: int, features: list[Array]) -> None:
        """Draw the values known in `step`, given the features of movement after earlier steps."""
        for j, answered in enumerate(self._answers):
            if step in answered:
                before, looked = answered[step]
                self._known[step, j] = self._answer(j, self._known[before, j], features[looked])
            elif self._is_held(step, j):
                self._known[step, j] = self._known[step - 1, j]

    def push(self, step: int) -> Array:
        """Return what levers add to the states in a step (theatre)."""
        pushed: Array = np.zeros(self._levers.serves.shape[1])
        for j, i in enumerate(self._levers.indicator):
            value, *_ = placed(self._known[:, j], self._indicators[i], step + 1)
            believed = np.sqrt(self._levers.reliability[j]) * self._levers.serves[j]
            pushed = pushed + self._one["effects"][:, i] * believed * value[step]
        return pushed

    def panel(self) -> IndicatorPanel:
        """Return the inputs' indicators with the values drawn so far."""
        panel, levers = self._inputs.indicators, self._levers
        if not levers.ids:
            return panel
        known = panel.known.copy()
        for j, i in enumerate(levers.indicator):
            served = levers.serves[j] > 0
            known[:, served, levers.place[i]] = self._known[:, j, None]
        return with_known(panel, self._inputs.ladder, known)

    def _answer(self, j: int, before: float, movement: Array) -> float:
        rest, rho = self._one["reaction_rest"][j], self._one["reaction_persistence"][j]
        expected = rest + rho * (before - rest) + self._one["reaction"][j] @ movement
        return float(expected + self._one["reaction_spread"][j] * self._rng.standard_normal())

    def _is_held(self, step: int, j: int) -> bool:
        """Whether a value is carried on from the step before, as one that is not a pulse is."""
        levers = self._levers
        carried = np.isfinite(levers.known[step, j]) and not levers.fresh[step, j]
        return bool(carried and np.isnan(levers.rest[j]))
