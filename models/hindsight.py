"""The most that mixing could have done: weights chosen for the outcomes they are judged by.

No forecast, because it knows what came. It bounds what any fixed weights of the same forecasters
could have scored, so it tells a poor choice of weights from forecasters that have no more to give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecaster.domain.backtest import OriginForecast, Outcomes
from models.stacking import resolved, stack_weights


@dataclass(frozen=True, slots=True)
class BestMixture:
    """The fixed mixture with the lowest mean ranked probability score at one horizon.

    n: forecasts scored. weights: by forecaster, at least 0 and summing to one.
    """

    horizon_steps: int
    n: int
    rps: float
    weights: Mapping[str, float]


def best_mixtures(
    forecasts: Sequence[Mapping[str, OriginForecast]],
    outcomes: Outcomes,
    forecasters: Sequence[str],
) -> list[BestMixture]:
    """Return the best fixed mixture at each horizon of which an outcome is known.

    Args:
        forecasts: of all `forecasters`, one mapping per origin.
        outcomes: what happened.
        forecasters: that may be mixed.
    """
    known = {end: i for i, end in enumerate(outcomes.ends)}
    found = []
    for h, steps in enumerate(forecasts[0][forecasters[0]].horizons if forecasts else ()):
        met = [f for f in forecasts if f[forecasters[0]].horizon_ends[h] in known]
        if not met:
            continue
        cumulative, outcome = resolved(met, forecasters, h, known, outcomes)
        if len(outcome):
            even = np.full(len(forecasters), 1.0 / len(forecasters))
            weights = stack_weights(cumulative, outcome, prior=even, strength=0.0)
            error = np.tensordot(weights, cumulative, axes=1) - outcome
            named = dict(zip(forecasters, weights.tolist(), strict=True))
            found.append(BestMixture(steps, len(outcome), float((error**2).mean()), named))
    return found
