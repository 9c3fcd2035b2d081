"""Which run is served: asked by every poll, so answered by one small query."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Select, String, bindparam, func, select
from sqlmodel import Session, col

from forecaster.domain.run import RunState
from forecaster.store.tables.people import MarkingRow
from forecaster.store.tables.results import ResultRow
from forecaster.store.tables.runs import LatestRow, RunRow, StandingRow
from forecaster.store.views import RUN_LOG


@dataclass(frozen=True, slots=True)
class Pointer:
    """A run in a few words: what it is of, and in which state."""

    run_id: str
    ladder: str
    ladder_version: str
    as_of: datetime
    issued_at: datetime
    state: RunState
    state_reason: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What one query tells a poller: the run to serve, a newer one that was refused, and markings.

    marked: the number of the newest marking; as long as it stays, so do all markings.
    """

    latest: Pointer | None
    refused: Pointer | None
    marked: int


class PointerRepository:
    """The runs that are served, without any of their rows."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def glance(self, ladder: str) -> Glance:
        """Return what is served of a ladder, whoever asks; markings are looked at by the caller."""
        rows = self._session.connection().execute(_glance(), {"ladder": ladder})
        found = rows.mappings().all()
        runs = [(row["shown"] == row["run_id"], _pointer(row)) for row in found if row["run_id"]]
        latest = next((run for shown, run in runs if shown and run.state == "published"), None)
        refused = next((run for _, run in runs if run.state == "refused"), None)
        if refused is not None and latest is not None and refused.as_of < latest.as_of:
            refused = None
        return Glance(latest, refused, int(found[0]["marked"]) if found else 0)

    def run(self, run_id: str) -> Pointer | None:
        """Return one run, None if there is none of that id."""
        return self._first(select(RUN_LOG).where(RUN_LOG.c.run_id == run_id))

    def newest(
        self, ladder: str, *, until: datetime | None = None, hidden: Collection[str] = ()
    ) -> Pointer | None:
        """Return the published run with the newest `as_of`, at most `until`, none of the hidden."""
        asked = _published(ladder, hidden)
        if until is not None:
            asked = asked.where(RUN_LOG.c.as_of <= until)
        return self._first(asked.order_by(RUN_LOG.c.as_of.desc(), RUN_LOG.c.issued_at.desc()))

    def after(
        self, ladder: str, issued_at: datetime, run_id: str, *, hidden: Collection[str] = ()
    ) -> Pointer | None:
        """Return the published run that was issued next after another one, None if none was."""
        later = (RUN_LOG.c.issued_at > issued_at) | (
            (RUN_LOG.c.issued_at == issued_at) & (RUN_LOG.c.run_id > run_id)
        )
        asked = _published(ladder, hidden).where(later)
        return self._first(asked.order_by(RUN_LOG.c.issued_at, RUN_LOG.c.run_id))

    def origins(self, ladder: str, *, hidden: Collection[str] = ()) -> tuple[datetime, ...]:
        """Return the `as_of` of every published run of a ladder, the oldest first."""
        asked = _published(ladder, hidden).with_only_columns(RUN_LOG.c.as_of).distinct()
        found = self._session.connection().execute(asked.order_by(RUN_LOG.c.as_of))
        return tuple(row[0] for row in found)

    def theatres(self, run_id: str) -> frozenset[str]:
        """Return the theatres that a run says something of."""
        asked = select(StandingRow.theatre).where(StandingRow.run_id == run_id).distinct()  # type: ignore[call-overload]
        return frozenset(row[0] for row in self._session.connection().execute(asked))

    def rows(self, run_id: str) -> int:
        """Return how many rows of results a run has."""
        asked = select(func.count()).select_from(ResultRow).where(col(ResultRow.run_id) == run_id)
        return int(self._session.connection().execute(asked).scalar_one())

    def _first(self, asked: Select[Any]) -> Pointer | None:
        row = self._session.connection().execute(asked.limit(1)).mappings().first()
        return None if row is None else _pointer(row)


def _published(ladder: str, hidden: Collection[str]) -> Select[Any]:
    asked = select(RUN_LOG).where(RUN_LOG.c.ladder == ladder, RUN_LOG.c.state == "published")
    return asked.where(RUN_LOG.c.run_id.not_in(sorted(hidden))) if hidden else asked


@cache
def _glance() -> Select[Any]:
    """Return the query of every poll; it is built once, which costs as much as asking it."""
    ladder = bindparam("ladder", type_=String())
    marked = select(func.coalesce(func.max(MarkingRow.id), 0).label("marked")).subquery()
    shown = select(LatestRow.run_id).where(LatestRow.ladder == ladder).scalar_subquery()  # type: ignore[call-overload]
    order = (col(RunRow.issued_at).desc(), col(RunRow.run_id).desc())
    issued = select(RunRow.run_id).where(RunRow.ladder == ladder).order_by(*order).limit(1)  # type: ignore[call-overload]
    either = RUN_LOG.c.run_id.in_([shown, issued.scalar_subquery()])
    asked = select(marked.c.marked, shown.label("shown"), *RUN_LOG.c).select_from(marked)
    return asked.join(RUN_LOG, either, isouter=True)


def _pointer(row: Any) -> Pointer:  # noqa: ANN401 (SQLAlchemy's own type says no more)
    values = {name: row[name] for name in Pointer.__dataclass_fields__}
    values["state"] = cast(RunState, values["state"])
    return Pointer(**values)
