"""A small panel of ordinal levels: pairs that are quiet, and pairs that clash now and then."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np

from forecaster.domain.ladder import Ladder, Measure, Region, Rung, Theatre
from forecaster.domain.reading import Readings
from models.inputs import Inputs, build_inputs

STARTS = date(2000, 1, 1)

LEVELS = tuple(
    Rung(i, f"level-{i + 1}", f"Level {i + 1}", "", "hostility", "measured", i + 1.0 if i else None)
    for i in range(5)
)


def make_level_ladder(pairs: int) -> Ladder:
    """A monthly ladder of pairs whose measure is a level."""
    theatres = tuple(
        Theatre(f"pair-{i}", f"Pair {i}", "world", Measure("level", (f"pair-{i}",)))
        for i in range(pairs)
    )
    return Ladder(
        id="levels",
        version="1",
        name="Levels",
        step="month",
        starts=STARTS,
        horizons=(1, 3, 12),
        domains=("hostility",),
        rungs=LEVELS,
        regions=(Region("world", "World"),),
        theatres=theatres,
    )


def make_levels(*, pairs: int, months: int, seed: int = 1) -> np.ndarray:
    """Levels (month, pair): odd pairs clash one month in five, even ones almost never."""
    rng = np.random.default_rng(seed)
    often = np.where(np.arange(pairs) % 2, 0.2, 0.005)
    clash = rng.random((months, pairs)) < often
    return np.where(clash, rng.integers(2, 6, (months, pairs)), 1).astype(float)


def make_level_inputs(levels: np.ndarray, *, at_risk_from: int = 24) -> Inputs:
    """Inputs as of the end of the month after the last row of `levels` (month, pair).

    The last pair is at risk only from month `at_risk_from` on.
    """
    months, pairs = levels.shape
    month = np.datetime64(STARTS, "M") + np.timedelta64(months, "M")
    day = month.astype("datetime64[D]").astype(date)
    moment = datetime(day.year, day.month, 28, 23, tzinfo=UTC)
    moments, nothing = np.array([], dtype="datetime64[us]"), np.array([])
    none = Readings(
        "none", np.array([], dtype=object), moments, moments, nothing, nothing.astype(bool)
    )
    inputs = build_inputs(make_level_ladder(pairs), readings=none, judgements=(), as_of=moment)
    exposure = np.ones((months + 1, pairs))
    exposure[-1], exposure[:at_risk_from, -1] = 0.0, 0.0
    count = np.concatenate([levels, np.ones((1, pairs))])
    ones = np.ones_like(count)
    measures = replace(
        inputs.measures, count=count, exposure=exposure, base=ones, national=ones, early=None
    )
    return replace(inputs, measures=measures)
