"""A nato-russia-like ladder, and coherent runs of it made by hand from small Markov chains."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from forecaster.domain.backtest import Score
from forecaster.domain.forecast import (
    Cell,
    Diagnostics,
    Fan,
    Forecast,
    IndicatorEffect,
    JudgedRecord,
    Kind,
    Standing,
)
from forecaster.domain.ladder import Ladder, Rung
from forecaster.domain.prior import Prior, PriorVersion
from forecaster.domain.reading import Reject, SourceState, SourceStatus
from forecaster.domain.run import Run
from forecaster.reporting import daily
from forecaster.reporting.document import DailyReport
from forecaster.reporting.scorecard import TrackRecord
from tests.builders_report_ladder import (
    JUDGED,
    MEASURED,
    PLACES,
    SUB_THRESHOLD,
    Place,
    hybrid_track,
    ladder,
)

__all__ = ["PLACES", "Place", "ladder"]

AS_OF = datetime(2025, 6, 30, 23, 59, 59, 999999, tzinfo=UTC)
NOTICE = """VIINA 2.0, Y. Zhukov and N. Ayers, ODbL 1.0
Ukrainian General Staff, structured by P. Ivaniuk, MIT"""


def diagnostics(*, passed: bool = True, reason: str = "Every bar was met.") -> Diagnostics:
    return Diagnostics(passed, reason, 1.004, 912.0, 744.0, 0, 4000, 0.87, "sigma[donbas]")


def run(run_id: str = "run-20250630", *, as_of: datetime = AS_OF) -> Run:
    return Run(
        run_id=run_id,
        ladder="nato-russia",
        ladder_version="1",
        ladder_digest="9d3f1c07a2b4",
        as_of=as_of,
        issued_at=as_of + timedelta(hours=6, minutes=12),
        state="published",
        state_reason="",
        family="latent_tension",
        family_version="1",
        prior_set="set-5b1e07",
        data_digest=f"data-{as_of:%Y%m%d}",
        code_version="0.1.0",
        seed=20250630,
        diagnostics=diagnostics(),
        wall_seconds=38.0,
    )


def previous_run() -> Run:
    return run("run-20250629", as_of=AS_OF - timedelta(days=1))


def forecast(*, places: tuple[Place, ...] = PLACES, as_of: datetime = AS_OF) -> Forecast:
    book = ladder(places=places)
    cells: list[Cell] = []
    for place in places:
        cells += _cells(book, place, "kinetic", as_of)
        if place.id in SUB_THRESHOLD:
            cells += _cells(book, place, "sub-threshold", as_of)
    return Forecast(
        family="latent_tension",
        family_version="1",
        cells=tuple(cells),
        standings=tuple(s for place in places for s in _standings(book, place, as_of)),
        judged=_judged(places),
        fans=tuple(_fan(place) for place in places if place.measure is not None),
        effects=effects(),
        diagnostics=diagnostics(),
    )


def previous_forecast(*, places: tuple[Place, ...] = PLACES) -> Forecast:
    """One day earlier: North-east was calmer, South stood a rung lower."""
    earlier = {"north-east": {"up": 0.13}, "south": {"measure": 13.1}}
    changed = tuple(replace(p, **earlier.get(p.id, {})) for p in places)
    return forecast(places=changed, as_of=AS_OF - timedelta(days=1))


def effects() -> tuple[IndicatorEffect, ...]:
    return (
        IndicatorEffect("aid-military", -0.4, -0.011, -0.042, 0.017),
        IndicatorEffect("losses-tanks", 1.3, 0.038, 0.009, 0.068),
        IndicatorEffect("gpr-threats", 0.7, 0.021, -0.006, 0.049),
        IndicatorEffect("brent", -0.2, 0.004, -0.021, 0.028),
        IndicatorEffect("sanctions", None, 0.002, -0.025, 0.030, "no reading for 3 weeks"),
        IndicatorEffect("reserves", None, 0.0, -0.16, 0.16, "no source"),
    )


def present_order(place: Place) -> int:
    if place.measure is None:
        return 0
    return sum(t is not None and place.measure >= t for _, _, t in MEASURED)


def statuses() -> tuple[SourceStatus, ...]:
    def status(
        source: str, state: SourceState, age: int | None, reason: str = "", rejected: int = 0
    ) -> SourceStatus:
        last = None if age is None else datetime(2025, 6, 30, tzinfo=UTC) - timedelta(days=age)
        rows = 0 if last is None else 1200
        return SourceStatus(source, state, reason, AS_OF, last, rows, 12, rejected, 1000)

    return (
        status("viina", "fresh", 3, rejected=2),
        status("general_staff_losses", "fresh", 0),
        status("gpr", "unchanged", 1),
        status("eia_prices", "fresh", 1),
        status("ecb_rates", "fresh", 0),
        status("ofac_designations", "fresh", 29),
        status("sanctions_packages", "unchanged", 371),
        status("kiel_support_tracker", "late", 121, "due on 15 June 2025, last month is February"),
        status("gdelt_interaction", "failed", None, "answered an HTML page instead of a table"),
    )


def rejects() -> tuple[Reject, ...]:
    return (
        Reject("viina", 1041, "negative count", "donetsk,2025-06-28,-4"),
        Reject("viina", 1042, "negative count", "luhansk,2025-06-28,-1"),
    )


def prior_changes() -> tuple[PriorVersion, ...]:
    prior = Prior(
        "rate-attack-on-allies",
        "Of 1,000 weeks like this, in how many would allied territory be attacked?",
        "log_normal",
        (("median", 0.0004), ("sigma", 1.0)),
    )
    return (
        PriorVersion(
            "nato-russia",
            prior,
            2,
            "A. Marsh",
            "two airspace violations in one month",
            AS_OF - timedelta(hours=9),
        ),
    )


def track_record() -> TrackRecord:
    """Forecasts of one week have a record of their own; of four weeks there is only a backtest."""

    def scores(forecaster: str, horizon: int, n: int, **sure: bool) -> tuple[Score, ...]:
        of = (forecaster, "rps", "*", "*", horizon)
        rps = Score(*of, n, 0.0417, 0.0388, 0.0449)
        skill = replace(rps, score="rps_skill_best", reference="persistence", value=0.0834)
        slope = replace(rps, score="next_rung_slope", value=0.88)
        if not sure.get("sure", True):
            return rps, replace(skill, lower=None, upper=None), replace(slope, lower=None)
        return (
            rps,
            replace(skill, lower=-0.012, upper=0.161),
            replace(slope, lower=0.81, upper=0.94),
        )

    return TrackRecord(
        live=(*scores("published", 1, 3120), *scores("published", 4, 960, sure=False)),
        backtest_id="nato-russia.5a1c.1",
        backtest=(*scores("latent_tension", 4, 728), *scores("latent_tension", 13, 640)),
    )


FEEDS = {
    "aid.military": "kiel_support_tracker",
    "losses.tank": "general_staff_losses",
    "gpr.threats": "gpr",
    "price.brent": "eia_prices",
    "ofac.additions.russia": "ofac_designations",
}
GRADES = {status.source: "B2" for status in statuses()} | {"general_staff_losses": "D4"}


def _chain(book: Ladder, place: Place, domain: str) -> tuple[list[Rung], int, np.ndarray]:
    theatre = book.theatre(place.id)
    rungs = list(book.rungs_of(theatre, domain))
    present = present_order(place) if domain == "kinetic" else SUB_THRESHOLD[place.id]
    start = next(i for i, rung in enumerate(rungs) if rung.order == present)
    matrix = np.zeros((len(rungs), len(rungs)))
    for i, rung in enumerate(rungs):
        up = place.up if domain == "kinetic" else 0.015
        down = place.down if domain == "kinetic" else 0.02
        jumps_to_judged = i + 1 < len(rungs) and rungs[i + 1].resolution == "judged"
        if domain == "kinetic" and jumps_to_judged and rung.order > 0:
            up = 0.0004
        matrix[i, min(i + 1, len(rungs) - 1)] += up
        matrix[i, max(i - 1, 0)] += down
        matrix[i, i] += 1 - up - down
    return rungs, start, matrix


def _cells(book: Ladder, place: Place, domain: str, as_of: datetime) -> list[Cell]:
    rungs, start, matrix = _chain(book, place, domain)
    found = []
    for horizon in book.horizons:
        at = np.linalg.matrix_power(matrix, horizon)[start]
        found += [
            _cell(place, domain, horizon, "at", r.id, at[i], as_of) for i, r in enumerate(rungs)
        ]
        for i, rung in enumerate(rungs):
            chance = 1.0 if i <= start else _touch(matrix, start, range(i, len(rungs)), horizon)
            found.append(_cell(place, domain, horizon, "reach", rung.id, chance, as_of))
        chance = _touch(matrix, start, range(start), horizon)
        found.append(_cell(place, domain, horizon, "fall", rungs[start].id, chance, as_of))
    return found


def _touch(matrix: np.ndarray, start: int, target: range, steps: int) -> float:
    absorbing = matrix.copy()
    for i in target:
        absorbing[i] = np.eye(len(matrix))[i]
    return float(np.linalg.matrix_power(absorbing, steps)[start, list(target)].sum())


def _cell(
    place: Place, domain: str, horizon: int, kind: Kind, rung: str, p: float, as_of: datetime
) -> Cell:
    p = min(max(float(p), 0.0), 1.0)
    width = 1.3 * (p * (1 - p)) ** 0.5 * 0.35
    return Cell(
        theatre=place.id,
        domain=domain,
        horizon_steps=horizon,
        horizon_end=as_of + timedelta(weeks=horizon),
        kind=kind,
        rung=rung,
        probability=p,
        lower=max(0.0, p - min(width, 0.8 * p)),
        upper=min(1.0, p + min(width, 0.9 * (1 - p))),
        mc_se=(p * (1 - p) / 4000) ** 0.5,
        prior_share=0.93 if place.measure is None else 0.14,
    )


def _standings(book: Ladder, place: Place, as_of: datetime) -> list[Standing]:
    label = "" if place.measure is not None else "prior-driven: no measure"
    seen = as_of.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
    kinetic = Standing(
        theatre=place.id,
        domain="kinetic",
        present_rung=_rung_id(present_order(place)),
        observed_through=seen if place.measure is not None else None,
        measure=place.measure,
        exposure=1 / 7 if place.measure is not None else 0.0,
        label=label,
        history=_history(place),
    )
    if place.id not in SUB_THRESHOLD:
        return [kinetic, replace_domain(kinetic)]
    rung = hybrid_track()[SUB_THRESHOLD[place.id]].id
    return [kinetic, Standing(place.id, "sub-threshold", rung, None, None, 0.0, label)]


def replace_domain(standing: Standing) -> Standing:
    """A theatre in which the sub-threshold track has only its lowest rung: never a row."""
    return Standing(standing.theatre, "sub-threshold", "normal-competition", None, None, 0.0, "")


def _rung_id(order: int) -> str:
    return MEASURED[order][0]


def _history(place: Place) -> tuple[tuple[datetime, float], ...]:
    if place.measure is None:
        return ()
    random = np.random.default_rng(sum(map(ord, place.id)))
    steps = 60
    log = np.cumsum(random.normal(0, 0.16, steps)) * 0.7
    values = place.measure * np.exp(log - log[-1])
    monday = datetime(2025, 6, 23, tzinfo=UTC)
    return tuple(
        (monday - timedelta(weeks=steps - 1 - i), round(float(v), 2)) for i, v in enumerate(values)
    )


def _fan(place: Place) -> Fan:
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    scores = (-1.645, -0.674, 0.0, 0.674, 1.645)
    drift = (place.up - place.down) * 0.5
    middle = place.measure or 0.0
    values = tuple(
        tuple(round(float(middle * np.exp(drift * h**0.7 + 0.16 * h**0.5 * s)), 2) for s in scores)
        for h in range(1, 14)
    )
    return Fan(place.id, levels, values)


def _judged(places: tuple[Place, ...]) -> tuple[JudgedRecord, ...]:
    kinetic = [
        JudgedRecord(place.id, "kinetic", id, 0, 175.0) for place in places for id, _ in JUDGED
    ]
    hybrid = [
        JudgedRecord(place.id, "sub-threshold", rung.id, 3 if i < 2 else 0, 175.0)
        for place in places
        if place.id in SUB_THRESHOLD
        for i, rung in enumerate(hybrid_track()[1:])
    ]
    return (*kinetic, *hybrid)


def report(
    run_: Run | None = None,
    forecast_: Forecast | None = None,
    ladder_: Ladder | None = None,
    **changed: object,
) -> DailyReport:
    """A whole report on a run of today beside the one before it."""
    given: dict[str, object] = {
        "previous": (previous_run(), previous_forecast()),
        "statuses": statuses(),
        "prior_changes": prior_changes(),
        "rejects": rejects(),
        "feeds": FEEDS,
        "code_version": "0.1.0",
        "data_notice": NOTICE,
        "grades": GRADES,
    }
    return daily.build(
        ladder_ or ladder(), run_ or run(), forecast_ or forecast(), **given | changed
    )
