"""Reports from rows: what the task writes and the command line prints is built here alone."""

import os
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.errors import NotFoundError, ReportError
from jobs.context import Context
from jobs.health import statuses
from jobs.track_record import track_record
from jobs.watch import indicated_series, watched_sources

if TYPE_CHECKING:
    from forecaster.domain.forecast import Forecast
    from forecaster.domain.prior import PriorVersion
    from forecaster.domain.run import Run
    from forecaster.reporting.daily import RunAndForecast
    from forecaster.reporting.document import DailyReport
    from forecaster.store.unit_of_work import UnitOfWork
    from indicators.source import Source

_MOST_REJECTS = 10_000
_MOST_RUNS = 1_000


def report_on(context: Context, run_id: str, hidden: Collection[str] = ()) -> "DailyReport":
    """Return the report on a run, from rows alone.

    hidden: other runs that its reader may not see; it names none of them, compares with none, and
    counts none.

    Raises:
        NotFoundError: no run has that id.
        ReportError: the run's ladder is not the one that is stored.
    """
    from forecaster.reporting import daily
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        run = work.runs.get(run_id)
        ladder = work.ladders.get(run.ladder, run.ladder_version)
        sources = watched_sources(ladder)
        previous = _previous(work, run, hidden)
        since = previous[0].issued_at if previous else None
        return daily.build(
            ladder,
            run,
            _naming_none(work.forecasts.read(run_id), hidden),
            previous=previous,
            statuses=statuses(work, sources, as_of=run.as_of),
            prior_changes=_prior_changes(work, run, since),
            rejects=work.quarantine.list(since=since, limit=_MOST_REJECTS),
            feeds=work.watched.sources_of(indicated_series(ladder)),
            code_version=run.code_version,
            data_notice=_credits(work, sources),
            grades={source.id: source.grade for source in sources.values()},
            names={source.id: source.name for source in sources.values()},
            record=track_record(work, run, ladder, hidden),
        )


def _naming_none(forecast: "Forecast", hidden: Collection[str]) -> "Forecast":
    """Return what a run said, without the run whose fit it stands on if that is hidden."""
    way = forecast.updating
    if way is None or way.fit_run not in hidden:
        return forecast
    return replace(forecast, updating=replace(way, fit_run=""))


def _previous(work: "UnitOfWork", run: "Run", hidden: Collection[str]) -> "RunAndForecast | None":
    """Return the last run that readers saw before this one was issued, and what it said.

    It may be of the same day: an edited prior or a late reading is a change worth telling too.
    """
    earlier = [
        other
        for other in work.runs.list(run.ladder, limit=_MOST_RUNS)
        if other.state in ("published", "superseded")
        and other.issued_at < run.issued_at
        and other.as_of <= run.as_of
        and other.run_id not in hidden
    ]
    if not earlier:
        return None
    last = max(earlier, key=lambda other: (other.as_of, other.issued_at))
    return last, work.forecasts.read(last.run_id)


def _prior_changes(
    work: "UnitOfWork", run: "Run", since: datetime | None
) -> "tuple[PriorVersion, ...]":
    """Return the priors in force that people set after `since`, or ever if there is no such."""
    in_force = work.priors.in_force(run.ladder, run.issued_at)
    return tuple(
        version
        for version in in_force.versions
        if version.version > 1 and (since is None or version.recorded_at > since)
    )


def _credits(work: "UnitOfWork", sources: "Mapping[str, Source]") -> str:
    """Return one line for each source that has readings: whose they are and on what terms."""
    stored = set(work.readings.sources())
    return "\n".join(
        f"{source.name}: {source.publisher}; {source.licence}"
        for source in sources.values()
        if source.id in stored
    )


def latest_run(context: Context, ladder_ref: str, as_of: datetime | None) -> "Run":
    """Return the run that a ladder's readers see, or the last published up to `as_of`.

    Raises:
        NotFoundError: nothing was published yet.
    """
    from forecaster.reference.load import load_ladder
    from forecaster.store.unit_of_work import UnitOfWork

    ladder = load_ladder(ladder_ref)
    # `before` leaves out the instant itself, and a run made as of that day counts.
    before = None if as_of is None else as_of + timedelta(microseconds=1)
    with UnitOfWork(context.engine(), read_only=True) as work:
        run = work.runs.latest(ladder.id, before=before)
    if run is None:
        up_to = f" up to {as_of:%Y-%m-%d}" if as_of else ""
        raise NotFoundError(
            f"no run of {ladder.id!r} is published{up_to}: "
            f"run `forecaster daily --ladder {ladder_ref}`"
        )
    return run


def ladder_table(context: Context, run_id: str) -> str:
    """Return the report on a run as text for a terminal."""
    return render(report_on(context, run_id), "text")


def render(report: "DailyReport", format: str) -> str:
    """Return the report as `html`, `md`, `json` or `text`."""
    from forecaster.reporting import render as renderings

    by_format: dict[str, Callable[[DailyReport], str]] = {
        "html": renderings.html,
        "md": renderings.markdown,
        "json": renderings.json,
        "text": renderings.text,
    }
    return by_format[format](report)


def write_whole(path: Path, text: str) -> Path:
    """Write a file whole or not at all: a reader never sees half of it.

    Raises:
        ReportError: the folder cannot be written, or the disk is full; what was there stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    except OSError as error:
        raise ReportError(
            f"{path} cannot be written ({error.strerror}): make room or give another place"
        ) from None
    return path


def _replace(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
