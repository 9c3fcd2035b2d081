"""Rows that may go: what can be made again, or says nothing any more. All other rows never go.

Preview and removal share one selection. Removal is part of the caller's transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, Select, String, case, cast, delete, func, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from forecaster.store.tables import METADATA
from forecaster.store.tables.base import Table
from forecaster.store.tables.fits import FitRow
from forecaster.store.tables.jobs import JobRunRow
from forecaster.store.tables.observations import SourceCheckRow


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept: the newest fits of each ladder, and slots and checks from an instant on."""

    fits_kept: int
    skipped_from: datetime
    checks_from: datetime


@dataclass(frozen=True, slots=True)
class Removal:
    """One kind of thing that may go: how many, and how many bytes they hold."""

    kind: str
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    table: type[Table]
    key: Mapped[Any]
    chosen: Select[Any]


REMOVABLE: frozenset[str] = frozenset(
    str(table.__tablename__) for table in (FitRow, JobRunRow, SourceCheckRow)
)
"""The tables that rows are ever removed from; of each, only what `Bounds` leaves out."""


def never_removed() -> tuple[str, ...]:
    """Return the tables that retention leaves alone whatever is set."""
    return tuple(sorted(set(METADATA.tables) - REMOVABLE))


def find(session: Session, bounds: Bounds) -> tuple[Removal, ...]:
    """Return what may go, kind by kind; nothing is changed."""
    return tuple(_measure(session, kind) for kind in _kinds(bounds))


def remove(session: Session, bounds: Bounds) -> tuple[Removal, ...]:
    """Remove what `find` would have told of, and return what that was."""
    found = []
    for kind in _kinds(bounds):
        found.append(_measure(session, kind))
        session.execute(delete(kind.table).where(kind.key.in_(kind.chosen)))
    return tuple(found)


def _kinds(bounds: Bounds) -> tuple[_Kind, ...]:
    return (
        _Kind("fits", FitRow, col(FitRow.run_id), _old_fits(bounds.fits_kept)),
        _Kind("skipped slots", JobRunRow, col(JobRunRow.id), _old_slots(bounds.skipped_from)),
        _Kind(
            "source checks", SourceCheckRow, col(SourceCheckRow.id), _old_checks(bounds.checks_from)
        ),
    )


def _old_fits(kept: int) -> Select[Any]:
    """Fits that are not among the newest of their ladder; any of them can be sampled again."""
    place = func.row_number().over(
        partition_by=col(FitRow.ladder),
        order_by=(col(FitRow.as_of).desc(), col(FitRow.run_id).desc()),
    )
    placed = select(col(FitRow.run_id).label("key"), place.label("place")).subquery()
    return select(placed.c.key).where(placed.c.place > kept)


def _old_slots(kept_from: datetime) -> Select[Any]:
    """Slots in which nothing was to do, whoever asked for them.

    A job's newest slot of the calendar says what is due next, and stays. One by hand says nothing
    of the calendar, however new it is.
    """
    of_calendar = col(JobRunRow.origin) == "calendar"
    newest = (
        select(col(JobRunRow.job).label("job"), func.max(col(JobRunRow.slot)).label("slot"))
        .where(of_calendar)
        .group_by(col(JobRunRow.job))
        .subquery()
    )
    return (
        select(col(JobRunRow.id))
        .outerjoin(newest, newest.c.job == col(JobRunRow.job))
        .where(col(JobRunRow.state) == "skipped", col(JobRunRow.slot) < kept_from)
        .where(~of_calendar | (col(JobRunRow.slot) < newest.c.slot))
    )


def _old_checks(kept_from: datetime) -> Select[Any]:
    """Checks of sources. Each source keeps its newest, and the first that brought rows.

    What was known when follows from that first one.
    """
    source, checked = col(SourceCheckRow.source), col(SourceCheckRow.checked_at)
    first_rows = func.min(case((col(SourceCheckRow.rows_received) > 0, checked)))
    newest = func.max(col(SourceCheckRow.id))
    ends: Any = select(source.label("source"), newest.label("newest"), first_rows.label("first"))
    kept = ends.group_by(source).subquery()
    return (
        select(col(SourceCheckRow.id))
        .join(kept, kept.c.source == source)
        .where(checked < kept_from, col(SourceCheckRow.id) < kept.c.newest)
        .where(kept.c.first.is_(None) | (checked != kept.c.first))
    )


def _measure(session: Session, kind: _Kind) -> Removal:
    columns = METADATA.tables[str(kind.table.__tablename__)].columns
    lengths = [
        func.coalesce(
            func.length(c if isinstance(c.type, LargeBinary) else cast(c, String)),
            0,
        )
        for c in columns
    ]
    size = sum(lengths[1:], start=lengths[0])
    asked = select(func.count(), func.coalesce(func.sum(size), 0)).where(kind.key.in_(kind.chosen))
    count, total = session.execute(asked).one()
    return Removal(kind.name, int(count), int(total))
