"""Small whole backtests for tests of the store: a plan, what was said, what came, scores."""

from dataclasses import astuple, replace
from datetime import date, timedelta

import numpy as np

from forecaster.domain.backtest import (
    LEVELS,
    Effort,
    Forecaster,
    OriginForecast,
    Outcomes,
    Plan,
    Score,
)
from tests.builders_store import day, diagnostics

LAST_INSTANT = timedelta(days=1) - timedelta(microseconds=1)


def plan(**changes: object) -> Plan:
    made = Plan(
        id="toy-plan",
        title="Toy plan",
        ladder="toy",
        domain="kinetic",
        first=date(2024, 1, 7),
        scored_from=date(2024, 1, 7),
        last=date(2024, 3, 31),
        every_steps=1,
        refit_every=1,
        resolve_after_days=30,
        forecasters=(Forecaster("climatology", "reference"), Forecaster("tension", "bayesian")),
        published="tension",
        seed=7,
        effort=Effort(),
        block_steps=4,
        resamples=100,
        digest="plan-text-1",
        text="id: toy-plan\n# a comment stays\n",
    )
    return replace(made, **changes)


def said(
    forecaster: str = "tension", week: int = 0, *, theatres: int = 2, **changes: object
) -> OriginForecast:
    rng = np.random.default_rng(week)
    origin = day(7 * week + 6) + LAST_INSTANT
    horizons, rungs = (1, 4, 13), ("calm", "fire")
    made = OriginForecast(
        forecaster=forecaster,
        version="1",
        origin=origin,
        theatres=tuple(f"theatre-{n}" for n in range(theatres)),
        horizons=horizons,
        rungs=rungs,
        horizon_ends=tuple(origin + timedelta(weeks=steps) for steps in horizons),
        at=rng.dirichlet(np.ones(len(rungs)), (theatres, len(horizons))),
        reach=rng.uniform(size=(theatres, len(horizons), len(rungs))),
        quantiles=np.full((theatres, len(horizons), len(LEVELS)), np.nan),
        present=np.arange(theatres, dtype=np.int64) % len(rungs),
        diagnostics=diagnostics(),
        seconds=1.25,
        seed=2**40 + week,
    )
    return replace(made, **changes)


def came() -> Outcomes:
    return Outcomes(
        theatres=("theatre-0", "theatre-1"),
        rungs=("calm", "fire"),
        ends=(day(6) + LAST_INSTANT, day(13) + LAST_INSTANT),
        rung=np.array([[0, 1], [-1, 0]]),
        measure=np.array([[1.5, 7.25], [np.nan, 0.1]]),
    )


def score(value: float = 0.2, **changes: object) -> Score:
    return replace(Score("tension", "rps", "*", "*", 4, 52, value, 0.1, 0.3), **changes)


def same(one: object, other: object) -> bool:
    """Whether two records with arrays are equal, each array to the last bit, in type and shape."""
    return type(one) is type(other) and all(
        _same(a, b) for a, b in zip(_fields(one), _fields(other), strict=True)
    )


def _fields(record: object) -> list[object]:
    return [getattr(record, name) for name in record.__dataclass_fields__]


def _same(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray):
        return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    if hasattr(a, "__dataclass_fields__"):
        return repr(astuple(a)) == repr(astuple(b))  # repr: not-a-number equals itself
    return type(a) is type(b) and a == b
