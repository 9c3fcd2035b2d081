"""Sources: what each gave when it was last asked, and how fresh it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from forecaster.api.access import Seen
from forecaster.api.pages.frame import page
from forecaster.api.pages.looking import ladder_seen, ladders_seen
from forecaster.api.ports import SourceNote
from forecaster.api.service import Service, Surroundings
from forecaster.domain.reading import SourceStatus
from forecaster.errors import NotFoundError
from forecaster.reporting.details import WORST_FIRST
from forecaster.reporting.phrases import capital
from forecaster.store.markings import Visibility
from forecaster.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)

_CHECKS = 20
_MOST_SERIES = 300


@dataclass(frozen=True, slots=True)
class Standing:
    """A source as it stands: what is known of it, and its last answer, None if never asked."""

    id: str
    name: str
    note: SourceNote | None
    status: SourceStatus | None


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
        found = standings(work, seen, notes_of(service, work, seen), only_noted=False)
    marking = seen.marking(*(("source", s.id) for s in found))
    return page(request, "sources.html.j2", seen.principal, {"sources": found}, marking=marking)


@router.get("/sources/{source}")
def one(
    request: Request, service: Surroundings, seen: Seen, source: str, find: str = ""
) -> Response:
    """Show how one source stood whenever it was asked, and its series, as far as they fit."""
    with service.reading() as work:
        notes = notes_of(service, work, seen)
        stored = work.readings.series(source)
        checks = work.history.checks(source, limit=_CHECKS)
        known = bool(stored or checks or source in notes)
        if not known or not seen.sees(("source", source)):
            raise NotFoundError(f"no source {source!r}: see the list of sources")
        count = work.readings.count(source)
    fitting = [name for name in stored if find.lower() in name.lower()]
    values = {
        "source": Standing(
            source, name_of(source, notes), notes.get(source), next(iter(checks), None)
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


def standings(
    work: UnitOfWork, seen: Visibility, notes: Mapping[str, SourceNote], *, only_noted: bool
) -> list[Standing]:
    """Return sources as they stand, what did not come first, without hidden ones."""
    latest = {status.source: status for status in work.sources.latest()}
    ids = set(notes) if only_noted else set(notes) | set(latest)
    found = [
        Standing(id, name_of(id, notes), notes.get(id), latest.get(id))
        for id in ids
        if seen.sees(("source", id))
    ]
    return sorted(found, key=lambda s: (_place(s), s.name))


def _place(standing: Standing) -> int:
    return -1 if standing.status is None else WORST_FIRST.index(standing.status.state)


def notes_of(service: Service, work: UnitOfWork, seen: Visibility) -> dict[str, SourceNote]:
    """Return what is known of every source of every ladder that may be seen, by id."""
    found: dict[str, SourceNote] = {}
    for ladder in ladders_seen(service, work, seen).values():
        found.update(service.ports.sources(ladder))
    return found


def name_of(source: str, notes: Mapping[str, SourceNote]) -> str:
    """Return what a source is called."""
    note = notes.get(source)
    return capital(source.replace("_", " ")) if note is None else note.name
