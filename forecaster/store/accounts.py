"""The repository of accounts: made, changed and disabled, with their sessions and keys."""

from datetime import datetime

from sqlmodel import col, select

from forecaster.domain.account import Account, Marking, Role
from forecaster.errors import AccessError
from forecaster.store.account_keys import AccountKeys
from forecaster.store.account_reads import account_of
from forecaster.store.account_sessions import AccountSessions
from forecaster.store.tables.people import AccountRow


class AccountRepository(AccountSessions, AccountKeys):
    """Accounts. One is never deleted: what it did is on record.

    What changes an account raises `NotFoundError` if there is none of that name.
    """

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
        return account_of(row)

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
