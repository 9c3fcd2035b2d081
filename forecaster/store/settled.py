"""The repository of what published forecasts scored, summed by the moment they were made."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    ScalarSelect,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from forecaster.domain.settled import SettledReaches, SettledScores
from forecaster.store.tables.beliefs import LadderRungRow
from forecaster.store.tables.results import ResultRow, ScoreRow
from forecaster.store.tables.runs import RunRow, StandingRow

_REACH = "brier_reach_"
"""How the rule is called that scores the probability of reaching a rung."""


class SettledRepository:
    """Live scores as sums. Only what was settled by `until` counts: nothing is known before.

    Runs that are `hidden` from whoever asks are not counted.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def scores(
        self, ladder: str, *, until: datetime, hidden: Collection[str] = ()
    ) -> tuple[SettledScores, ...]:
        """Return sums of the ranked probability score by moment, horizon and reference."""
        row = ScoreRow
        told = col(row.reference_score).is_not(None)
        key = (col(RunRow.as_of), col(row.horizon_steps), col(row.reference))
        asked = (
            select(
                *key,
                func.count(),
                func.sum(col(row.score)),
                func.sum(case((told, 1), else_=0)),
                func.sum(case((told, col(row.score)), else_=cast(0, Float))),
                func.sum(func.coalesce(col(row.reference_score), 0.0)),
            )
            .join(RunRow, col(RunRow.run_id) == row.run_id)
            .where(col(RunRow.ladder) == ladder, col(row.rule) == "rps")
            .where(col(RunRow.run_id).not_in(sorted(hidden)))
            .where(col(row.resolved_at) <= until)
            .group_by(*key)
            .order_by(*key)
        )
        return tuple(SettledScores(*values) for values in self._session.execute(asked))

    def reaches(
        self, ladder: str, *, beside: str, until: datetime, hidden: Collection[str] = ()
    ) -> tuple[SettledReaches, ...]:
        """Return sums of P(reach) of the next rung up, by moment, horizon and whether it came.

        That is the lowest of a theatre's rungs above the one that it stood on as of the run; where
        it stood on the highest there is none.

        beside: a reference; a forecast is scored beside each, and each time by the same figure.
        """
        row, said = ScoreRow, ResultRow
        here, above, came = (aliased(LadderRungRow) for _ in range(3))
        key = (col(RunRow.as_of), col(row.horizon_steps), col(came.position) >= above.position)
        chance = col(said.probability)
        asked = (
            select(*key, func.count(), func.sum(chance), func.sum(chance * chance))
            .join_from(row, RunRow, col(RunRow.run_id) == row.run_id)
            .join(StandingRow, _same(StandingRow, row, "run_id", "theatre", "domain"))
            .join(here, _of(here, row) & (here.rung == StandingRow.present_rung))
            .join(above, _of(above, row) & (above.position == _next(row, here)))
            .join(came, _of(came, row) & (came.rung == row.resolved_rung))
            .join(
                said,
                _same(said, row, "run_id", "theatre", "domain", "horizon_steps")
                & (col(said.kind) == "reach")
                & (said.rung == above.rung),
            )
            .where(col(RunRow.ladder) == ladder, col(row.reference) == beside)
            .where(col(row.rule) == literal(_REACH).concat(above.rung))
            .where(col(RunRow.run_id).not_in(sorted(hidden)))
            .where(col(row.resolved_at) <= until)
            .group_by(*key)
            .order_by(*key)
        )
        found = self._session.execute(asked)
        return tuple(SettledReaches(at, steps, bool(it), *sums) for at, steps, it, *sums in found)


def _same(left: Any, right: Any, *names: str) -> ColumnElement[bool]:  # noqa: ANN401 — mapped classes
    return and_(*(getattr(left, name) == getattr(right, name) for name in names))


def _of(rung: Any, row: Any) -> ColumnElement[bool]:  # noqa: ANN401 — mapped classes
    """Return whether a rung is one of the domain, in the version of the ladder of the run."""
    return and_(
        col(RunRow.ladder) == rung.ladder,
        col(RunRow.ladder_version) == rung.version,
        col(row.domain) == rung.domain,
    )


def _next(row: Any, here: Any) -> ScalarSelect[int]:  # noqa: ANN401 — mapped classes
    """Return the place of the lowest rung above `here` that a theatre may reach."""
    said, rung = aliased(ResultRow), aliased(LadderRungRow)
    return (
        select(func.min(rung.position))
        .join_from(rung, said, _same(said, row, "run_id", "theatre", "domain", "horizon_steps"))
        .where(_of(rung, row), col(rung.rung) == said.rung, col(said.kind) == "reach")
        .where(col(rung.position) > here.position)
        .correlate(RunRow, row, here)
        .scalar_subquery()
    )
