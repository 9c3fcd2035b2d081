"""The repository of judgements: what analysts stated, when, and on what evidence."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, col, select

from forecaster.clock import require_utc
from forecaster.domain.judgement import Judgement
from forecaster.store.sql import insert_once
from forecaster.store.tables.base import as_text
from forecaster.store.tables.beliefs import JudgementRow

_FIELDS = tuple(Judgement.__dataclass_fields__)


class JudgementRepository:
    """Judgements, append-only. A correction or an ending is a later row about the same start."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, judgements: Iterable[Judgement]) -> int:
        """Store judgements and return how many of them were not there yet."""
        added = 0
        for judgement in judgements:
            row = asdict(judgement) | {"digest": _digest(judgement)}
            statement = insert_once(self._session, JudgementRow).returning(col(JudgementRow.id))
            added += len(self._session.connection().execute(statement, row).fetchall())
        return added

    def as_of(
        self, ladder_id: str, as_of: datetime, *, besides: Iterable[Judgement] = ()
    ) -> tuple[Judgement, ...]:
        """Return what analysts held at `as_of`, in order of (starts_at, theatre, domain, rung).

        Of several about the same theatre, domain, rung and start, the one recorded last holds.
        Those in `besides` that are not stored count as if they had just been.
        """
        known_at = require_utc(as_of, what="as_of")
        rows = self._session.exec(
            select(JudgementRow)
            .where(JudgementRow.ladder == ladder_id)
            .where(JudgementRow.recorded_at <= known_at)
            .order_by(col(JudgementRow.recorded_at), col(JudgementRow.id))
        ).all()
        stored = [_judgement(row) for row in rows]
        new = [j for j in besides if j.recorded_at <= known_at and j not in stored]
        said = sorted([*stored, *new], key=lambda j: j.recorded_at)
        held = {(j.starts_at, j.theatre, j.domain, j.rung): j for j in said}
        return tuple(held[key] for key in sorted(held))


def _judgement(row: JudgementRow) -> Judgement:
    return Judgement(**{name: getattr(row, name) for name in _FIELDS})


def _digest(judgement: Judgement) -> str:
    values = asdict(judgement).values()
    texts = [as_text(value) if isinstance(value, datetime) else value for value in values]
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()
