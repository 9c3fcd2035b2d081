"""The repository of what published forecasts scored, summed by the moment they were made."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Executable, Float, case, cast, func, select
from sqlmodel import Session, col

from forecaster.domain.settled import SettledReaches, SettledScores
from forecaster.store.ladders import LadderRepository
from forecaster.store.tables.results import ResultRow, ScoreRow
from forecaster.store.tables.runs import RunRow

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
        """Return sums of P(reach) by moment, horizon and whether the rung was reached.

        beside: a reference; a forecast is scored beside each, and each time by the same figure.
        """
        sums: dict[tuple[datetime, int, bool], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        for key, found in self._reaches(ladder, _by_rung(ladder, beside, until, hidden)):
            sums[key] = [a + b for a, b in zip(sums[key], found, strict=True)]
        return tuple(
            SettledReaches(*key, int(n), chance, squared)
            for key, (n, chance, squared) in sorted(sums.items())
        )

    def _reaches(
        self, ladder: str, asked: Executable
    ) -> Iterator[tuple[tuple[datetime, int, bool], tuple[float, float, float]]]:
        """Yield sums of each rung; whether it was reached is a matter of the run's own ladder."""
        places: dict[str, dict[tuple[str, str], int]] = {}
        for version, domain, rung, highest, as_of, steps, *found in self._session.execute(asked):
            if version not in places:
                rungs = LadderRepository(self._session).get(ladder, version).rungs
                places[version] = {(r.domain, r.id): r.order for r in rungs}
            order = places[version]
            yield (as_of, steps, order[domain, highest] >= order[domain, rung]), tuple(found)


def _by_rung(ladder: str, beside: str, until: datetime, hidden: Collection[str]) -> Executable:
    row, said = ScoreRow, ResultRow
    key = (
        *(col(RunRow.ladder_version), col(row.domain), col(said.rung), col(row.resolved_rung)),
        *(col(RunRow.as_of), col(row.horizon_steps)),
    )
    chance = col(said.probability)
    return (
        select(*key, func.count(), func.sum(chance), func.sum(chance * chance))
        .join_from(ScoreRow, RunRow, col(RunRow.run_id) == row.run_id)
        .join(
            said,
            (col(said.run_id) == row.run_id)
            & (col(said.theatre) == row.theatre)
            & (col(said.domain) == row.domain)
            & (col(said.horizon_steps) == row.horizon_steps)
            & (col(said.kind) == "reach")
            & (col(said.rung) == func.substr(row.rule, len(_REACH) + 1)),
        )
        .where(col(RunRow.ladder) == ladder, col(row.reference) == beside)
        .where(col(RunRow.run_id).not_in(sorted(hidden)))
        .where(func.substr(row.rule, 1, len(_REACH)) == _REACH, col(row.resolved_at) <= until)
        .group_by(*key)
    )
