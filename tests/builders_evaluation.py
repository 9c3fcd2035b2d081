"""A small scored backtest for tests of the evaluation pages: two theatres, four rungs, 40 weeks."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from forecaster.domain.backtest import LEVELS, OriginForecast, Outcomes, Plan
from forecaster.domain.backtest_record import OriginRecord
from forecaster.reporting.evaluation.panel import Panel, StackWeight
from forecaster.scoring.backtest_scores import score_backtest
from jobs.backtesting.hindsight import ceilings
from tests import builders_scores as made
from tests.builders_store import diagnostics

WEEKS, HORIZONS = 40, (1, 4)
FORECASTERS = ("pub", "tension", "ref-a", "ref-b", "var-pooled")
KNOWING = {"pub": 0.7, "tension": 0.6, "ref-a": 0.4, "ref-b": 0.2, "var-pooled": 0.3}
"""How much of its mass each forecaster puts on what comes; the rest is spread evenly."""


def came() -> Outcomes:
    rng = np.random.default_rng(3)
    rung = np.clip(np.cumsum(rng.integers(-1, 2, (2, WEEKS)), axis=1) + 1, 0, 3)
    rung[0, 10] = 3  # the top rung is met, so that all four are there
    return made.outcomes(rung, rung + 0.5)


def plan(**changes: object) -> Plan:
    given = {"title": "Made up", "digest": "sha256:abc", "text": "made-up", "published": "pub"}
    return made.plan(*FORECASTERS, **(given | changes))


def forecasts(*, levels: bool = False) -> tuple[OriginForecast, ...]:
    """What each forecaster said; `levels` gives no quantiles, as where the measure is a level."""
    outcomes = came()
    said = []
    for forecaster in FORECASTERS:
        share = KNOWING[forecaster]

        def teller(k: int, step: int, h: int, share: float = share) -> np.ndarray:
            return share * made.seer(outcomes)(k, step, h) + (1 - share) / 4

        said += made.forecasts(
            forecaster, teller, outcomes, steps=range(WEEKS - 4), horizons=HORIZONS
        )
    return tuple(said if levels else map(_with_quantiles, said))


def _with_quantiles(forecast: OriginForecast) -> OriginForecast:
    centre = forecast.at @ np.arange(4) + 0.5
    spread = np.interp(LEVELS, [0, 1], [-1.5, 1.5])
    return replace(forecast, quantiles=centre[..., None] + spread)


def origins() -> tuple[OriginRecord, ...]:
    """One origin done, one refused and one failed, of the only family that samples."""
    done = OriginRecord(
        forecaster="tension",
        version="1",
        origin=made.origin_of(0),
        state="done",
        reason="",
        diagnostics=diagnostics(),
        seconds=1.0,
        seed=1,
        code_version="0.1.0",
        made_at=made.origin_of(50),
    )
    refused = replace(
        diagnostics(), passed=False, reason="R-hat", max_rhat=1.2345, min_ess_bulk=float("nan")
    )
    return (
        done,
        replace(
            done,
            origin=made.origin_of(1),
            state="refused",
            reason="R-hat 1.23 is above 1.01",
            diagnostics=refused,
        ),
        replace(done, origin=made.origin_of(2), state="failed", reason="no data", diagnostics=None),
    )


def weights() -> tuple[StackWeight, ...]:
    return tuple(
        StackWeight(made.origin_of(step), horizon, member, value)
        for step in range(10)
        for horizon in HORIZONS
        for member, value in (("tension", 0.75), ("ref-a", 0.25))
    )


@lru_cache(maxsize=2)
def panel(*, levels: bool = False) -> Panel:
    said, outcomes = forecasts(levels=levels), came()
    return Panel(
        name="Made up",
        step="week",
        plan=plan(),
        backtest_id="made-up.abc.1",
        data_digest="sha256:def",
        code_version="0.1.0",
        measure="a made-up measure",
        share=True,
        scores=score_backtest(plan(), said, outcomes),
        forecasts=said,
        outcomes=outcomes,
        origins=origins(),
        weights=weights(),
        ceilings=tuple(ceilings(plan(), said, outcomes)),
        names={"t0": "North", "t1": "South"},
    )
