"""Views and tables as they are served: filtered, in order, page by page.

What is called `service_…` shows every row of the public view of that name, to whomever: markings
are held against the person who asks, not against the database's role.

A page is found by the key of the last row before it, so that the thousandth costs as much as the
first and none shifts when a row comes in.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    MetaData,
    String,
    Table,
    select,
    tuple_,
)
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

from forecaster.store.tables.base import UtcDateTime
from forecaster.store.tables.jobs import JobRunRow
from forecaster.store.tables.observations import RejectRow
from forecaster.store.tables.results import ResultRow

type Row = Mapping[str, Any]
type Key = Sequence[str | int | float | datetime]

_VIEWS = MetaData()
_TIMES = frozenset({"as_of", "issued_at", "observed_through", "resolved_at", "began_at", "made_at"})
_WHOLE = frozenset({"horizon_steps", "horizon_1", "horizon_2", "horizon_3", "n", "seed"})
_REAL = frozenset(
    {
        *(f"{name}_{place}" for name in ("reach", "change") for place in (1, 2, 3)),
        *("exposure", "age_hours", "score", "reference_score", "value", "lower", "upper"),
        "wall_seconds",
    }
)


def _type_of(name: str) -> TypeEngine[Any]:
    if name in _TIMES:
        return UtcDateTime()
    if name in _WHOLE:
        return Integer()
    return Float() if name in _REAL else String()


def _view(view: str, columns: str, *, texts: Collection[str] = ()) -> Table:
    types = {name: String() if name in texts else _type_of(name) for name in columns.split()}
    return Table(view, _VIEWS, *(Column(name, type) for name, type in types.items()))


LADDER_NOW = _view(
    "service_ladder_now",
    "ladder ladder_version run_id state as_of issued_at theatre domain present_rung label "
    "observed_through exposure age_hours previous_run_id next_rung horizon_1 reach_1 change_1 "
    "horizon_2 reach_2 change_2 horizon_3 reach_3 change_3",
)
RUN_LOG = _view(
    "service_run_log",
    "run_id ladder ladder_version as_of issued_at state state_reason family family_version "
    "prior_set data_digest code_version seed wall_seconds",
)
SCORES = _view(
    "service_scores",
    "run_id ladder ladder_version family family_version as_of issued_at theatre domain "
    "horizon_steps rule score reference reference_score resolved_rung resolved_at",
)
SCORES_BACKTEST = _view(
    "service_scores_backtest",
    "backtest_id plan_id plan_digest ladder ladder_version domain data_digest began_at made_at "
    "forecaster theatre rung horizon_steps score reference n value lower upper",
    texts={"score"},
)
RESULTS: FromClause = ResultRow.__table__  # type: ignore[attr-defined]
JOB_RUNS: FromClause = JobRunRow.__table__  # type: ignore[attr-defined]
REJECTS: FromClause = RejectRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a view.

    order: columns that together name one row; the page is in their order, from the last one back
    if `newest_first`. where: what a column must equal. without: what it must not be. after: the
    key of the last row of the page before, in the order of `order`.
    """

    view: FromClause
    order: tuple[str, ...]
    where: Mapping[str, Any] = field(default_factory=dict)
    without: Mapping[str, Collection[str]] = field(default_factory=dict)
    after: Key | None = None
    newest_first: bool = False
    limit: int = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the key after which the next page begins; None if there is none."""

    rows: tuple[Row, ...]
    next: Key | None


class ViewRepository:
    """Reads over the views; nothing here writes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, asked: Asked) -> Page:
        """Return one page."""
        found = self._session.connection().execute(_statement(asked)).mappings().all()
        rows = tuple(dict(row) for row in found[: asked.limit])
        more = len(found) > asked.limit
        return Page(rows, tuple(rows[-1][name] for name in asked.order) if more else None)


def _statement(asked: Asked) -> Any:  # noqa: ANN401 (SQLAlchemy's own type says no more)
    columns = asked.view.c
    key = tuple_(*(columns[name] for name in asked.order))
    order = [columns[n].desc() if asked.newest_first else columns[n] for n in asked.order]
    statement = select(asked.view).order_by(*order).limit(asked.limit + 1)
    conditions: list[ColumnElement[bool]] = [
        columns[name] == value for name, value in asked.where.items() if value is not None
    ]
    conditions += [
        columns[name].not_in(sorted(hidden)) for name, hidden in asked.without.items() if hidden
    ]
    if asked.after is not None:
        last = tuple_(*asked.after, types=[columns[name].type for name in asked.order])
        conditions.append(key < last if asked.newest_first else key > last)
    return statement.where(*conditions)
