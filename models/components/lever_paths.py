"""Simulated values of controlled indicators, each renewed at its own pace, over draws and paths."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from models.components.levers import Levers
from models.components.reactions import LONGEST_GAP
from models.inputs.standardisation import CLIP

type Array = NDArray[np.float64]
type MovementAt = Callable[[int], Array]
"""The movement after a step: (draw or 1, path or 1, feature)."""


class LeverPaths:
    """Levers from the present on: known where they are known, answering movement after that.

    A value is (draw or 1, path or 1). A lever whose last value is long past starts from where its
    own autoregression expects it to be by now. `held` levers stay where they are put,
    `held_after` steps from the present; unless `bounded`, values are not clipped as readings are.
    """

    def __init__(
        self,
        levers: Levers,
        draws: Mapping[str, Array],
        shape: tuple[int, int],
        rng: np.random.Generator,
        *,
        held: Mapping[int, float] | None = None,
        held_after: int = 0,
        bounded: bool = True,
    ) -> None:
        self._levers, self._rng, self._shape = levers, rng, shape
        self._held, self._held_after = dict(held or {}), held_after
        self._bound = CLIP if bounded else np.inf
        self._last = len(levers.known) - 1
        self._rest, self._rho, self._spread = (
            draws[f"reaction_{part}"].T[:, :, None] for part in ("rest", "persistence", "spread")
        )
        self._gamma = draws["reaction"].swapaxes(0, 1)[:, :, None]
        starts = [self._start(j) for j in range(len(levers.ids))]
        self._begun = [value for value, _ in starts]
        self._latest = list(self._begun)
        self._due = [due for _, due in starts]
        self._after: list[list[Array]] = [[] for _ in starts]

    def at(self, step: int, column: int) -> Array:
        """Return the value that a lever has in a step up to the last one it was taken to."""
        if step > self._last:
            return self._after[column][step - self._last - 1]
        known = self._levers.known[step, column] if step >= 0 else np.nan
        return np.full((1, 1), known) if np.isfinite(known) else self._begun[column]

    def advance(self, step: int, movement: MovementAt) -> None:
        """Take every lever to the next step."""
        for j, after in enumerate(self._after):
            if j in self._held and step > self._last + self._held_after:
                after.append(np.full((1, 1), self._held[j]))
                continue
            fresh = step >= self._due[j]
            if fresh:
                self._due[j] = step + int(self._levers.spacing[j])
                seen = movement(step - int(self._levers.delay[j]))
                self._latest[j] = self._answer(j, seen)
            rest = self._levers.rest[j]
            pulse = not fresh and np.isfinite(rest)
            after.append(np.full((1, 1), rest) if pulse else self._latest[j])

    def _answer(self, j: int, movement: Array) -> Array:
        answer = (self._gamma[j] * movement).sum(axis=-1)
        expected: Array = self._rest[j] + self._rho[j] * (self._latest[j] - self._rest[j]) + answer
        value: Array = expected + self._spread[j] * self._noise()
        return np.clip(value, -self._bound, self._bound)

    def _start(self, j: int) -> tuple[Array, int]:
        """Return the last new value, or what it may be by now, and when the next one is due."""
        steps = np.flatnonzero(self._levers.fresh[:, j])
        spacing = int(self._levers.spacing[j])
        if not len(steps):
            sd = self._spread[j] / np.sqrt(1.0 - self._rho[j] ** 2)
            return np.clip(
                self._rest[j] + sd * self._noise(), -self._bound, self._bound
            ), self._last + 1
        value = np.full((1, 1), self._levers.known[steps[-1], j])
        missed = (self._last - int(steps[-1])) // spacing
        due = max(self._last + 1, int(steps[-1]) + spacing)
        if missed < LONGEST_GAP:
            return value, due
        kept = self._rho[j] ** missed
        sd = self._spread[j] * np.sqrt((1.0 - kept**2) / (1.0 - self._rho[j] ** 2))
        start = self._rest[j] + kept * (value - self._rest[j]) + sd * self._noise()
        return np.clip(start, -self._bound, self._bound), due

    def _noise(self) -> Array:
        return self._rng.standard_normal(self._shape)
