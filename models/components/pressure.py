"""How hard a theatre presses against the line between two rungs, on the scale of a hazard.

If the next step's log measure were normal around its expected value, with standardised distance
d beyond the line, it would lie beyond it with probability Phi(d). A constant hazard of that
probability over one step is -log(1 - Phi(d)); its logarithm is the pressure:

    g(d) = log(-log Phi(-d))

A hazard exp(a + b g) with a = 0 and b = 1 is then the crossing by noise alone.
"""

from typing import Any

import numpy as np
import pytensor.tensor as pt
from numpy.typing import NDArray
from scipy.special import log_ndtr

type Array = NDArray[np.float64]

FARTHEST = 6.0
"""Standardised distances are held within this: beyond, a crossing is certain or impossible."""


def pressure(distance: Array) -> Array:
    """Return g of a standardised distance beyond the line, element by element."""
    held = np.clip(distance, -FARTHEST, FARTHEST)
    return np.asarray(np.log(-log_ndtr(-held)))


def pressure_graph(distance: Any) -> Any:
    """Return g as a differentiable PyTensor expression."""
    held = pt.clip(distance, -FARTHEST, FARTHEST)
    return pt.log(-pt.log(0.5 * pt.erfc(held / np.sqrt(2.0))))
