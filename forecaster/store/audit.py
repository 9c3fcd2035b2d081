"""The repository of the audit log: what everybody did or tried, added and never changed."""

from sqlmodel import Session, col, select

from forecaster.domain.account import AuditEntry
from forecaster.store.quarantine import storable
from forecaster.store.tables.people import AuditRow

_LONGEST = 2_000


class AuditRepository:
    """The audit log, append-only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, entry: AuditEntry) -> None:
        """Store what somebody did; text beyond two thousand characters is cut."""
        values = {name: getattr(entry, name) for name in AuditEntry.__dataclass_fields__}
        texts = {n: storable(v)[:_LONGEST] for n, v in values.items() if isinstance(v, str)}
        self._session.add(AuditRow(**values | texts))
        self._session.flush()

    def list(
        self, *, actor: str | None = None, before: int | None = None, limit: int = 100
    ) -> tuple[tuple[int, AuditEntry], ...]:
        """Return numbered entries, the newest first: of one actor, and older than one number."""
        asked = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(limit)
        if actor is not None:
            asked = asked.where(AuditRow.actor == actor)
        if before is not None:
            asked = asked.where(col(AuditRow.id) < before)
        return tuple((row.id or 0, _entry(row)) for row in self._session.exec(asked))


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(**{name: getattr(row, name) for name in AuditEntry.__dataclass_fields__})
