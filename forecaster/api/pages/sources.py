"""Indicators, sources and series: what was read, how fresh it is, and how it was revised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Query, Request, Response

from forecaster.api.access import Seen
from forecaster.api.pages.frame import page
from forecaster.api.pages.ladders import ladder_marking, refusal
from forecaster.api.pages.looking import ladder_seen, ladders_seen, report_on, shown, sources_of
from forecaster.api.pages.theatres import drivers
from forecaster.api.ports import SourceNote
from forecaster.api.service import Service, Surroundings
from forecaster.domain.reading import SourceStatus
from forecaster.errors import NotFoundError
from forecaster.reporting.details import WORST_FIRST
from forecaster.reporting.phrases import capital
from forecaster.store.history import Vintage
from forecaster.store.markings import Visibility
from forecaster.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)

_PERIODS = 16
_REVISED = 12
_CHECKS = 20
_MOST_SERIES = 300


@dataclass(frozen=True, slots=True)
class Standing:
    """A source as it stands: what is known of it, and its last answer, None if never asked."""

    id: str
    name: str
    note: SourceNote | None
    status: SourceStatus | None


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a series with everything that was ever said of it, the first word first."""

    vintages: tuple[Vintage, ...]

    @property
    def last(self) -> Vintage:
        """Return what is said of it now."""
        return self.vintages[-1]


@router.get("/ladders/{id}/indicators")
def indicators(request: Request, service: Surroundings, seen: Seen, id: str) -> Response:
    """Show every indicator of a ladder: its value, its effect, and what feeds it."""
    with service.reading() as work:
        ladder = ladder_seen(service, work, seen, id)
        state = shown(work, seen, id)
    report = None if state.current is None else report_on(request, seen, state.current)
    of_series = sources_of(service, ladder)
    hidden = seen.hidden("source")
    fed = [
        (
            indicator,
            [name for name in _names(indicator.series) if of_series.get(name, "") not in hidden],
        )
        for indicator in ladder.indicators
        if not any(of_series.get(name) in hidden for name in _names(indicator.series))
    ]
    values = {
        "report": report,
        "run": state.current,
        "refused": refusal(request, seen, ladder, state),
        "drivers": [] if report is None else drivers(ladder, report),
        "fed": fed,
        "of_series": of_series,
    }
    marking = ladder_marking(seen, ladder, state.current)
    return page(
        request, "indicators.html.j2", seen.principal, values, marking=marking, ladder=ladder
    )


@router.get("/ladders/{id}/sources")
def of_ladder(request: Request, service: Surroundings, seen: Seen, id: str) -> Response:
    """Show the sources of one ladder, those that did not come first."""
    with service.reading() as work:
        ladder = ladder_seen(service, work, seen, id)
        found = standings(work, seen, service.ports.sources(ladder), only_noted=True)
    marking = seen.marking(("ladder", id), *(("source", s.id) for s in found))
    return page(
        request,
        "sources.html.j2",
        seen.principal,
        {"sources": found},
        marking=marking,
        ladder=ladder,
    )


@router.get("/sources")
def every(request: Request, service: Surroundings, seen: Seen) -> Response:
    """Show every source of every ladder, those that did not come first."""
    with service.reading() as work:
        found = standings(work, seen, _notes(service, work, seen), only_noted=False)
    marking = seen.marking(*(("source", s.id) for s in found))
    return page(request, "sources.html.j2", seen.principal, {"sources": found}, marking=marking)


@router.get("/sources/{source}")
def one(
    request: Request, service: Surroundings, seen: Seen, source: str, find: str = ""
) -> Response:
    """Show how one source stood whenever it was asked, and its series, as far as they fit."""
    with service.reading() as work:
        notes = _notes(service, work, seen)
        stored = work.readings.series(source)
        checks = work.history.checks(source, limit=_CHECKS)
        known = bool(stored or checks or source in notes)
        if not known or not seen.sees(("source", source)):
            raise NotFoundError(f"no source {source!r}: see the list of sources")
        count = work.readings.count(source)
    fitting = [name for name in stored if find.lower() in name.lower()]
    values = {
        "source": Standing(
            source, _name(source, notes), notes.get(source), next(iter(checks), None)
        ),
        "checks": checks,
        "find": find,
        "series": fitting[:_MOST_SERIES],
        "fitting": len(fitting),
        "stored": len(stored),
        "count": count,
    }
    marking = seen.marking(("source", source))
    return page(request, "source.html.j2", seen.principal, values, marking=marking)


@router.get("/series")
def series(
    request: Request, service: Surroundings, seen: Seen, name: str = Query(max_length=500)
) -> Response:
    """Show the newest periods of one series, and how past ones were revised."""
    with service.reading() as work:
        source = work.history.source_of(name)
        if source is None or not seen.sees(("source", source)):
            raise NotFoundError(f"no series {name!r}: see the list of sources")
        newest = periods(work.history.vintages(name, periods=_PERIODS))
        revised = periods(work.history.revised(name, periods=_REVISED))
        notes = _notes(service, work, seen)
    values = {
        "name": name,
        "source": source,
        "source_name": _name(source, notes),
        "newest": newest,
        "revised": revised,
    }
    marking = seen.marking(("source", source))
    return page(request, "series.html.j2", seen.principal, values, marking=marking)


def standings(
    work: UnitOfWork, seen: Visibility, notes: Mapping[str, SourceNote], *, only_noted: bool
) -> list[Standing]:
    """Return sources as they stand, what did not come first, without hidden ones."""
    latest = {status.source: status for status in work.sources.latest()}
    ids = set(notes) if only_noted else set(notes) | set(latest)
    found = [
        Standing(id, _name(id, notes), notes.get(id), latest.get(id))
        for id in ids
        if seen.sees(("source", id))
    ]
    return sorted(found, key=lambda s: (_place(s), s.name))


def periods(vintages: Sequence[Vintage]) -> list[Period]:
    """Return vintages by the period that they speak of, in their order."""
    return [
        Period(tuple(found)) for _, found in groupby(vintages, key=lambda each: each.observed_at)
    ]


def _place(standing: Standing) -> int:
    return -1 if standing.status is None else WORST_FIRST.index(standing.status.state)


def _notes(service: Service, work: UnitOfWork, seen: Visibility) -> dict[str, SourceNote]:
    found: dict[str, SourceNote] = {}
    for ladder in ladders_seen(service, work, seen).values():
        found.update(service.ports.sources(ladder))
    return found


def _name(source: str, notes: Mapping[str, SourceNote]) -> str:
    note = notes.get(source)
    return capital(source.replace("_", " ")) if note is None else note.name


def _names(series: Sequence[tuple[str, Sequence[str]]]) -> list[Any]:
    return list(dict.fromkeys(name for _, names in series for name in names))
