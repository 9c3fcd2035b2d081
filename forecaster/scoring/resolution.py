"""Resolution: what came of a forecast's target, and on the way to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import Outcomes
from forecaster.errors import ScoreError

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What came, (origin, theatre).

    rung: at the target step, -1 if that was not seen whole. highest: greatest rung of the steps
    from the one that holds the origin up to the target, -1 if any of them was not seen whole, for
    to settle on what was seen would let in events alone. measure: at the target, NaN if unseen.
    """

    rung: NDArray[np.int64]
    highest: NDArray[np.int64]
    measure: Array


def resolve(
    outcomes: Outcomes,
    *,
    theatres: Sequence[str],
    targets: Sequence[datetime | None],
    horizon: int,
) -> Resolved:
    """Return what came for each origin and theatre.

    Args:
        outcomes: of one ladder; `ends` rise, step after step without a gap.
        theatres: which, each among the outcomes'.
        targets: end of the step that each origin's forecasts speak of; None, or an end that the
            outcomes do not hold, stays unresolved.
        horizon: in steps; the target is so many steps after the one that holds the origin.

    Raises:
        ScoreError: the ends do not rise.
    """
    if any(a >= b for a, b in pairwise(outcomes.ends)):
        raise ScoreError("ends of outcomes do not rise: give each step once, in order")
    rows = [outcomes.theatres.index(theatre) for theatre in theatres]
    rungs, measures = outcomes.rung[rows], outcomes.measure[rows]
    step = {end: i for i, end in enumerate(outcomes.ends)}
    shape = (len(targets), len(theatres))
    rung, highest = np.full(shape, -1), np.full(shape, -1)
    measure = np.full(shape, np.nan)
    for origin, target in enumerate(targets):
        if target is None or target not in step:
            continue
        t = step[target]
        rung[origin] = rungs[:, t]
        measure[origin] = np.where(rung[origin] >= 0, measures[:, t], np.nan)
        if t >= horizon:
            highest[origin] = _highest(rungs[:, t - horizon : t + 1])
    return Resolved(rung, highest, measure)


def _highest(rungs: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where((rungs >= 0).all(axis=1), rungs.max(axis=1), -1)
