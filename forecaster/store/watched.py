"""What a ladder watches, as it is stored: the source of each series, and the effects found."""

from collections.abc import Collection, Mapping

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from forecaster.domain.forecast import IndicatorEffect
from forecaster.store.tables.observations import SeriesRow
from forecaster.store.tables.runs import RunDetailRow

_EFFECTS = TypeAdapter(tuple[IndicatorEffect, ...])


class WatchedRepository:
    """Reads about series and indicators; nothing here writes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def sources_of(self, series: Collection[str]) -> Mapping[str, str]:
        """Return the source of every one of `series` that is stored."""
        asked = select(SeriesRow).where(col(SeriesRow.name).in_(sorted(set(series))))
        return {row.name: row.source for row in self._session.exec(asked)}

    def effects(self, run_id: str) -> tuple[IndicatorEffect, ...]:
        """Return the effect of every indicator in a run; none if it holds none."""
        row = self._session.get(RunDetailRow, run_id)
        return () if row is None else _EFFECTS.validate_json(row.effects)
