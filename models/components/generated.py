"""Simulated outcomes in place of the observed ones: what was known, and for how long, stays.

Bases of shares, exposures and calendars are conditions of the likelihood, not outcomes of it; they
are kept, so that the simulated data come from exactly the distribution that the likelihood states.
The one difference is meant: counts are drawn as counts (Poisson), where the likelihood takes their
logarithm as normal. Simulation-based calibration shows whether that matters.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.components.counting import LARGEST_RATE
from models.inputs import JudgedPanel, MeasurePanel

type Array = NDArray[np.float64]


def generated_measures(
    measures: MeasurePanel, log_measure: Array, rng: np.random.Generator
) -> MeasurePanel:
    """Return the panel with counts (or values) drawn anew wherever something was seen.

    Args:
        measures: what was seen, when and against which base.
        log_measure: logarithm of the measure that each step would show if counting added no noise
            (step, theatre).
        rng: the generator to draw from.
    """
    seen = (measures.exposure > 0) & np.isfinite(measures.base)
    base = np.where(seen, measures.base, 0.0)
    intensity = np.exp(np.minimum(log_measure, np.log(LARGEST_RATE)))
    rate = np.where(seen, intensity * base * measures.exposure / 100.0, 0.0)
    counted = rng.poisson(np.minimum(rate, LARGEST_RATE)).astype(float)
    drawn = np.where(measures.is_share, counted, intensity)
    return replace(measures, count=np.where(seen, drawn, measures.count))


def generated_judged(
    judged: JudgedPanel,
    enter: Array,
    leave: Array,
    rng: np.random.Generator,
    *,
    push: Array | float = 0.0,
) -> JudgedPanel:
    """Return the record with entries and exits drawn anew, given the steps open to each.

    Args:
        judged: the record, of which exposure and steps spent are kept.
        enter: rate per step of entering each cell (cell).
        leave: rate per step of leaving each cell (cell).
        rng: the generator to draw from.
        push: what is added to the logarithm of rates of entry in each step (step, 1).
    """
    entered = rng.poisson(enter * np.exp(push) * judged.exposure_by_step).astype(float)
    return replace(
        judged,
        entered=entered.sum(axis=0),
        entered_by_step=entered,
        left=rng.poisson(leave * judged.spent).astype(float),
    )
