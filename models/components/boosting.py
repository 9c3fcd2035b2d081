"""Histogram gradient boosting (scikit-learn): of log measures with past errors, or of rungs.

One thread grows a tree: data this small gain nothing from more, and threads that wait for each
other on a busy machine take many times as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from models.components.held_out import Learner, Rows

type Array = NDArray[np.float64]

SEED = 1
"""Of the trees; with no subsampling it decides nothing but ties."""

FLOOR = 0.5
"""Cases added to every rung, in proportion to its frequency, so that none is impossible."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How fast, how long, and on how many cases a leaf at least."""

    learning_rate: float
    iterations: int
    leaf: int


def learn_quantity(settings: Settings, stages: Sequence[int]) -> Learner:
    """Return a learner of the expected y after so many trees each: (case, stage).

    One growing gives every stage, because trees are added to those that stand.
    """

    def learn(rows: Rows, x: Array) -> Array:
        from sklearn.ensemble import HistGradientBoostingRegressor

        if not len(rows.y):  # nothing was ever seen: nothing is expected beyond the offset
            return np.zeros((len(x), len(stages)))
        trees = HistGradientBoostingRegressor(**_keywords(settings))
        with _libraries().limit(limits=1, user_api="openmp"):
            after = list(trees.fit(rows.x, rows.y).staged_predict(x))
        return np.stack([after[stage - 1] for stage in stages], axis=-1)

    return learn


def learn_rungs(settings: Settings, cuts: int) -> Learner:
    """Return a learner of P(at or below each rung but the last): (case, cut)."""

    def learn(rows: Rows, x: Array) -> Array:
        from sklearn.ensemble import HistGradientBoostingClassifier

        frequency = np.bincount(rows.y.astype(int), weights=rows.weight, minlength=cuts + 1)
        share = (frequency + FLOOR) / (frequency + FLOOR).sum()
        found = np.unique(rows.y).astype(int)
        chances = np.zeros((len(x), cuts + 1))
        if len(found) > 1:
            trees = HistGradientBoostingClassifier(**_keywords(settings))
            with _libraries().limit(limits=1, user_api="openmp"):
                trees.fit(rows.x, rows.y, sample_weight=rows.weight)
                chances[:, found] = trees.predict_proba(x)
        else:
            chances[:, found] = 1.0
        floor = FLOOR * (cuts + 1) / (frequency.sum() + FLOOR * (cuts + 1))
        mixed = (1.0 - floor) * chances + floor * share
        return np.asarray(np.minimum(np.cumsum(mixed, axis=1)[:, :-1], 1.0))

    return learn


@cache
def _libraries() -> ThreadpoolController:
    """Return the libraries with threads of their own, looked for once: that takes milliseconds.

    Called when scikit-learn is there.
    """
    return ThreadpoolController()


def _keywords(settings: Settings) -> dict[str, object]:
    return {
        "learning_rate": settings.learning_rate,
        "max_iter": settings.iterations,
        "min_samples_leaf": settings.leaf,
        "max_leaf_nodes": 8,
        "max_bins": 63,
        "early_stopping": False,
        "random_state": SEED,
    }
