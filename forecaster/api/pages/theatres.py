"""One theatre: its ladder chart, how its chances came about, what drives it, what is judged."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from forecaster.api.access import Seen
from forecaster.api.pages.drawing import chance_history, whisker
from forecaster.api.pages.frame import page
from forecaster.api.pages.ladders import ladder_marking, refusal
from forecaster.api.pages.looking import MOST_RUNS, ladder_seen, of_run, report_on, shown
from forecaster.api.service import Surroundings
from forecaster.domain.ladder import Ladder
from forecaster.domain.reading import Readings
from forecaster.domain.run import Run
from forecaster.errors import NotFoundError
from forecaster.reporting import judged
from forecaster.reporting.charts import ladder_chart
from forecaster.reporting.document import DailyReport, Row
from forecaster.reporting.sections import IndicatorRow
from forecaster.store.history import PastChance
from forecaster.store.markings import Visibility
from forecaster.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)

_READINGS_DAYS = 120
_SHOWN_AGAIN = frozenset({"published", "superseded"})


@dataclass(frozen=True, slots=True)
class LastReading:
    """The newest value of a series that the theatre rests on; None where nothing came of late."""

    series: str
    observed_at: datetime | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Past:
    """One line of the history: a run, and its chances by horizon."""

    run_id: str
    as_of: datetime
    by_horizon: Mapping[int, PastChance]


@router.get("/ladders/{id}/theatres/{theatre}")
def theatre(request: Request, service: Surroundings, seen: Seen, id: str, theatre: str) -> Response:
    """Show one theatre."""
    with service.reading() as work:
        ladder = ladder_seen(service, work, seen, id)
        state = shown(work, seen, id)
    if state.current is None:
        raise NotFoundError(f"nothing is published of {id!r} yet, so no theatre can be shown")
    report = report_on(request, seen, state.current)
    rows = [row for row in report.rows if row.theatre == theatre]
    if not rows:
        names = ", ".join(dict.fromkeys(row.theatre for row in report.rows)) or "none"
        raise NotFoundError(f"{id} has no theatre {theatre!r}; there are: {names}")
    with service.reading() as work:
        pasts = [_past(work, seen, ladder, row) for row in rows]
        readings = _readings(work, seen, ladder, theatre, state.current)
    values = {
        "report": report,
        "run": state.current,
        "refused": refusal(request, seen, ladder, state),
        "rows": rows,
        "charts": _charts(report, theatre),
        "histories": [_history(report, row, past) for row, past in zip(rows, pasts, strict=True)],
        "drivers": drivers(ladder, report, theatre),
        "judged": [row for row in report.judged if row.theatre == theatre],
        "holds": judged.HOLDS,
        "readings": readings,
    }
    marking = ladder_marking(seen, ladder, state.current)
    return page(request, "theatre.html.j2", seen.principal, values, marking=marking, ladder=ladder)


def drivers(
    ladder: Ladder, report: DailyReport, theatre: str | None = None
) -> list[tuple[IndicatorRow, Any]]:
    """Return the indicators that a theatre, or any, reads, each with a picture of its effect.

    Pictures of those that act in their own step have a scale of their own.
    """
    read = {i.id: i for i in ladder.indicators if theatre is None or i.series_for(theatre)}
    rows = [row for row in report.indicators if row.indicator in read]
    ends: dict[bool, float] = defaultdict(float)
    for row in rows:
        kind = read[row.indicator].concurrent
        ends[kind] = max(ends[kind], abs(row.lower or 0.0), abs(row.upper or 0.0))
    return [
        (
            row,
            ""
            if row.effect is None or row.lower is None or row.upper is None
            else whisker(
                row.lower,
                row.effect,
                row.upper,
                reach=ends[read[row.indicator].concurrent],
                id=f"w{i}",
            ),
        )
        for i, row in enumerate(rows)
    ]


def _charts(report: DailyReport, theatre: str) -> list[tuple[Any, Any]]:
    return [
        (chart, ladder_chart(chart, report.horizons, step=report.step, id=f"c{i}"))
        for i, chart in enumerate(report.charts)
        if chart.theatre == theatre
    ]


def _past(work: UnitOfWork, seen: Visibility, ladder: Ladder, row: Row) -> Sequence[PastChance]:
    """Return P(reach the next rung up) of the last runs that say the same thing."""
    if row.next_rung is None:
        return ()
    runs = [
        run.run_id
        for run in work.runs.list(ladder.id, limit=MOST_RUNS)
        if run.state == "published"
        and run.ladder_version == ladder.version
        and seen.sees(*of_run(run))
    ]
    return work.history.chances(runs, theatre=row.theatre, domain=row.domain, rung=row.next_rung.id)


def _history(report: DailyReport, row: Row, past: Sequence[PastChance]) -> dict[str, Any]:
    by_run: dict[str, dict[int, PastChance]] = {}
    for chance in past:
        by_run.setdefault(chance.run_id, {})[chance.horizon_steps] = chance
    lines = [
        Past(run_id, next(iter(found.values())).as_of, found) for run_id, found in by_run.items()
    ]
    rung = row.next_rung
    title = f"Chance of reaching rung {rung.order} in {row.theatre_name}" if rung else ""
    picture = chance_history(
        past,
        headline=report.headline_steps,
        step=report.step,
        id=f"h-{row.domain}",
        title=title,
    )
    return {"row": row, "lines": lines[::-1], "picture": picture}


def _readings(
    work: UnitOfWork, seen: Visibility, ladder: Ladder, theatre: str, run: Run
) -> list[LastReading]:
    """Return the newest value of every series that the theatre rests on, as known to the run."""
    hidden = seen.hidden("source")
    names = [
        name
        for name in _series(ladder, theatre)
        if (source := work.history.source_of(name)) is not None and source not in hidden
    ]
    since = run.as_of - timedelta(days=_READINGS_DAYS)
    found = work.readings.as_of(names, run.as_of, since=since)
    last: dict[str, int] = {}
    for place, name in enumerate(found.series.tolist()):
        held = last.get(name)
        if held is None or found.observed_at[place] > found.observed_at[held]:
            last[name] = place
    return [_last(found, name, last.get(name)) for name in names]


def _series(ladder: Ladder, theatre: str) -> list[str]:
    measure = next((t.measure for t in ladder.theatres if t.id == theatre), None)
    own = list(measure.series) if measure is not None else []
    read = [name for indicator in ladder.indicators for name in indicator.series_for(theatre)]
    return list(dict.fromkeys([*own, *read]))


def _last(found: Readings, name: str, place: int | None) -> LastReading:
    if place is None:
        return LastReading(name, None, None)
    moment = found.observed_at[place].astype("datetime64[us]").item().replace(tzinfo=UTC)
    return LastReading(name, moment, float(found.value[place]))
