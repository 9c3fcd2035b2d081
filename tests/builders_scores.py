"""Made-up backtests: a chain of rungs per theatre, and forecasters who know more or less of it."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from forecaster.domain.backtest import (
    LEVELS,
    Effort,
    Forecaster,
    OriginForecast,
    Outcomes,
    Plan,
)

START = date(2024, 1, 1)  # a Monday
WEEK = timedelta(days=7)


def end_of(step: int) -> datetime:
    """The last microsecond of a week, counted from that of `START`."""
    midnight = datetime.combine(START + WEEK * (step + 1), datetime.min.time(), UTC)
    return midnight - timedelta(microseconds=1)


def origin_of(step: int) -> datetime:
    """The last microsecond of the Wednesday of a week."""
    return end_of(step) - timedelta(days=4)


def plan(*forecasters: str, first: int = 0, **changes) -> Plan:
    """A weekly plan; `ref…` are references, `pub…` is published, all others Bayesian."""
    roles = {"ref": "reference", "pub": "published", "var": "variant"}
    named = tuple(Forecaster(f, roles.get(f[:3], "bayesian")) for f in forecasters)
    given = {
        "id": "made-up",
        "title": "Made up",
        "ladder": "made-up",
        "domain": "main",
        "first": START,
        "scored_from": START + WEEK * first,
        "last": START + WEEK * 500,
        "every_steps": 1,
        "refit_every": 1,
        "resolve_after_days": 0,
        "forecasters": named,
        "published": named[0].id,
        "seed": 7,
        "effort": Effort(),
        "block_steps": 4,
        "resamples": 200,
    }
    return Plan(**(given | changes))


def outcomes(rung: np.ndarray, measure: np.ndarray | None = None) -> Outcomes:
    """Outcomes of theatres t0, t1, … over weeks from `START`, three rungs or more."""
    rungs = tuple(f"r{i}" for i in range(max(3, int(rung.max()) + 1)))
    value = rung.astype(float) if measure is None else measure
    ends = tuple(end_of(step) for step in range(rung.shape[1]))
    return Outcomes(tuple(f"t{k}" for k in range(len(rung))), rungs, ends, rung, value)


def forecast(
    forecaster: str,
    step: int,
    *,
    at: np.ndarray,
    horizons: Sequence[int],
    rungs: Sequence[str],
    theatres: Sequence[str],
    reach: np.ndarray | None = None,
    quantiles: np.ndarray | None = None,
) -> OriginForecast:
    """A forecast from one week; `reach` is that of standing there at the end unless given."""
    above = np.flip(np.cumsum(np.flip(at, -1), -1), -1)
    none = np.full((*at.shape[:2], len(LEVELS)), np.nan)
    return OriginForecast(
        forecaster=forecaster,
        version="1",
        origin=origin_of(step),
        theatres=tuple(theatres),
        horizons=tuple(horizons),
        rungs=tuple(rungs),
        horizon_ends=tuple(end_of(step + h) for h in horizons),
        at=at,
        reach=above if reach is None else reach,
        quantiles=none if quantiles is None else quantiles,
        present=np.zeros(len(theatres), dtype=np.int64),
        diagnostics=None,
        seconds=0.0,
        seed=1,
    )


type Teller = Callable[[int, int, int], Sequence[float]]
"""Theatre, origin's step, horizon, to the probabilities of the rungs."""


def forecasts(
    forecaster: str,
    teller: Teller,
    came: Outcomes,
    *,
    steps: Sequence[int],
    horizons: Sequence[int] = (1,),
    theatres: Sequence[int] | None = None,
) -> list[OriginForecast]:
    """Forecasts of all theatres from every step of `steps`."""
    chosen = range(len(came.theatres)) if theatres is None else theatres
    return [
        forecast(
            forecaster,
            step,
            at=np.array([[teller(k, step, h) for h in horizons] for k in chosen], dtype=float),
            horizons=horizons,
            rungs=came.rungs,
            theatres=[came.theatres[k] for k in chosen],
        )
        for step in steps
    ]


def seer(came: Outcomes) -> Teller:
    """One who knows what comes."""
    count = len(came.rungs)
    return lambda k, step, h: np.eye(count)[max(came.rung[k, step + h], 0)]


def uniform(came: Outcomes) -> Teller:
    """One who knows nothing."""
    count = len(came.rungs)
    return lambda k, step, h: np.full(count, 1.0 / count)
