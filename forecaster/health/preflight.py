"""Before work: is there room, memory, a database at this code's version, and a clock that is sane?

Pure judgements of what was found, and one function that finds it all and never raises.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from forecaster.clock import Clock
from forecaster.errors import ForecasterError
from forecaster.health.finding import Finding
from forecaster.health.machine import available_memory, free_bytes, writing_fails
from forecaster.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

_MB = 1_000_000
_SLACK = timedelta(minutes=1)
"""How far two clocks may be apart before one of them counts as wrong."""


def preflight(
    settings: Settings, engine: "Callable[[], Engine]", clock: Clock
) -> tuple[Finding, ...]:
    """Return a finding for each thing that work needs; never raises, a failure is a finding."""
    findings = [
        data_folder(str(settings.data_dir.resolve()), writing_fails(settings.data_dir)),
        disk(free_bytes(settings.data_dir), settings.least_free_mb),
        memory(available_memory(), settings.fit_memory_mb),
    ]
    return (*findings, *_database(engine, clock))


def data_folder(name: str, failure: str) -> Finding:
    """Judge a folder by why it cannot be written, "" if it can."""
    if failure:
        remedy = "set FORECASTER_DATA_DIR to a folder that can be written"
        return Finding("data folder", "fail", f"{name}: {failure}", remedy)
    return Finding("data folder", "ok", f"{name} can be written")


def disk(free: int, least_mb: int) -> Finding:
    """Judge the free bytes of a disk against what is wanted; under a tenth of it, work fails."""
    detail = f"{free / 1e9:.1f} GB free, {least_mb / 1e3:.1f} GB wanted"
    if free >= least_mb * _MB:
        return Finding("disk", "ok", detail)
    remedy = 'free some: `forecaster retention`, or see the runbook, "The disk is full"'
    return Finding("disk", "warn" if free >= least_mb * _MB / 10 else "fail", detail, remedy)


def memory(available: int | None, wanted_mb: int) -> Finding:
    """Judge the available bytes of memory against what a fit is to find, in MB."""
    if available is None:
        return Finding("memory", "ok", "this system does not say how much is available")
    detail = f"{available / 1e9:.1f} GB available, a fit is to find {wanted_mb / 1e3:.1f} GB"
    if available >= wanted_mb * _MB:
        return Finding("memory", "ok", detail)
    return Finding("memory", "warn", detail, "stop other work, or give this machine more memory")


def clock_of(now: datetime, *, stored: datetime | None, database: datetime | None) -> Finding:
    """Judge the clock against the newest instant that is stored, and against the database's.

    A clock that runs behind what is stored hides it: every read is as of the present.
    """
    detail = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    remedy = "set the clock of this machine, and let it be kept by NTP"
    if stored is not None and stored > now + _SLACK:
        behind = f"{detail}, and something is stored as of {stored:%Y-%m-%d %H:%M:%S}"
        return Finding("clock", "fail", behind, remedy)
    if database is not None and abs(database - now) > _SLACK:
        apart = f"{detail}, {abs(database - now).total_seconds():.0f} s from the database's"
        return Finding("clock", "warn", apart, remedy)
    return Finding("clock", "ok", detail)


def _database(engine: "Callable[[], Engine]", clock: Clock) -> Iterator[Finding]:
    from forecaster.store.session import require_current

    try:
        opened = engine()
        require_current(opened)
        stored, theirs = _instants(opened)
    except ForecasterError as error:
        reason = " ".join(str(error).split())
        yield Finding("database", "fail", reason, "do what the message says")
        return
    where = opened.url.render_as_string(hide_password=True)
    yield Finding("database", "ok", f"{where} is at the code's version")
    yield clock_of(clock(), stored=stored, database=theirs)


def _instants(engine: "Engine") -> tuple[datetime | None, datetime | None]:
    """Return the newest instant at which anything was stored, and the database's own present."""
    from sqlmodel import Session, func, select

    from forecaster.store.tables.observations import SourceCheckRow
    from forecaster.store.tables.runs import RunRow

    with Session(engine.execution_options(read_only=True)) as session:
        issued = session.exec(select(func.max(RunRow.issued_at))).one()
        checked = session.exec(select(func.max(SourceCheckRow.checked_at))).one()
        theirs = None
        if engine.dialect.name == "postgresql":
            theirs = session.exec(select(func.clock_timestamp())).one()
    return max((at for at in (issued, checked) if at is not None), default=None), theirs
