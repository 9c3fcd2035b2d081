"""Accounts: who may log in, and as what. A password is told once, and kept as its hash alone."""

from sqlalchemy import Engine

from forecaster import credentials
from forecaster.credentials import Told
from forecaster.domain.account import Account, Actor, marking_called, role_called
from forecaster.errors import AccessError
from forecaster.store.quarantine import storable
from forecaster.store.unit_of_work import UnitOfWork

LONGEST_NAME = 64


def add_account(engine: Engine, by: Actor, *, name: str, role: str, clearance: str) -> Told:
    """Make an account with a one-time password, which is returned and told once.

    Raises:
        AccessError: the name is taken or none, or there is no such role or marking.
    """
    account = Account(
        name=_named(name),
        role=role_called(role),
        clearance=marking_called(clearance),
        created_at=by.at,
        one_time=True,
    )
    password = credentials.new_token()
    hashed = credentials.hash_password(password)
    with UnitOfWork(engine) as work:
        work.accounts.add(account, password_hash=hashed)
        detail = f"{account.role}, up to {account.clearance}"
        work.audit.add(by.did("account made", account.name, detail))
        work.commit()
    return Told(account.name, password)


def change_account(engine: Engine, by: Actor, name: str, *, role: str, clearance: str) -> Account:
    """Give an account another role and clearance; its sessions end, so that they hold at once.

    Raises:
        NotFoundError: there is no such account.
        AccessError: it is the last administrator, or there is no such role or marking.
    """
    given, cleared = role_called(role), marking_called(clearance)
    with UnitOfWork(engine) as work:
        before = work.accounts.get(name)
        account = work.accounts.change(name, role=given, clearance=cleared, at=by.at)
        detail = f"from {before.role}, {before.clearance} to {given}, {cleared}"
        work.audit.add(by.did("account changed", name, detail))
        work.commit()
    return account


def disable_account(engine: Engine, by: Actor, name: str) -> None:
    """Let an account log in no more; its sessions end and its keys open nothing.

    Raises:
        NotFoundError: there is no such account.
        AccessError: it is the last administrator.
    """
    with UnitOfWork(engine) as work:
        work.accounts.disable(name, at=by.at)
        work.audit.add(by.did("account disabled", name))
        work.commit()


def reset_password(engine: Engine, by: Actor, name: str) -> Told:
    """Give an account a new one-time password, which is returned and told once.

    Raises:
        NotFoundError: there is no such account.
    """
    password = credentials.new_token()
    hashed = credentials.hash_password(password)
    with UnitOfWork(engine) as work:
        work.accounts.set_password(name, hashed, one_time=True, at=by.at)
        work.audit.add(by.did("password reset", name))
        work.commit()
    return Told(name, password)


def _named(name: str) -> str:
    kept = storable(name).strip()
    plain = kept.isprintable() and not set(kept) & set("/\\")
    if not 1 <= len(kept) <= LONGEST_NAME or not plain:
        raise AccessError(
            f"a name has 1 to {LONGEST_NAME} letters and no slash, got {kept[:80]!r}: "
            "choose another"
        )
    return kept
