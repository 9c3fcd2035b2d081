"""Whether an answer from draws weighed anew is that of a full fit: cell by cell, within noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Cell

type Array = NDArray[np.float64]

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

    `compared` says when a cell agrees.
    """
    other = {_key(cell): cell for cell in weighed}
    common = [cell for cell in fitted if _key(cell) in other]
    if not common:
        return None
    same = [other[_key(cell)] for cell in common]
    apart, within = compared(figures(common), figures(same))
    return Agreement(float(within.mean()), float(apart.max()))


def figures(cells: Sequence[Cell]) -> Array:
    """Return the probability of every cell and its Monte Carlo error, NaN where it has none."""
    return np.array([[cell.probability, cell.mc_se] for cell in cells])


def compared(fitted: Array, weighed: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return how far the `figures` of two answers lie apart, and whether that is agreement.

    A cell agrees within max(`TOLERANCE`, `ERRORS` times the larger of the two Monte Carlo errors).
    """
    apart = np.abs(fitted[:, 0] - weighed[:, 0])
    error = np.maximum(np.nan_to_num(fitted[:, 1]), np.nan_to_num(weighed[:, 1]))
    return apart, apart <= np.maximum(TOLERANCE, ERRORS * error)


def _key(cell: Cell) -> tuple[str, str, int, str, str]:
    return cell.theatre, cell.domain, cell.horizon_steps, cell.kind, cell.rung
