"""The repository of what published forecasts scored, summed by the moment they were made."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Float, case, cast, func, literal, select
from sqlmodel import Session, col

from forecaster.domain.settled import SettledReaches, SettledScores
from forecaster.store.ladders import LadderRepository
from forecaster.store.tables.results import ResultRow, ScoreRow
from forecaster.store.tables.runs import RunRow

_REACH = "brier_reach_"
"""How the rule is called that scores the probability of reaching a rung."""


class SettledRepository:
    """Live scores as sums. Only what was settled by `until` counts: nothing is known before."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def scores(self, ladder: str, *, until: datetime) -> tuple[SettledScores, ...]:
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
            .where(col(row.resolved_at) <= until)
            .group_by(*key)
            .order_by(*key)
        )
        return tuple(SettledScores(*values) for values in self._session.execute(asked))

    def reaches(self, ladder: str, *, until: datetime) -> tuple[SettledReaches, ...]:
        """Return sums of P(reach) by moment, horizon and whether the rung was reached."""
        sums: dict[tuple[datetime, int, bool], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        for key, found in self._reaches(ladder, until):
            sums[key] = [a + b for a, b in zip(sums[key], found, strict=True)]
        return tuple(
            SettledReaches(*key, int(n), chance, squared)
            for key, (n, chance, squared) in sorted(sums.items())
        )

    def _reaches(
        self, ladder: str, until: datetime
    ) -> Iterator[tuple[tuple[datetime, int, bool], tuple[float, float, float]]]:
        """Yield sums of each rung; whether it was reached is a matter of the run's own ladder."""
        places: dict[str, dict[tuple[str, str], int]] = {}
        for version, domain, rung, highest, as_of, steps, *found in self._by_rung(ladder, until):
            if version not in places:
                rungs = LadderRepository(self._session).get(ladder, version).rungs
                places[version] = {(r.domain, r.id): r.order for r in rungs}
            order = places[version]
            yield (as_of, steps, order[domain, highest] >= order[domain, rung]), tuple(found)

    def _by_rung(self, ladder: str, until: datetime) -> Iterator[tuple[Any, ...]]:
        row, said = ScoreRow, ResultRow
        # A forecast is scored beside every reference, and each time by the same figure.
        scored = (
            select(
                *(col(row.run_id), col(row.theatre), col(row.domain), col(row.horizon_steps)),
                *(col(row.rule), col(row.resolved_rung)),
            )
            .where(col(row.rule).startswith(_REACH, autoescape=True))
            .where(col(row.resolved_at) <= until)
            .distinct()
            .subquery()
        )
        own = scored.c
        key = (
            *(col(RunRow.ladder_version), own.domain, col(said.rung), own.resolved_rung),
            *(col(RunRow.as_of), own.horizon_steps),
        )
        chance = col(said.probability)
        asked = (
            select(*key, func.count(), func.sum(chance), func.sum(chance * chance))
            .join_from(scored, RunRow, col(RunRow.run_id) == own.run_id)
            .join(
                said,
                (col(said.run_id) == own.run_id)
                & (col(said.theatre) == own.theatre)
                & (col(said.domain) == own.domain)
                & (col(said.horizon_steps) == own.horizon_steps)
                & (col(said.kind) == "reach")
                & (literal(_REACH).concat(col(said.rung)) == own.rule),
            )
            .where(col(RunRow.ladder) == ladder)
            .group_by(*key)
        )
        yield from self._session.execute(asked)
