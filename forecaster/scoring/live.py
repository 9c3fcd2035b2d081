"""Scores of what was published, in the same figures as those of a backtest.

Runs come when they come: they are put on the ladder's steps, so that a block holds as many steps as
the horizon and neighbouring runs share one. Theatres and domains are taken together.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import Score
from forecaster.domain.settled import SettledReaches, SettledScores
from forecaster.scoring.bootstrap import (
    Blocks,
    Statistic,
    draw_blocks,
    estimate,
    mean,
    skill,
    slope,
)
from forecaster.scoring.pooling import ALL, LEVEL_DIFFERENCE, LEVEL_SCORE

type Array = NDArray[np.float64]

PUBLISHED = "published"
"""What readers were given, whichever family it came from."""
FEWEST_BLOCKS = 6
"""Fewer blocks of steps give no interval: one from so few is too narrow to be believed."""
_RESAMPLES, _SEED = 2_000, 1


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps from the first run to the last, and resamples of them."""

    horizon: int
    first: datetime
    length: timedelta
    count: int
    blocks: Blocks

    def sums(self, found: Iterable[tuple[datetime, Sequence[float]]], terms: int) -> Array:
        """Return terms of each moment added up by step (term, step, 1)."""
        added = np.zeros((terms, self.count, 1))
        for moment, values in found:
            added[:, (moment - self.first) // self.length, 0] += values
        return added

    def score(
        self, name: str, statistic: Statistic, sums: Array, n: int, *, level: float, against: str
    ) -> Score:
        """Return a figure, with its interval where there are blocks enough."""
        made = estimate(statistic, sums, self.blocks, level=level)
        ends = (float(made.lower[0]), float(made.upper[0]))
        sure = self.blocks.count >= FEWEST_BLOCKS and np.isfinite(ends).all()
        lower, upper = ends if sure else (None, None)
        value = float(made.value[0])
        return Score(PUBLISHED, name, ALL, ALL, self.horizon, n, value, lower, upper, against)


def live_scores(
    scores: Sequence[SettledScores], reaches: Sequence[SettledReaches], *, step: timedelta
) -> tuple[Score, ...]:
    """Return `rps`, `rps_skill_best` and `next_rung_slope` at each horizon, as in a backtest.

    The best reference is that of lowest mean score, chosen after the fact. There is no skill where
    no reference spoke, and no slope where the next rung was always reached or never. No
    interval with fewer than `FEWEST_BLOCKS` blocks of steps as long as the horizon.
    """
    found: list[Score] = []
    for horizon in sorted({s.horizon_steps for s in scores}):
        mine = [s for s in scores if s.horizon_steps == horizon]
        steps = _steps(horizon, [s.as_of for s in mine], step)
        found += _errors(steps, mine)
        found += _slope(steps, [r for r in reaches if r.horizon_steps == horizon])
    return tuple(found)


def _steps(horizon: int, moments: Sequence[datetime], length: timedelta) -> _Steps:
    first = min(moments)
    count = (max(moments) - first) // length + 1
    blocks = draw_blocks(count, block=horizon, resamples=_RESAMPLES, seed=_SEED)
    return _Steps(horizon, first, length, count, blocks)


def _errors(steps: _Steps, scores: Sequence[SettledScores]) -> Iterator[Score]:
    best = _best(scores)
    beside = [s for s in scores if s.reference == best]
    own = steps.sums(((s.as_of, (s.rps, s.n)) for s in beside), 2)
    n = sum(s.n for s in beside)
    yield steps.score("rps", mean, own, n, level=LEVEL_SCORE, against="")
    compared = sum(s.compared for s in beside)
    if compared and sum(s.rps_reference for s in beside) > 0:
        pair = steps.sums(((s.as_of, (s.rps_compared, s.rps_reference)) for s in beside), 2)
        level = LEVEL_DIFFERENCE
        yield steps.score("rps_skill_best", skill, pair, compared, level=level, against=best)


def _best(scores: Sequence[SettledScores]) -> str:
    """Return the reference of lowest mean score; one that never spoke only if none did."""

    def mean_of(reference: str) -> float:
        beside = [s for s in scores if s.reference == reference]
        compared = sum(s.compared for s in beside)
        return sum(s.rps_reference for s in beside) / compared if compared else float("inf")

    return min(sorted({s.reference for s in scores}), key=mean_of)


def _slope(steps: _Steps, reaches: Sequence[SettledReaches]) -> Iterator[Score]:
    n, came = sum(r.n for r in reaches), sum(r.n for r in reaches if r.reached)
    if not 0 < came < n:
        return
    terms = (
        (r.as_of, (r.n, r.chance, r.reached * r.n, r.squared, r.reached * r.chance))
        for r in reaches
    )
    sums = steps.sums(terms, 5)
    yield steps.score("next_rung_slope", slope, sums, n, level=LEVEL_SCORE, against="")
