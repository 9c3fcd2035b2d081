"""Discrimination: whether events were given higher probabilities than non-events."""

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


def pairs_in_order(probability: Array, event: Array) -> tuple[float, float]:
    """Return how many pairs of an event and a non-event are in order, and how many there are.

    A pair is in order if the event had the higher probability; equal ones count a half. The ratio
    is the area under the curve of relative operating characteristic (Mann and Whitney 1947,
    Mason and Graham 2002). Sums over groups compare within groups alone.

    Args:
        probability: of the event (…).
        event: 1.0, 0.0, or NaN where unknown (…).
    """
    known = np.isfinite(probability) & np.isfinite(event)
    p, came = probability[known], event[known] > 0.5
    events = int(came.sum())
    pairs = float(events) * float(len(p) - events)
    if not pairs:
        return 0.0, 0.0
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2.0
    return float(rank[place][came].sum() - events * (events + 1) / 2.0), pairs


def discrimination(probability: Array, event: Array) -> float:
    """Return the chance that an event had a higher probability than a non-event.

    0.5 is no better than a coin, 1 perfect; NaN without both events and non-events. The last axis
    separates the groups within which pairs are made (rungs: that low rungs are likelier than high
    ones is no merit).

    Args:
        probability: of the event (…, group).
        event: 1.0, 0.0, or NaN where unknown (…, group).
    """
    found = [
        pairs_in_order(probability[..., group], event[..., group])
        for group in range(probability.shape[-1])
    ]
    ordered, pairs = sum(f[0] for f in found), sum(f[1] for f in found)
    return ordered / pairs if pairs else float("nan")
