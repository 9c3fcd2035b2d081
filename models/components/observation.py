"""What is seen of a measure, on the log scale, with the noise that counting itself makes.

A count n of events in a share of a step is seen as y = log(100 (n + 1/2) / (base exposure)). Its
sampling variance follows from m, the count to be expected (`counting_variance`); noise beyond
Poisson is a parameter of the model, divided by the exposure, because a few days say less than a
week. The expectation is the theatre's mean share over the last steps, never n itself: a
variance taken from n gives a step weight because it happened to be high, and a level fitted with
such weights is too high (by a tenth at counts of ten; simulation-based calibration found it).

The grade of the source is not used: how noisy it is, the data of a measure say themselves, where
for an indicator they do not (`models.inputs.reliability`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import polygamma

from forecaster.errors import ModelError
from models.inputs import MeasurePanel

type Array = NDArray[np.float64]

EXPECTED_OVER = 8
"""Steps, each one's own among them, over which the expected count is taken."""


@dataclass(frozen=True, slots=True)
class LogObservations:
    """Arrays (step, theatre): y (0 if unseen), observed (1 or 0), counting variance, exposure."""

    y: Array
    observed: Array
    counting: Array
    exposure: Array


def log_observations(measures: MeasurePanel) -> LogObservations:
    """Return the measures as seen on the log scale.

    Raises:
        ModelError: a measure that is no share is not positive, so that it has no logarithm.

    A level is counted from the quiet one, which is 1.
    """
    seen = (measures.exposure > 0) & np.isfinite(measures.base)
    value = measures.count - _offset(measures)
    _require_positive(measures, seen, value)
    exposure = np.where(seen, measures.exposure, 1.0)
    base = np.where(seen, measures.base, 1.0)
    expected = expected_counts(
        np.where(seen, measures.count, 0.0), np.where(seen, base * exposure, 0)
    )
    share = np.log(100.0 * (measures.count + 0.5) / (base * exposure))
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.where(measures.is_share, share, np.log(value))
    counting = np.where(measures.is_share, counting_variance(expected), 0.0)
    return LogObservations(
        y=np.where(seen, y, 0.0),
        observed=seen.astype(float),
        counting=np.where(seen, counting, 0.0),
        exposure=exposure,
    )


def measure_of(measures: MeasurePanel, y: Array) -> Array:
    """Return the measures that log observations stand for; a level comes back exactly."""
    if not measures.is_level:
        return np.exp(y)
    return np.round(np.exp(y), 9) + _offset(measures)


def _offset(measures: MeasurePanel) -> float:
    return float(measures.middles[0]) - 1.0 if measures.is_level else 0.0


def counting_variance(expected: Array) -> Array:
    """Return the variance of log(n + 1/2) for n events, so many of them expected.

    That of a log gamma variate, which is close to the Poisson's own from two events on, and held
    to what the Poisson's never exceeds below that.
    """
    variance: Array = np.minimum(polygamma(1, expected + 0.5), 0.5)
    return variance


def expected_counts(count: Array, opportunity: Array) -> Array:
    """Return the count to expect in each step at the mean rate of the last `EXPECTED_OVER` steps.

    Args:
        count: events seen (step, theatre); 0 where unseen.
        opportunity: what the rate is per, base times exposure (step, theatre); 0 where unseen.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = _trailing_sum(count) / _trailing_sum(opportunity)
    return np.nan_to_num(rate) * opportunity


def _trailing_sum(values: Array) -> Array:
    """Return the sum over each step and the `EXPECTED_OVER - 1` steps before it."""
    total = np.cumsum(values, axis=0)
    before = np.zeros_like(total)
    before[EXPECTED_OVER:] = total[:-EXPECTED_OVER]
    summed: Array = total - before
    return summed


def _require_positive(measures: MeasurePanel, seen: NDArray[np.bool_], value: Array) -> None:
    bad = seen & ~measures.is_share & (value <= 0)
    if bad.any():
        step, theatre = np.argwhere(bad)[0]
        raise ModelError(
            f"the measure of {measures.theatres[theatre]} is {measures.count[step, theatre]} at "
            f"step {step}: a value must be positive, a level at least {1 + _offset(measures):g}"
        )


def padded(array: Array, rows: int, *, fill: float) -> Array:
    """Return `array` with rows of `fill` added after it, up to `rows`."""
    extra = np.full((rows - len(array), *array.shape[1:]), fill)
    return np.concatenate([array, extra])
