"""What a reader may look at: their ladders, the run that is shown, and the report on it.

What a marking hides is answered as if it did not exist, so that its name is not given away either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from fastapi import Request

from forecaster.api.service import Service, service_of
from forecaster.domain.account import MarkedKind, Marking
from forecaster.domain.ladder import Ladder
from forecaster.domain.run import Run
from forecaster.errors import NotFoundError
from forecaster.reporting.discretion import discreet
from forecaster.reporting.document import DailyReport
from forecaster.store.markings import Visibility
from forecaster.store.unit_of_work import UnitOfWork

MOST_RUNS = 60
"""How far back a page looks for a run that may be shown, and for past chances."""

_SECONDS = 60.0
"""A report is built again after that: rows refused since belong to it too."""
_MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Shown:
    """The run that readers of a ladder see, and the newest one if that was refused.

    current: None where nothing that may be shown was published yet.
    """

    current: Run | None
    refused: Run | None


type Key = tuple[str, str, frozenset[str]]
"""A run, its state, and the runs that its reader may not see."""


class Shelf:
    """Reports that were built a moment ago, so that a page does not wait for one."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[float, DailyReport]] = {}

    def report(self, service: Service, run: Run, hidden: frozenset[str]) -> DailyReport:
        """Return the report on a run for whoever may not see the hidden ones."""
        key = (run.run_id, run.state, hidden)
        held = self._kept.get(key)
        if held is not None and monotonic() - held[0] < _SECONDS:
            return held[1]
        built = service.ports.report(run.run_id, hidden)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[key] = (monotonic(), built)
        return built


def ladders_seen(service: Service, work: UnitOfWork, seen: Visibility) -> Mapping[str, Ladder]:
    """Return the ladders that are kept, and those that were, by id, without what is hidden."""
    found = dict(service.ports.ladders())
    for line in work.ladders.list():
        id = line.split(" ")[0]
        if id not in found:
            found[id] = work.ladders.get(id)
    return {id: ladder for id, ladder in found.items() if seen.sees(("ladder", id))}


def ladder_seen(service: Service, work: UnitOfWork, seen: Visibility, id: str) -> Ladder:
    """Return one ladder.

    Raises:
        NotFoundError: there is none of that id, or it may not be shown; the message lists others.
    """
    ladders = ladders_seen(service, work, seen)
    if id not in ladders:
        raise NotFoundError(f"no ladder {id!r}; there are: {', '.join(ladders) or 'none'}")
    return ladders[id]


def run_seen(work: UnitOfWork, seen: Visibility, run_id: str) -> Run:
    """Return one run.

    Raises:
        NotFoundError: there is none of that id, or it may not be shown.
    """
    try:
        run = work.runs.get(run_id)
    except NotFoundError:
        # The repository's own message lists runs, of which some may be hidden.
        raise NotFoundError(f"no run is called {run_id!r}: see the list of runs") from None
    if not seen.sees(*of_run(run)):
        raise NotFoundError(f"no run is called {run_id!r}: see the list of runs")
    return run


def shown(work: UnitOfWork, seen: Visibility, ladder: str) -> Shown:
    """Return the run that is shown of a ladder, and a newer one that was refused."""
    latest = work.runs.latest(ladder)
    runs = [run for run in work.runs.list(ladder, limit=MOST_RUNS) if seen.sees(*of_run(run))]
    published = [run for run in runs if run.state == "published"]
    if latest is not None and not seen.sees(*of_run(latest)):
        latest = max(published, key=lambda run: (run.as_of, run.issued_at), default=None)
    newest = max(runs, key=lambda run: run.issued_at, default=None)
    is_refused = newest is not None and newest.state == "refused"
    behind = is_refused and (latest is None or newest.as_of >= latest.as_of)  # type: ignore[union-attr]
    return Shown(latest, newest if behind else None)


def report_on(request: Request, seen: Visibility, run: Run) -> DailyReport:
    """Return the report on a run, without what it says of runs and sources that are hidden."""
    state = request.app.state
    if not hasattr(state, "shelf"):
        state.shelf = Shelf()
    report: DailyReport = state.shelf.report(service_of(request.app), run, seen.hidden("run"))
    return discreet(report, seen.hidden("source"))


def sources_of(service: Service, ladder: Ladder) -> Mapping[str, str]:
    """Return the source of every series that the ladder reads and that is stored."""
    wanted = {
        name for indicator in ladder.indicators for _, names in indicator.series for name in names
    }
    with service.reading() as work:
        return {name: source for name in wanted if (source := work.history.source_of(name))}


def of_run(run: Run) -> tuple[tuple[MarkedKind, str], ...]:
    """Return what must be seen for a run to be shown: its ladder and itself."""
    return (("ladder", run.ladder), ("run", run.run_id))


def marking_of(seen: Visibility, *runs: Run) -> Marking:
    """Return the marking of runs that are shown together."""
    return seen.marking(*(thing for run in runs for thing in of_run(run)))
