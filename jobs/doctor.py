"""Whether this installation can do its work: one finding per thing looked at, with the remedy."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from forecaster.errors import ForecasterError
from jobs.context import Context
from jobs.wiring import compiled_models

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from forecaster.settings import Settings

type Verdict = Literal["ok", "warn", "fail"]

_LEAST_PYTHON = (3, 12)
_WANTED_BYTES = 1_000_000_000
_OLD_RUN = timedelta(days=2)
_OLD_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do where it is not well."""

    what: str
    verdict: Verdict
    detail: str
    remedy: str = ""


def examine(context: Context, ladder_ref: str) -> tuple[Finding, ...]:
    """Return every finding; never raises, because each failure is one of them."""
    settings = context.settings
    findings = [_python(), _packages(), _writable(settings.data_dir), _room(settings.data_dir)]
    findings.append(_cache(settings))
    findings.append(_safely("ladder", lambda: _ladder(ladder_ref)))
    database = _safely("database", lambda: _database(context.engine()))
    findings.append(database)
    if database.verdict == "ok":
        findings.extend(_stored(context, ladder_ref))
    return tuple(findings)


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= _LEAST_PYTHON:
        return Finding("python", "ok", found)
    return Finding("python", "fail", found, "install Python 3.12 or newer and run `make setup`")


def _packages() -> Finding:
    wanted = {
        _name(line) for line in requires("escalation-forecaster") or () if "extra" not in line
    }
    missing = sorted(name for name in wanted if not _installed(name))
    if missing:
        return Finding("packages", "fail", f"missing: {', '.join(missing)}", "run `make setup`")
    return Finding("packages", "ok", f"all {len(wanted)} are installed")


def _name(requirement: str) -> str:
    for mark in "[<>=!~; (":
        requirement = requirement.partition(mark)[0]
    return requirement


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _writable(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = "set FORECASTER_DATA_DIR to a folder that can be written"
        return Finding("data folder", "fail", f"{folder}: {error.strerror}", remedy)
    return Finding("data folder", "ok", f"{folder.resolve()} can be written")


def _room(folder: Path) -> Finding:
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(there).free
    detail = f"{free / 1e9:.1f} GB free"
    if free < _WANTED_BYTES:
        return Finding("disk", "warn", detail, "make room: 1 GB is enough for years of readings")
    return Finding("disk", "ok", detail)


def _cache(settings: "Settings") -> Finding:
    folder = compiled_models(settings)
    if folder.is_dir() and any(folder.iterdir()):
        return Finding("compile cache", "ok", f"{folder} holds compiled models")
    remedy = "nothing: the first run fills it, and takes longer"
    return Finding("compile cache", "warn", f"{folder} is empty", remedy)


def _ladder(ref: str) -> Finding:
    from forecaster.reference.load import load_ladder

    ladder = load_ladder(ref)
    return Finding("ladder", "ok", f"{ladder.id} version {ladder.version}")


def _database(engine: "Engine") -> Finding:
    from forecaster.store.session import require_current

    require_current(engine)
    where = engine.url.render_as_string(hide_password=True)
    return Finding("database", "ok", f"{where} is at the code's version")


def _safely(what: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except ForecasterError as error:
        return Finding(what, "fail", " ".join(str(error).split()), "do what the message says")


def _stored(context: Context, ladder_ref: str) -> Iterator[Finding]:
    try:
        yield from _freshness(context, ladder_ref)
        yield _last_run(context, ladder_ref)
        yield _jobs(context)
    except ForecasterError as error:
        yield Finding("store", "fail", " ".join(str(error).split()), "do what the message says")


def _freshness(context: Context, ladder_ref: str) -> Iterator[Finding]:
    from forecaster.reference.load import load_ladder
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.health import statuses
    from jobs.watch import watched_sources

    sources = watched_sources(load_ladder(ladder_ref))
    with UnitOfWork(context.engine(), read_only=True) as work:
        found = statuses(work, sources, as_of=context.clock())
    for status in found:
        well = status.state in ("fresh", "unchanged")
        detail = f"{status.state}: {status.reason}" if status.reason else status.state
        remedy = "" if well else f"run `forecaster ingest {status.source}`"
        yield Finding(f"source {status.source}", "ok" if well else "warn", detail, remedy)


def _last_run(context: Context, ladder_ref: str) -> Finding:
    from forecaster.reference.load import load_ladder
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        runs = work.runs.list(load_ladder(ladder_ref).id, limit=1)
    if not runs:
        return Finding("last run", "warn", "there is none", "run `forecaster daily`")
    run, age = runs[0], context.clock() - runs[0].issued_at
    detail = f"{run.run_id} is {run.state}, made {age.days} days ago as of {run.as_of:%Y-%m-%d}"
    if run.state == "refused":
        return Finding("last run", "warn", detail, f"see `forecaster runs show {run.run_id}`")
    if age > _OLD_RUN:
        return Finding("last run", "warn", detail, "run `forecaster daily`, or see the scheduler")
    return Finding("last run", "ok", detail)


def _jobs(context: Context) -> Finding:
    """Look for what no scheduler will do by itself: dead slots, and slots that nobody takes."""
    from forecaster.store.unit_of_work import UnitOfWork

    now = context.clock()
    with UnitOfWork(context.engine(), read_only=True) as work:
        dead = work.ledger.count("dead")
        left = [run for run in work.ledger.ready(now - _OLD_WAIT) if run.origin != "hand"]
    if dead:
        named = ", ".join(f"{name} ({count})" for name, count in sorted(dead.items()))
        remedy = "see `forecaster jobs history --state dead`, mend it, `forecaster jobs retry`"
        return Finding("jobs", "warn", f"given up: {named}", remedy)
    if left:
        detail = f"{len(left)} wait for a scheduler, first {left[0].job} of {left[0].slot:%Y-%m-%d}"
        return Finding("jobs", "warn", detail, "start `forecaster schedule`")
    return Finding("jobs", "ok", "none is given up, and none waits")
