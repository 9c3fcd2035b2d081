"""The repository of ladders: every text of a ladder that was ever used, by version and digest."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from forecaster.domain.ladder import Ladder
from forecaster.errors import NotFoundError, StoreError
from forecaster.store.sql import insert_once, lock
from forecaster.store.tables.beliefs import LadderRow, LadderRungRow

_JSON = TypeAdapter(Ladder)


class LadderRepository:
    """Ladders, append-only; one version means one thing."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ensure(self, ladder: Ladder, at: datetime) -> None:
        """Store `ladder` unless this very text is stored already.

        Another text of the same version is welcome if it means the same, as a comment does.

        Raises:
            StoreError: this version is stored with another meaning.
        """
        lock(self._session, LadderRow)
        stored = self._versions(ladder.id, ladder.version)
        if any(row.digest == ladder.digest for row in stored):
            return
        if stored and _JSON.validate_json(stored[0].definition) != ladder:
            raise StoreError(
                f"ladder {ladder.id} version {ladder.version} is stored with another meaning "
                f"since {stored[0].first_seen_at:%Y-%m-%d}: give the changed file a new version"
            )
        self._session.add(_row(ladder, at))
        self._session.flush()
        rungs = insert_once(self._session, LadderRungRow)
        self._session.connection().execute(rungs, _rungs(ladder))

    def get(self, id: str, version: str | None = None) -> Ladder:
        """Return a stored ladder: the version asked for, else the one first seen last.

        Raises:
            NotFoundError: no such ladder is stored; the message lists those that are.
        """
        rows = self._versions(id, version)
        if not rows:
            wanted = id if version is None else f"{id} {version}"
            raise NotFoundError(
                f"no ladder {wanted} is stored; there are: {', '.join(self.list()) or 'none'}"
            )
        return _JSON.validate_json(rows[-1].definition)

    def list(self) -> tuple[str, ...]:
        """Return every stored ladder as `id version`, sorted."""
        rows = self._session.exec(select(LadderRow.id, LadderRow.version).distinct()).all()
        return tuple(sorted(f"{id} {version}" for id, version in rows))

    def _versions(self, id: str, version: str | None) -> Sequence[LadderRow]:
        asked = select(LadderRow).where(LadderRow.id == id).order_by(col(LadderRow.first_seen_at))
        if version is not None:
            asked = asked.where(LadderRow.version == version)
        return self._session.exec(asked).all()


def _row(ladder: Ladder, at: datetime) -> LadderRow:
    return LadderRow(
        id=ladder.id,
        version=ladder.version,
        digest=ladder.digest,
        name=ladder.name,
        definition=_JSON.dump_json(ladder).decode(),
        first_seen_at=at,
    )


def _rungs(ladder: Ladder) -> list[dict[str, object]]:
    return [
        {
            "ladder": ladder.id,
            "version": ladder.version,
            "domain": rung.domain,
            "rung": rung.id,
            "position": rung.order,
            "name": rung.name,
        }
        for rung in ladder.rungs
    ]
