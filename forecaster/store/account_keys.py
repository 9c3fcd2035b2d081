"""Keys of accounts: by which programs come in, each good until it is revoked or past its end."""

from datetime import datetime
from typing import cast

from sqlmodel import col, select

from forecaster.domain.account import ApiKey, Marking, Principal, Role, lesser, wider
from forecaster.errors import NotFoundError
from forecaster.store.account_reads import AccountReader, account_of
from forecaster.store.tables.people import ApiKeyRow


class AccountKeys(AccountReader):
    """Keys, found by their first letters."""

    def add_key(self, key: ApiKey, *, digest: str) -> None:
        """Store a key; it can never do or see more than its owner, whatever it says."""
        self._row(key.owner)
        values = {name: getattr(key, name) for name in ApiKey.__dataclass_fields__}
        self._session.add(ApiKeyRow(**values, digest=digest))
        self._session.flush()

    def revoke_key(self, prefix: str, at: datetime) -> ApiKey:
        """Let a key open nothing from now on; twice is harmless.

        Raises:
            NotFoundError: there is no such key.
        """
        row = self._session.get(ApiKeyRow, prefix)
        if row is None:
            raise NotFoundError(f"no API key begins with {prefix!r}: list the keys to see them")
        row.revoked_at = row.revoked_at or at
        self._session.add(row)
        self._session.flush()
        return _key(row)

    def keys(self, owner: str | None = None) -> tuple[ApiKey, ...]:
        """Return every key, or those of one owner, the newest first."""
        asked = select(ApiKeyRow).order_by(col(ApiKeyRow.created_at).desc(), col(ApiKeyRow.prefix))
        if owner is not None:
            asked = asked.where(ApiKeyRow.owner == owner)
        return tuple(_key(row) for row in self._session.exec(asked))

    def by_key(self, prefix: str, now: datetime) -> tuple[str, Principal] | None:
        """Return the kept digest of a key and whom it stands for, None if it opens nothing."""
        row = self._session.get(ApiKeyRow, prefix)
        if row is None or row.revoked_at is not None:
            return None
        if row.expires_at is not None and row.expires_at <= now:
            return None
        owner = self._row(row.owner)
        if owner.disabled_at is not None or owner.one_time:
            return None
        key, account = _key(row), account_of(owner)
        return row.digest, Principal(
            account.name,
            lesser(key.role, account.role),
            wider(key.clearance, account.clearance),
            "key",
        )


def _key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        prefix=row.prefix,
        owner=row.owner,
        role=cast(Role, row.role),
        clearance=cast(Marking, row.clearance),
        label=row.label,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
