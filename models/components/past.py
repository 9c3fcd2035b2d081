"""The past as a reference forecaster sees it, and what of it would have been seen from any origin.

From past origin t a reference knows the whole steps before t and, where part of the open step is
seen now, the same part of step t. What worked from past origins is thus judged on what would have
been known there, and nothing later.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.history import log_history
from models.components.observation import measure_of
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Past:
    """Steps 0 … T - 1 are whole; step T is the first open one, where simulation begins.

    whole: log measure (T, theatre), NaN if unseen. early: log measure of the first days of each
    step, as many as are seen of step T, scaled to a whole one (T + 1, theatre); NaN if unseen.
    part: share of step T that is seen (theatre). rung: (T, theatre), -1 if unseen. cuts: log
    thresholds. leads: for each horizon of the ladder, how many steps after T it lies. levels: the
    measure is an ordinal level itself, not a quantity.
    """

    whole: Array
    early: Array
    part: Array
    rung: Whole
    cuts: Array
    leads: Whole
    levels: bool

    @property
    def steps(self) -> int:
        """How many whole steps there are; also the number of the open step."""
        return len(self.whole)

    @property
    def has_early(self) -> bool:
        """Whether a part of the open step is seen in any theatre."""
        return bool(np.isfinite(self.early[-1]).any())


def past_of(inputs: Inputs) -> Past:
    """Return the past of `inputs`, up to the first open step."""
    whole = log_history(inputs)
    steps, measures = len(whole), inputs.measures
    seen = np.isfinite(whole)
    rung = measures.rung_of(measures.measure[:steps])
    filled = measures.rung_of(measure_of(measures, np.nan_to_num(whole)))
    known = measures.complete[:steps] & (measures.exposure[:steps] > 0)
    early, part = _early(inputs, steps)
    return Past(
        whole=whole,
        early=early,
        part=part,
        rung=np.where(seen, np.where(known, rung, filled), -1),
        cuts=np.log(measures.thresholds),
        leads=np.array(inputs.ladder.horizons) + inputs.calendar.last - steps,
        levels=measures.is_level,
    )


def _early(inputs: Inputs, steps: int) -> tuple[Array, Array]:
    measures = inputs.measures
    shape = (steps + 1, len(measures.theatres))
    if measures.early is None or steps >= len(measures.exposure):
        return np.full(shape, np.nan), np.zeros(shape[1])
    part = np.where(measures.is_share, measures.exposure[steps], 0.0)
    base, count = measures.base[: steps + 1], measures.early[: steps + 1]
    known = (measures.exposure[: steps + 1] >= part) & np.isfinite(base) & (part > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(100.0 * (count + 0.5) / (base * part))
    return np.where(known, y, np.nan), part
