"""The repository of history: how numbers, readings and states came to be, for whoever looks back.

It only reads. What holds now is answered by the other repositories.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, func, select

from forecaster.domain.judgement import Judgement
from forecaster.domain.reading import SourceStatus
from forecaster.domain.run import RunState
from forecaster.store.sources import status_of
from forecaster.store.tables.beliefs import JudgementRow
from forecaster.store.tables.observations import ReadingRow, RejectRow, SeriesRow, SourceCheckRow
from forecaster.store.tables.results import ResultRow
from forecaster.store.tables.runs import LatestRow, RunStateRow


@dataclass(frozen=True, slots=True)
class PastChance:
    """One published probability of one run, as it was issued."""

    run_id: str
    as_of: datetime
    issued_at: datetime
    horizon_steps: int
    probability: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Vintage:
    """What was said of one period at one time. estimated: when it was known is an estimate."""

    observed_at: datetime
    recorded_at: datetime
    value: float
    estimated: bool


@dataclass(frozen=True, slots=True)
class StateNote:
    """What became of a run after it was issued, why, when and by whom."""

    state: RunState
    reason: str
    recorded_at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A raw row that could not become a reading, and when it was first seen."""

    id: int
    source: str
    row_number: int
    reason: str
    raw: str
    recorded_at: datetime


class HistoryRepository:
    """Reads over what was stored before; nothing here writes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def chances(
        self, runs: Collection[str], *, theatre: str, domain: str, rung: str
    ) -> tuple[PastChance, ...]:
        """Return P(reach `rung`) of those runs, by `as_of`, then horizon."""
        asked = (
            select(ResultRow)
            .where(col(ResultRow.run_id).in_(sorted(runs)))
            .where(ResultRow.theatre == theatre, ResultRow.domain == domain)
            .where(ResultRow.kind == "reach", ResultRow.rung == rung)
            .where(col(ResultRow.probability).is_not(None))
            .order_by(col(ResultRow.as_of), col(ResultRow.issued_at), col(ResultRow.horizon_steps))
        )
        return tuple(_chance(row) for row in self._session.exec(asked))

    def source_of(self, series: str) -> str | None:
        """Return the source of a series, None if there is no such series."""
        return self._session.exec(select(SeriesRow.source).where(SeriesRow.name == series)).first()

    def vintages(self, series: str, *, periods: int) -> tuple[Vintage, ...]:
        """Return every vintage of the newest periods of a series, newest period first."""
        newest = (
            select(ReadingRow.observed_at)
            .join(SeriesRow, col(SeriesRow.id) == ReadingRow.series_id)
            .where(SeriesRow.name == series)
            .distinct()
            .order_by(col(ReadingRow.observed_at).desc())
            .limit(periods)
        )
        return self._of_periods(series, self._session.exec(newest).all())

    def revised(self, series: str, *, periods: int) -> tuple[Vintage, ...]:
        """Return every vintage of the newest periods that were ever revised, newest first."""
        newest = (
            select(ReadingRow.observed_at)
            .join(SeriesRow, col(SeriesRow.id) == ReadingRow.series_id)
            .where(SeriesRow.name == series)
            .group_by(col(ReadingRow.observed_at))
            .having(func.count() > 1)
            .order_by(col(ReadingRow.observed_at).desc())
            .limit(periods)
        )
        return self._of_periods(series, self._session.exec(newest).all())

    def states(self, run_id: str) -> tuple[StateNote, ...]:
        """Return what became of a run, in the order in which it was noted."""
        asked = select(RunStateRow).where(RunStateRow.run_id == run_id)
        return tuple(
            StateNote(cast(RunState, row.state), row.state_reason, row.recorded_at, row.actor)
            for row in self._session.exec(asked.order_by(col(RunStateRow.id)))
        )

    def pointer(self, ladder: str) -> tuple[str, datetime, str] | None:
        """Return the run that readers of a ladder see, since when, and who moved it there."""
        row = self._session.get(LatestRow, ladder)
        return None if row is None else (row.run_id, row.moved_at, row.actor)

    def judgements(self, ladder: str, *, limit: int) -> tuple[Judgement, ...]:
        """Return every statement about a ladder, corrected ones too, the one made last first."""
        asked = (
            select(JudgementRow)
            .where(JudgementRow.ladder == ladder)
            .order_by(col(JudgementRow.recorded_at).desc(), col(JudgementRow.id).desc())
            .limit(limit)
        )
        names = tuple(Judgement.__dataclass_fields__)
        return tuple(
            Judgement(**{name: getattr(row, name) for name in names})
            for row in self._session.exec(asked)
        )

    def checks(self, source: str, *, limit: int) -> tuple[SourceStatus, ...]:
        """Return how a source stood whenever it was asked, the newest answer first."""
        asked = select(SourceCheckRow).where(SourceCheckRow.source == source)
        rows = self._session.exec(asked.order_by(col(SourceCheckRow.id).desc()).limit(limit))
        return tuple(status_of(row) for row in rows)

    def rejects(
        self,
        *,
        source: str | None = None,
        hidden: Collection[str] = (),
        before: int | None = None,
        limit: int,
    ) -> tuple[Refused, ...]:
        """Return refused rows, the one seen last first: of one source, none of a hidden one."""
        asked = select(RejectRow).order_by(col(RejectRow.id).desc()).limit(limit)
        asked = asked.where(col(RejectRow.source).not_in(sorted(hidden)))
        if source is not None:
            asked = asked.where(RejectRow.source == source)
        if before is not None:
            asked = asked.where(col(RejectRow.id) < before)
        names = tuple(Refused.__dataclass_fields__)
        return tuple(
            Refused(**{name: getattr(row, name) for name in names})
            for row in self._session.exec(asked)
        )

    def reject_counts(self) -> dict[tuple[str, str], int]:
        """Return how many rows were refused, by source and reason."""
        asked = select(RejectRow.source, RejectRow.reason, func.count()).group_by(
            RejectRow.source, RejectRow.reason
        )
        return {(source, reason): n for source, reason, n in self._session.exec(asked)}

    def _of_periods(self, series: str, periods: Sequence[datetime]) -> tuple[Vintage, ...]:
        asked = (
            select(ReadingRow)
            .join(SeriesRow, col(SeriesRow.id) == ReadingRow.series_id)
            .where(SeriesRow.name == series, col(ReadingRow.observed_at).in_(periods))
            .order_by(col(ReadingRow.observed_at).desc(), col(ReadingRow.recorded_at))
        )
        return tuple(
            Vintage(row.observed_at, row.recorded_at, row.value, row.estimated)
            for row in self._session.exec(asked)
        )


def _chance(row: ResultRow) -> PastChance:
    return PastChance(
        run_id=row.run_id,
        as_of=row.as_of,
        issued_at=row.issued_at,
        horizon_steps=row.horizon_steps,
        probability=row.probability or 0.0,
        lower=row.lower or 0.0,
        upper=row.upper or 0.0,
    )
