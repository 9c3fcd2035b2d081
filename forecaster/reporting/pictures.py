"""What the ladder charts draw: rungs as bands, the measure's past, its fan ahead, the mass."""

from forecaster.domain.forecast import Fan, Standing
from forecaster.domain.ladder import Rung
from forecaster.reporting.document import Chart, ChartBand, Row
from forecaster.reporting.frame import Frame
from forecaster.reporting.phrases import capital, day
from forecaster.reporting.values import RungName

HISTORY_STEPS = 52
MOST_CHARTS = 40
"""A panel of hundreds of theatres shows the ones likeliest to move; JSON carries every row."""


def charts(frame: Frame, rows: tuple[Row, ...]) -> tuple[Chart, ...]:
    """Return one chart per row of the ladder table, in its order, at most `MOST_CHARTS`."""
    if len(rows) > MOST_CHARTS:
        chosen = set(sorted(range(len(rows)), key=lambda i: -_liveliness(rows[i]))[:MOST_CHARTS])
        rows = tuple(row for i, row in enumerate(rows) if i in chosen)
    standings = {(s.theatre, s.domain): s for s in frame.forecast.standings}
    fans = {fan.theatre: fan for fan in frame.forecast.fans}
    return tuple(
        _chart(frame, row, standings[row.theatre, row.domain], fans.get(row.theatre))
        for row in rows
    )


def _liveliness(row: Row) -> float:
    climb = max((outlook.probability for outlook in row.climb), default=0.0)
    return max(climb, row.fall.probability if row.fall else 0.0)


def _chart(frame: Frame, row: Row, standing: Standing, fan: Fan | None) -> Chart:
    rungs = frame.rungs(standing)
    measured = any(rung.threshold is not None for rung in rungs)
    fan = fan if measured else None
    return Chart(
        theatre=row.theatre,
        theatre_name=row.theatre_name,
        domain=row.domain,
        present=row.rung.order,
        caption=_caption(frame, row, measured),
        unit=row.unit if measured else "",
        ordinal=_ordinal(frame, row),
        bands=tuple(_band(frame, standing, rungs, i) for i in range(len(rungs))),
        history=standing.history[-HISTORY_STEPS:] if measured else (),
        levels=fan.quantiles if fan else (),
        fan=fan.values if fan else (),
    )


def _band(frame: Frame, standing: Standing, rungs: tuple[Rung, ...], i: int) -> ChartBand:
    rung = rungs[i]
    higher = rungs[i + 1].threshold if i + 1 < len(rungs) else None
    at = (
        frame.cells.get((standing.theatre, standing.domain, "at", rung.id, steps))
        for steps in frame.ladder.horizons
    )
    measured = any(r.threshold is not None for r in rungs)
    low = rung.threshold if i > 0 else (0.0 if measured else None)
    return ChartBand(
        rung=RungName(rung.order, rung.id, rung.name),
        low=low,
        high=higher,
        judged=low is None,
        masses=tuple(cell.probability if cell else 0.0 for cell in at),
    )


def _ordinal(frame: Frame, row: Row) -> bool:
    measure = frame.theatre(row.theatre).measure
    return measure is not None and measure.kind == "level"


def _caption(frame: Frame, row: Row, measured: bool) -> str:
    if not measured:
        return f"{capital(row.label or 'judged, not measured')}."
    if row.measure is None:
        return f"{capital(row.label or 'no reading')}."
    value = row.rung.name if _ordinal(frame, row) else f"{row.measure:.1f} {row.unit}"
    last = f"Last whole {frame.ladder.step}: {value}."
    label = f" {capital(row.label)}." if row.label else ""
    return f"{last}{_seen(frame, row)}{label}"


def _seen(frame: Frame, row: Row) -> str:
    if row.observed_through is None:
        return ""
    partial = ""
    if frame.ladder.step == "week" and 0.0 < row.exposure < 1.0:
        partial = f", {round(row.exposure * 7)} of 7 days of its week"
    return f" Seen through {day(row.observed_through)}{partial}."
