"""The repository of accounts: who may log in, their sessions and their keys."""

from datetime import datetime
from typing import cast

from sqlmodel import Session, col, select, update

from forecaster.domain.account import Account, ApiKey, Marking, Principal, Role, lesser, wider
from forecaster.errors import AccessError, NotFoundError
from forecaster.store.tables.people import AccountRow, ApiKeyRow, SessionRow


class AccountRepository:
    """Accounts, sessions and keys. An account is never deleted: what it did is on record."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def any(self) -> bool:
        """Return whether there is any account at all."""
        return self._session.exec(select(AccountRow.name).limit(1)).first() is not None

    def add(self, account: Account, *, password_hash: str) -> None:
        """Store a new account.

        Raises:
            AccessError: the name is taken.
        """
        if self._session.get(AccountRow, account.name) is not None:
            raise AccessError(f"there is an account {account.name!r} already: choose another name")
        self._session.add(
            AccountRow(
                name=account.name,
                role=account.role,
                clearance=account.clearance,
                password_hash=password_hash,
                one_time=account.one_time,
                created_at=account.created_at,
                disabled_at=account.disabled_at,
            )
        )
        self._session.flush()

    def get(self, name: str) -> Account:
        """Return an account.

        Raises:
            NotFoundError: there is none of that name; the message lists those there are.
        """
        return _account(self._row(name))

    def list(self) -> tuple[Account, ...]:
        """Return every account, in order of name."""
        rows = self._session.exec(select(AccountRow).order_by(col(AccountRow.name)))
        return tuple(_account(row) for row in rows)

    def password_hash(self, name: str) -> str | None:
        """Return the hash of an account that may log in, None if there is none such."""
        row = self._session.get(AccountRow, name)
        return None if row is None or row.disabled_at is not None else row.password_hash

    def set_password(self, name: str, password_hash: str, *, one_time: bool, at: datetime) -> None:
        """Give an account another password; every session of it ends."""
        row = self._row(name)
        row.password_hash, row.one_time = password_hash, one_time
        self._session.add(row)
        self._end_sessions(name, at)

    def change(self, name: str, *, role: Role, clearance: Marking, at: datetime) -> Account:
        """Give an account another role and clearance; its sessions end, so that they hold at once.

        Raises:
            AccessError: it is the last administrator.
        """
        row = self._row(name)
        if role != "admin":
            self._require_another_admin(row)
        row.role, row.clearance = role, clearance
        self._session.add(row)
        self._end_sessions(name, at)
        return _account(row)

    def disable(self, name: str, *, at: datetime) -> None:
        """Let an account log in no more; its sessions end and its keys open nothing.

        Raises:
            AccessError: it is the last administrator.
        """
        row = self._row(name)
        self._require_another_admin(row)
        row.disabled_at = at
        self._session.add(row)
        self._end_sessions(name, at)

    def begin_session(
        self, name: str, *, digest: str, form_token: str, at: datetime, until: datetime
    ) -> None:
        """Store a login; `digest` is that of the token in the cookie."""
        self._session.add(
            SessionRow(
                digest=digest, account=name, form_token=form_token, began_at=at, expires_at=until
            )
        )
        self._session.flush()

    def end_session(self, digest: str, at: datetime) -> None:
        """End a login; ending it twice is harmless."""
        self._session.connection().execute(
            update(SessionRow)
            .where(col(SessionRow.digest) == digest, col(SessionRow.ended_at).is_(None))
            .values(ended_at=at)
        )

    def by_session(self, digest: str, now: datetime) -> Principal | None:
        """Return whose session that is, None if it is nobody's or over."""
        session = self._session.get(SessionRow, digest)
        if session is None or session.ended_at is not None or session.expires_at <= now:
            return None
        row = self._row(session.account)
        if row.disabled_at is not None:
            return None
        account = _account(row)
        return Principal(
            account.name,
            account.role,
            account.clearance,
            "session",
            token=session.form_token,
            one_time=account.one_time,
        )

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
        key, account = _key(row), _account(owner)
        return row.digest, Principal(
            account.name,
            lesser(key.role, account.role),
            wider(key.clearance, account.clearance),
            "key",
        )

    def _row(self, name: str) -> AccountRow:
        row = self._session.get(AccountRow, name)
        if row is None:
            names = ", ".join(account.name for account in self.list()) or "none"
            raise NotFoundError(f"no account is called {name!r}; there are: {names}")
        return row

    def _end_sessions(self, name: str, at: datetime) -> None:
        self._session.connection().execute(
            update(SessionRow)
            .where(col(SessionRow.account) == name, col(SessionRow.ended_at).is_(None))
            .values(ended_at=at)
        )
        self._session.flush()

    def _require_another_admin(self, row: AccountRow) -> None:
        others = (
            select(AccountRow.name)
            .where(AccountRow.role == "admin", AccountRow.name != row.name)
            .where(col(AccountRow.disabled_at).is_(None))
        )
        if row.role == "admin" and self._session.exec(others.limit(1)).first() is None:
            raise AccessError(
                f"{row.name!r} is the last administrator: make another account one first"
            )


def _account(row: AccountRow) -> Account:
    return Account(
        name=row.name,
        role=cast(Role, row.role),
        clearance=cast(Marking, row.clearance),
        created_at=row.created_at,
        one_time=row.one_time,
        disabled_at=row.disabled_at,
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
