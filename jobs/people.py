"""Accounts, keys, markings and readers by whoever runs the service: the way in without a login."""

import getpass
from datetime import timedelta
from typing import TYPE_CHECKING

from forecaster import credentials
from forecaster.domain.account import (
    Account,
    ApiKey,
    AuditEntry,
    MarkedKind,
    Marking,
    MarkingNote,
    Role,
)
from forecaster.errors import AccessError
from jobs.context import Context

if TYPE_CHECKING:
    from forecaster.store.unit_of_work import UnitOfWork


def add_account(context: Context, name: str, *, role: Role, clearance: Marking) -> str:
    """Make an account and return its one-time password.

    Raises:
        AccessError: the name is taken, or is none.
    """
    if not name.strip() or len(name) > 200 or name != name.strip():
        raise AccessError(f"an account cannot be called {name!r}: give a plain name")
    password = credentials.new_token()
    hashed = credentials.hash_password(password)
    now = context.clock()
    with _writing(context) as work:
        work.accounts.add(Account(name, role, clearance, now, one_time=True), password_hash=hashed)
        _note(context, work, "account made", name, f"{role}, {clearance}")
        work.commit()
    return password


def reset_password(context: Context, name: str) -> str:
    """Give an account a one-time password and return it; all its sessions end."""
    password = credentials.new_token()
    hashed = credentials.hash_password(password)
    with _writing(context) as work:
        work.accounts.get(name)
        work.accounts.set_password(name, hashed, one_time=True, at=context.clock())
        _note(context, work, "password reset", name)
        work.commit()
    return password


def change_account(context: Context, name: str, *, role: Role, clearance: Marking) -> Account:
    """Give an account another role and clearance; all its sessions end."""
    with _writing(context) as work:
        account = work.accounts.change(name, role=role, clearance=clearance, at=context.clock())
        _note(context, work, "account changed", name, f"{role}, {clearance}")
        work.commit()
    return account


def disable_account(context: Context, name: str) -> None:
    """Let an account log in no more; its keys open nothing from now on."""
    with _writing(context) as work:
        work.accounts.disable(name, at=context.clock())
        _note(context, work, "account disabled", name)
        work.commit()


def accounts(context: Context) -> tuple[Account, ...]:
    """Return every account."""
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.accounts.list()


def make_key(
    context: Context, owner: str, *, role: Role, clearance: Marking, label: str, days: int | None
) -> str:
    """Make a key and return it; it is stored nowhere, so it is seen this once.

    It never does or shows more than its owner may, whatever its own role says.
    """
    key, prefix = credentials.new_key()
    now = context.clock()
    until = None if days is None else now + timedelta(days=days)
    made = ApiKey(prefix, owner, role, clearance, label, now, expires_at=until)
    with _writing(context) as work:
        work.accounts.add_key(made, digest=credentials.digest_of(key))
        _note(context, work, "key made", prefix, f"{owner}, {role}, {clearance}, {label}")
        work.commit()
    return key


def revoke_key(context: Context, prefix: str) -> None:
    """Let a key open nothing from now on."""
    with _writing(context) as work:
        work.accounts.revoke_key(prefix, context.clock())
        _note(context, work, "key revoked", prefix)
        work.commit()


def keys(context: Context) -> tuple[ApiKey, ...]:
    """Return every key, without what opens."""
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.accounts.keys()


def mark(context: Context, kind: MarkedKind, subject: str, marking: Marking, reason: str) -> None:
    """Say who may see a ladder, a source or a run from now on."""
    actor = getpass.getuser()
    with _writing(context) as work:
        work.markings.set(MarkingNote(kind, subject, marking, actor, reason, context.clock()))
        _note(context, work, "marked", f"{kind} {subject}", f"{marking}: {reason}")
        work.commit()


def markings(context: Context) -> tuple[MarkingNote, ...]:
    """Return every marking ever set, the newest first."""
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.markings.history()


def let_reader_in(context: Context, role: str, clearance: Marking) -> None:
    """Let a role of the database read the public views, up to a clearance, from now on.

    Raises:
        StoreError: the database has no roles, or none of that name.
    """
    from forecaster.store.readers import let_read

    if not let_read(context.engine(), role, clearance):
        return
    with _writing(context) as work:
        _note(context, work, "reader let in", role, clearance)
        work.commit()


def _writing(context: Context) -> "UnitOfWork":
    from forecaster.store.unit_of_work import UnitOfWork

    return UnitOfWork(context.engine())


def _note(
    context: Context, work: "UnitOfWork", action: str, subject: str, detail: str = ""
) -> None:
    actor = getpass.getuser()
    work.audit.add(AuditEntry(context.clock(), actor, "terminal", action, subject, detail, ""))
