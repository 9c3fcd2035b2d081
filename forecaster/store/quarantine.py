"""The repository of rejects: raw rows that could not become readings, each with its reason."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, func, select

from forecaster.domain.reading import Reject
from forecaster.store.sql import insert_once
from forecaster.store.tables.observations import RejectRow

_AT_ONCE = 5_000


class QuarantineRepository:
    """Rejects, append-only; the same row rejected again for the same reason is one reject."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rejects: Iterable[Reject], *, at: datetime) -> int:
        """Store rejects seen at `at` and return how many were not there yet."""
        rows = [_row(reject, at) for reject in rejects]
        before = self.count()
        for start in range(0, len(rows), _AT_ONCE):
            statement = insert_once(self._session, RejectRow)
            self._session.connection().execute(statement, rows[start : start + _AT_ONCE])
        return self.count() - before

    def count(self, source: str | None = None, since: datetime | None = None) -> int:
        """Return how many rejects there are: in all, of one source, or first seen from `since`."""
        asked = select(func.count()).select_from(RejectRow)
        if source is not None:
            asked = asked.where(RejectRow.source == source)
        if since is not None:
            asked = asked.where(RejectRow.recorded_at >= since)
        return self._session.exec(asked).one()

    def list(
        self,
        source: str | None = None,
        *,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Reject, ...]:
        """Return rejects in the order in which they were stored, the newest `limit` of them."""
        asked = select(RejectRow).order_by(col(RejectRow.id).desc()).limit(limit)
        if source is not None:
            asked = asked.where(RejectRow.source == source)
        if since is not None:
            asked = asked.where(RejectRow.recorded_at >= since)
        found = reversed(self._session.exec(asked).all())
        return tuple(Reject(row.source, row.row_number, row.reason, row.raw) for row in found)


def _row(reject: Reject, at: datetime) -> dict[str, object]:
    raw, reason = storable(reject.raw), storable(reject.reason)
    text = f"{reject.source}\n{reject.row_number}\n{reason}\n{raw}"
    return {
        "source": reject.source,
        "row_number": int(reject.row_number),
        "reason": reason,
        "raw": raw,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "recorded_at": at,
    }


def storable(text: str) -> str:
    """Return `text` with what no database takes (NUL, half a character) written as an escape."""
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return whole.replace("\x00", "\\x00")
