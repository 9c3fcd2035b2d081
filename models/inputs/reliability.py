"""What an indicator says once it is known how far its source is to be trusted.

What is read, standardised, is x = sqrt(λ) s + sqrt(1 - λ) e with s the signal, also standardised,
e the error of its source and λ the reliability ratio (`forecaster.domain.grade`). Given x, the
signal has mean sqrt(λ) x and variance 1 - λ (Fuller 1987, Measurement Error Models, section 1.1,
for normal s and e). The models take the variance as they take that of what is missing, so that an
effect is that of one standard deviation of the signal.

Measures are not treated so: their noise is a parameter of every model that has one, and the data
say how large it is.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.indicator import Indicator

type Array = NDArray[np.float64]


def ratios(
    indicators: Sequence[Indicator], theatres: Sequence[str], reliability: Mapping[str, float]
) -> Array:
    """Return the reliability ratio of each indicator as each theatre has it (theatre, indicator).

    A sum of several series is as reliable as the least of them. A series that `reliability` does
    not name has a ratio of 1.
    """
    return np.array(
        [
            [
                min((reliability.get(s, 1.0) for s in i.series_for(t)), default=1.0)
                for i in indicators
            ]
            for t in theatres
        ],
        dtype=np.float64,
    ).reshape(len(theatres), len(indicators))


def signal(value: Array, variance: Array, ratio: Array) -> tuple[Array, Array]:
    """Return mean and variance of the signal, given those of what is read.

    By the law of total variance: sqrt(λ) value, and λ variance + (1 - λ). What is not known at
    all (0, 1) stays so; a ratio of 1 changes nothing.

    Args:
        value: standardised (…, theatre, indicator).
        variance: 0 where it is known, 1 where nothing is.
        ratio: in (0, 1] (theatre, indicator).
    """
    return np.sqrt(ratio) * value, variance + (1.0 - ratio) * (1.0 - variance)
