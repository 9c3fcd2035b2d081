"""Small whole things for tests of the store: readings, a ladder, runs and what they say."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from forecaster.domain.forecast import (
    Cell,
    Diagnostics,
    Fan,
    Forecast,
    IndicatorEffect,
    JudgedRecord,
    Standing,
)
from forecaster.domain.ladder import Ladder, Measure, Region, Rung, Theatre
from forecaster.domain.prior import Prior
from forecaster.domain.reading import Readings
from forecaster.domain.run import Run

DAY = timedelta(days=1)
START = datetime(2024, 1, 1, tzinfo=UTC)

type Row = tuple[str, int, float, float, bool]
"""series, day observed, day recorded, value, estimated; days are counted from START."""


def day(number: float) -> datetime:
    return START + number * DAY


def readings(rows: Iterable[Row], *, source: str = "viina") -> Readings:
    table = list(rows)
    return Readings(
        source=source,
        series=np.array([row[0] for row in table], object),
        observed_at=_moments(row[1] for row in table),
        recorded_at=_moments(row[2] for row in table),
        value=np.array([row[3] for row in table], np.float64),
        estimated=np.array([row[4] for row in table], np.bool_),
    )


def rows_of(batch: Readings) -> list[Row]:
    start = np.datetime64(START.replace(tzinfo=None), "us")
    one_day = np.timedelta64(1, "D")
    return [
        (
            series,
            int((observed - start) / one_day),
            float((known - start) / one_day),
            value,
            bool(e),
        )
        for series, observed, known, value, e in zip(
            batch.series,
            batch.observed_at,
            batch.recorded_at,
            batch.value.tolist(),
            batch.estimated,
            strict=True,
        )
    ]


def _moments(days: Iterable[float]) -> np.ndarray:
    return np.array([day(number).replace(tzinfo=None) for number in days], "datetime64[us]")


def ladder(*, version: str = "1", digest: str = "text-1") -> Ladder:
    return Ladder(
        id="toy",
        version=version,
        name="Toy ladder",
        step="week",
        starts=date(2024, 1, 1),
        horizons=(1, 4, 13),
        domains=("kinetic",),
        rungs=(
            Rung(0, "calm", "Calm", "little happens", "kinetic", "measured"),
            Rung(1, "fire", "Fire", "much happens", "kinetic", "measured", threshold=5.0),
            Rung(2, "war", "War", "all happens", "kinetic", "judged", criteria="declared"),
        ),
        regions=(Region("here", "Here"),),
        theatres=(Theatre("north", "North", "here", Measure("share", ("viina.events.a",))),),
        priors=(prior(),),
        digest=digest,
    )


def prior(median: float = 2.0) -> Prior:
    return Prior(
        id="spread",
        question="How far does tension move in a week?",
        distribution="log_normal",
        parameters=(("median", median), ("sigma", 0.5)),
    )


def diagnostics(*, passed: bool = True) -> Diagnostics:
    return Diagnostics(
        passed=passed,
        reason="" if passed else "R-hat 1.2 is above 1.01",
        max_rhat=1.001,
        min_ess_bulk=900.0,
        min_ess_tail=800.0,
        divergences=0,
        draws=4000,
        min_bfmi=0.9,
    )


def run(run_id: str = "run-1", *, as_of: datetime = START, **changes: object) -> Run:
    made = Run(
        run_id=run_id,
        ladder="toy",
        ladder_version="1",
        ladder_digest="text-1",
        as_of=as_of,
        issued_at=as_of + DAY,
        state="published",
        state_reason="",
        family="latent_tension",
        family_version="1",
        prior_set="set-0123456789ab",
        data_digest="abc",
        code_version="0.1.0",
        seed=2**40,
        diagnostics=diagnostics(),
        wall_seconds=1.5,
    )
    return replace(made, **changes)


def refused(run_id: str = "run-bad", *, as_of: datetime = START) -> Run:
    reason = "R-hat 1.2 is above 1.01"
    failed = diagnostics(passed=False)
    return run(run_id, as_of=as_of, state="refused", state_reason=reason, diagnostics=failed)


def cell(rung: str, probability: float, *, kind: str = "reach", steps: int = 1) -> Cell:
    return Cell(
        theatre="north",
        domain="kinetic",
        horizon_steps=steps,
        horizon_end=day(7 * steps),
        kind=kind,
        rung=rung,
        probability=probability,
        lower=probability / 2,
        upper=(1 + probability) / 2,
        mc_se=0.001,
        prior_share=0.25,
    )


def forecast(*, fire: float = 0.3, cells: tuple[Cell, ...] | None = None) -> Forecast:
    if cells is None:
        cells = tuple(
            cell(rung, p / steps, steps=steps)
            for steps in (1, 4, 13)
            for rung, p in (("calm", 1.0), ("fire", fire), ("war", 0.01))
        )
    return Forecast(
        family="latent_tension",
        family_version="1",
        cells=cells,
        standings=(Standing("north", "kinetic", "calm", day(-1), 2.5, 0.4, "", ((day(-7), 2.0),)),),
        judged=(JudgedRecord("north", "kinetic", "war", 0, 104.5),),
        fans=(Fan("north", (0.05, 0.5, 0.95), ((1.0, 2.0, 3.0), (0.5, 2.0, 4.5))),),
        effects=(IndicatorEffect("aid", None, 0.1, -0.2, 0.3, "no source"),),
        diagnostics=diagnostics(),
    )
