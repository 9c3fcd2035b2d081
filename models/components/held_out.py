"""Direct regressions: one per horizon, judged on later blocks than they learnt from."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Whole = NDArray[np.int64]

VALIDATED = 52
"""How many of the last past origins are predicted from what came before them."""

FEWEST_STEPS = 20
"""Past origins with a known outcome below which nothing is fitted."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Cases to learn from: x (case, feature), y (case), weight (case)."""

    x: Array
    y: Array
    weight: Array


type Learner = Callable[[Rows, Array], Array]
"""From rows to learn from and new x (case, feature) to predictions (case, …)."""


@dataclass(frozen=True, slots=True)
class Design:
    """x: (t, theatre, feature), t = 0 … T. y: outcome of each whole step (T, theatre), NaN unseen.

    Where `quiet` (t, theatre) and the outcome is 0, one case in `every` is kept and stands for
    `every` of them. longest: how many of the last past origins are learnt from at most. offset:
    taken from the outcome of each origin before learning, and given back (t, theatre).
    """

    x: Array
    y: Array
    quiet: NDArray[np.bool_]
    every: int = 1
    longest: int = 10_000
    blocks: int = 3
    offset: Array | None = None

    def target(self, origins: Whole, lead: int) -> Array:
        """Return what is learnt of the outcomes `lead` steps after each origin."""
        outcome = self.y[origins + lead]
        return np.asarray(outcome if self.offset is None else outcome - self.offset[origins])

    def given_back(self, predicted: Array, origins: Whole) -> Array:
        """Return predictions (origin, theatre, …) as outcomes."""
        if self.offset is None:
            return predicted
        offset = self.offset[origins]
        return np.asarray(predicted + offset.reshape(*offset.shape, *[1] * (predicted.ndim - 2)))


def rows_before(design: Design, lead: int, end: int) -> Rows:
    """Return the cases whose outcome, `lead` steps after their origin, comes before step `end`."""
    origins = np.arange(max(0, end - lead - design.longest), max(0, end - lead))
    x, y = design.x[origins], design.target(origins, lead)
    thin = design.quiet[origins] & (y == 0)
    place = np.arange(y.size).reshape(y.shape)
    kept = np.isfinite(y) & (~thin | (place % design.every == 0))
    weight = np.where(thin, float(design.every), 1.0)
    return Rows(x[kept], y[kept], weight[kept])


def predict_now(design: Design, lead: int, learn: Learner) -> Array:
    """Return predictions from the open step (theatre, …)."""
    steps = len(design.y)
    predicted = learn(rows_before(design, lead, steps), design.x[steps])
    return np.asarray(design.given_back(predicted[None], np.array([steps]))[0])


def predict_past(design: Design, lead: int, learn: Learner) -> tuple[Whole, Array]:
    """Return past origins and predictions from them (origin, theatre, …), each learnt from before.

    No origin is returned where the past is too short.
    """
    last = len(design.y) - lead
    first = max(last - VALIDATED, FEWEST_STEPS + lead)
    edges = np.unique(np.linspace(first, max(first, last), design.blocks + 1).astype(int))
    theatres, found = design.x.shape[1], []
    for start, stop in pairwise(edges):
        x = design.x[start:stop].reshape(-1, design.x.shape[-1])
        predicted = learn(rows_before(design, lead, int(start)), x)
        found.append(predicted.reshape(stop - start, theatres, *predicted.shape[1:]))
    origins = np.arange(first, max(first, last))
    return origins, design.given_back(np.concatenate(found), origins) if found else np.zeros(0)


def enough(design: Design, lead: int) -> bool:
    """Return whether there is enough past to fit a regression at a lead."""
    return len(design.y) - lead >= FEWEST_STEPS and bool(np.isfinite(design.y[lead:]).any())
