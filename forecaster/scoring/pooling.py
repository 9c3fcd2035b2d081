"""From cells to rows: figures over all theatres together and by theatre, with their intervals."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import Plan, Score
from forecaster.scoring.bootstrap import Blocks, Estimate, Statistic, draw_blocks, estimate
from forecaster.scoring.panel import Panel

type Array = NDArray[np.float64]

ALL = "*"
MOST_THEATRES = 40
"""With more theatres than this nobody reads them one by one: only all together are scored."""
LEVEL_SCORE, LEVEL_DIFFERENCE = 0.90, 0.95


@dataclass(frozen=True, slots=True)
class Pooling:
    """One horizon's columns (all theatres, then each) and the resamples that all figures share."""

    horizon: int
    theatres: tuple[str, ...]
    blocks: Blocks

    @property
    def by_theatre(self) -> bool:
        """Whether there is a column for each theatre."""
        return len(self.theatres) > 1

    def sums(self, *terms: Array) -> Array:
        """Return terms (origin, theatre) as sums (term, origin, column); NaN counts as nothing."""
        stacked = np.nan_to_num(np.stack(terms))
        total = stacked.sum(axis=2, keepdims=True)
        return np.concatenate([total, stacked], axis=2) if self.by_theatre else total

    def estimate(self, statistic: Statistic, sums: Array, *, level: float) -> Estimate:
        """Return the figure of every column."""
        return estimate(statistic, sums, self.blocks, level=level)


@dataclass(frozen=True, slots=True)
class Label:
    """What the rows of one figure have in common."""

    forecaster: str
    score: str
    rung: str = ALL
    reference: str = ""


def make_pooling(plan: Plan, panel: Panel) -> Pooling:
    """Return the columns and resamples of a panel, which must have an origin.

    Blocks are as long as the plan says, and never shorter than the horizon.
    """
    steps = math.ceil(panel.horizon / plan.every_steps)
    blocks = draw_blocks(
        len(panel.origins),
        block=max(plan.block_steps, steps),
        resamples=plan.resamples,
        seed=plan.seed,
    )
    each = panel.theatres if len(panel.theatres) <= MOST_THEATRES else ()
    return Pooling(panel.horizon, (ALL, *each), blocks)


def rows(pooling: Pooling, label: Label, found: Estimate, n: Array) -> Iterator[Score]:
    """Yield a score for every column that has a value; `n` is the number of its cells (column)."""
    for i, theatre in enumerate(pooling.theatres):
        if n[i] > 0 and math.isfinite(found.value[i]):
            sure = math.isfinite(found.lower[i])
            yield Score(
                forecaster=label.forecaster,
                score=label.score,
                theatre=theatre,
                rung=label.rung,
                horizon_steps=pooling.horizon,
                n=int(n[i]),
                value=float(found.value[i]),
                lower=float(found.lower[i]) if sure else None,
                upper=float(found.upper[i]) if sure else None,
                reference=label.reference,
            )


def bare(value: Array) -> Estimate:
    """Return figures without an interval."""
    return Estimate(value, np.full_like(value, np.nan), np.full_like(value, np.nan))
