"""Whether this installation can do its work: one finding per thing looked at, with the remedy."""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING

from forecaster.errors import ForecasterError
from forecaster.health.finding import Finding
from forecaster.health.preflight import preflight
from jobs.context import Context
from jobs.wiring import compiled_models

if TYPE_CHECKING:
    from forecaster.settings import Settings

_LEAST_PYTHON = (3, 12)
_OLD_WAIT = timedelta(minutes=15)


def examine(context: Context, ladder_ref: str) -> tuple[Finding, ...]:
    """Return every finding; never raises, because each failure is one of them."""
    settings = context.settings
    findings = [_python(), _packages(), _cache(settings)]
    findings.append(_safely("ladder", lambda: _ladder(ladder_ref)))
    machine = preflight(settings, context.engine, context.clock)
    findings.extend(machine)
    if all(f.state == "ok" for f in machine if f.name == "database"):
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


def _safely(what: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except ForecasterError as error:
        return Finding(what, "fail", " ".join(str(error).split()), "do what the message says")


def _stored(context: Context, ladder_ref: str) -> Iterator[Finding]:
    try:
        yield from _sources(context, ladder_ref)
        yield _latest(context, ladder_ref)
        yield _jobs(context)
    except ForecasterError as error:
        yield Finding("store", "fail", " ".join(str(error).split()), "do what the message says")


def _sources(context: Context, ladder_ref: str) -> Iterator[Finding]:
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


def _latest(context: Context, ladder_ref: str) -> Finding:
    from forecaster.health.ladders import ladder_health
    from forecaster.reference.load import load_ladder

    settings = context.settings
    (found,) = ladder_health(
        context.engine(),
        (load_ladder(ladder_ref).id,),
        now=context.clock(),
        hour=settings.daily_hour,
        grace_hours=settings.grace_hours,
        zone=settings.zone,
    )
    return found.finding


def _jobs(context: Context) -> Finding:
    """Look for jobs whose newest slot is dead, and for slots that no scheduler takes."""
    from forecaster.store.unit_of_work import UnitOfWork

    now = context.clock()
    with UnitOfWork(context.engine(), read_only=True) as work:
        dead = [
            name
            for name in sorted(work.ledger.count("dead"))
            if work.ledger.history(name, limit=1)[0].state == "dead"
        ]
        left = [run for run in work.ledger.ready(now - _OLD_WAIT) if run.origin != "hand"]
    if dead:
        remedy = "see `forecaster jobs history --state dead`, mend it, `forecaster jobs retry`"
        return Finding("jobs", "warn", f"given up: {', '.join(dead)}", remedy)
    if left:
        detail = f"{len(left)} wait for a scheduler, first {left[0].job} of {left[0].slot:%Y-%m-%d}"
        return Finding("jobs", "warn", detail, "start `forecaster schedule`")
    return Finding("jobs", "ok", "none is given up, and none waits")
