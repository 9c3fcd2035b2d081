"""Whether an answer from draws weighed anew is that of a full fit: cell by cell, within noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Cell

TOLERANCE = 0.01
"""Difference of two probabilities that is never worth a word."""

ERRORS = 3.0
"""Monte Carlo errors that two answers may lie apart by chance."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """share: of cells within the tolerance; largest: difference of any two."""

    share: float
    largest: float


def agreement(fitted: Sequence[Cell], weighed: Sequence[Cell]) -> Agreement | None:
    """Return how far two answers to the same questions agree, None if they have no cell in common.

    A cell agrees within max(`TOLERANCE`, `ERRORS` times the larger of the two Monte Carlo errors).
    """
    other = {_key(cell): cell for cell in weighed}
    pairs = [(cell, other[_key(cell)]) for cell in fitted if _key(cell) in other]
    if not pairs:
        return None
    apart = np.abs(_figures(pairs, "probability") @ (1.0, -1.0))
    error = np.nan_to_num(_figures(pairs, "mc_se")).max(axis=1)
    within = apart <= np.maximum(TOLERANCE, ERRORS * error)
    return Agreement(float(within.mean()), float(apart.max()))


def _figures(pairs: Sequence[tuple[Cell, Cell]], name: str) -> NDArray[np.float64]:
    return np.array([[getattr(a, name), getattr(b, name)] for a, b in pairs])


def _key(cell: Cell) -> tuple[str, str, int, str, str]:
    return cell.theatre, cell.domain, cell.horizon_steps, cell.kind, cell.rung
