"""Sessions of accounts: logins, each good until it ends."""

from datetime import datetime

from sqlmodel import col, update

from forecaster.domain.account import Principal
from forecaster.store.account_reads import AccountReader, account_of
from forecaster.store.tables.people import AccountRow, SessionRow


class AccountSessions(AccountReader):
    """Sessions, found by the digest of what the cookie holds."""

    def still_opens(self, name: str, password_hash: str) -> bool:
        """Return whether an account may log in by the password of a hash.

        Until this transaction ends nobody changes the account: whoever does so next ends the
        session that is begun in it.
        """
        row = self._session.get(AccountRow, name, with_for_update=True)
        return row is not None and row.disabled_at is None and row.password_hash == password_hash

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
        account = account_of(row)
        return Principal(
            account.name,
            account.role,
            account.clearance,
            "session",
            token=session.form_token,
            one_time=account.one_time,
        )

    def _end_sessions(self, name: str, at: datetime) -> None:
        # The account first: whoever is logging in holds it, and their session must end as well.
        self._session.flush()
        self._session.connection().execute(
            update(SessionRow)
            .where(col(SessionRow.account) == name, col(SessionRow.ended_at).is_(None))
            .values(ended_at=at)
        )
