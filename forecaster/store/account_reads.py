"""Reading accounts: who may log in, as what, and by which password."""

from typing import cast

from sqlmodel import Session, col, select

from forecaster.domain.account import Account, Marking, Role
from forecaster.errors import NotFoundError
from forecaster.store.tables.people import AccountRow


class AccountReader:
    """Accounts as they stand."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def any(self) -> bool:
        """Return whether there is any account at all."""
        return self._session.exec(select(AccountRow.name).limit(1)).first() is not None

    def get(self, name: str) -> Account:
        """Return an account.

        Raises:
            NotFoundError: there is none of that name; the message lists those there are.
        """
        return account_of(self._row(name))

    def list(self) -> tuple[Account, ...]:
        """Return every account, in order of name."""
        rows = self._session.exec(select(AccountRow).order_by(col(AccountRow.name)))
        return tuple(account_of(row) for row in rows)

    def password_hash(self, name: str) -> str | None:
        """Return the hash of an account that may log in, None if there is none such."""
        row = self._session.get(AccountRow, name)
        return None if row is None or row.disabled_at is not None else row.password_hash

    def _row(self, name: str) -> AccountRow:
        row = self._session.get(AccountRow, name)
        if row is None:
            names = ", ".join(account.name for account in self.list()) or "none"
            raise NotFoundError(f"no account is called {name!r}; there are: {names}")
        return row


def account_of(row: AccountRow) -> Account:
    """Return what a row says."""
    return Account(
        name=row.name,
        role=cast(Role, row.role),
        clearance=cast(Marking, row.clearance),
        created_at=row.created_at,
        one_time=row.one_time,
        disabled_at=row.disabled_at,
    )
