"""Reports from rows: what the task writes and the command line prints is built here alone."""

import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.errors import NotFoundError, ReportError
from jobs.context import Context
from jobs.health import statuses
from jobs.provenance import code_version

if TYPE_CHECKING:
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.prior import PriorVersion
    from forecaster.domain.run import Run
    from forecaster.reporting.document import DailyReport
    from forecaster.store.unit_of_work import UnitOfWork

_MOST_REJECTS = 10_000


def report_on(context: Context, run_id: str) -> "DailyReport":
    """Return the report on a run, from rows alone.

    Raises:
        NotFoundError: no run has that id.
        ReportError: the run's ladder is not the one that is stored.
    """
    from forecaster.reporting import daily
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine()) as work:
        run = work.runs.get(run_id)
        ladder = work.ladders.get(run.ladder, run.ladder_version)
        previous = work.runs.latest(run.ladder, before=run.as_of)
        sources = sources_for(ladder)
        since = previous.issued_at if previous else None
        return daily.build(
            ladder,
            run,
            work.forecasts.read(run_id),
            previous=(previous, work.forecasts.read(previous.run_id)) if previous else None,
            statuses=statuses(work, sources, as_of=run.as_of),
            prior_changes=_prior_changes(work, ladder, run, since),
            rejects=work.quarantine.list(since=since, limit=_MOST_REJECTS),
            code_version=code_version(),
            data_notice=_credits(work, sources),
            grades={source.id: source.grade for source in sources.values()},
            names={source.id: source.name for source in sources.values()},
        )


def _prior_changes(
    work: "UnitOfWork", ladder: "Ladder", run: "Run", since: datetime | None
) -> "tuple[PriorVersion, ...]":
    """Return the priors that people set after `since` and that this run is the first to use."""
    if since is None:
        return ()
    in_force = work.priors.in_force(ladder.id, run.issued_at)
    return tuple(v for v in in_force.versions if v.version > 1 and v.recorded_at > since)


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
    with UnitOfWork(context.engine()) as work:
        run = work.runs.latest(ladder.id, before=before)
    if run is None:
        up_to = f" up to {as_of:%Y-%m-%d}" if as_of else ""
        raise NotFoundError(
            f"no run of {ladder.id!r} is published{up_to}: run `forecaster daily --ladder {ladder_ref}`"
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
