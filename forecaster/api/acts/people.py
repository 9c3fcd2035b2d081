"""Accounts and keys: who may log in, as what, and with what; only for administrators.

Every act is one transaction with its line in the audit log. A password or key is told once, to
whoever asked for it, and kept as a digest alone.
"""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request

from forecaster import credentials
from forecaster.api.record import note
from forecaster.api.service import service_of
from forecaster.domain.account import MARKINGS, ROLES, Account, ApiKey, Marking, Principal, Role
from forecaster.errors import AccessError
from forecaster.store.quarantine import storable

LONGEST_NAME = 64
LONGEST_LABEL = 200
MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Told:
    """What is told once: a password or a key, and what it is for."""

    subject: str
    secret: str


def add_account(
    request: Request, principal: Principal, *, name: str, role: str, clearance: str
) -> Told:
    """Make an account with a one-time password, which is returned and told once.

    Raises:
        AccessError: the name is taken or none, or there is no such role or marking.
    """
    service = service_of(request.app)
    account = Account(
        name=_named(name),
        role=role_of(role),
        clearance=marking_of(clearance),
        created_at=service.clock(),
        one_time=True,
    )
    password = credentials.new_token()
    hashed = credentials.hash_password(password)
    with service.writing() as work:
        work.accounts.add(account, password_hash=hashed)
        detail = f"{account.role}, up to {account.clearance}"
        note(work, request, principal, "account made", account.name, detail)
        work.commit()
    return Told(account.name, password)


def change_account(
    request: Request, principal: Principal, name: str, *, role: str, clearance: str
) -> Account:
    """Give an account another role and clearance; its sessions end, so that they hold at once.

    Raises:
        NotFoundError: there is no such account.
        AccessError: it is the last administrator, or there is no such role or marking.
    """
    service = service_of(request.app)
    given, cleared = role_of(role), marking_of(clearance)
    with service.writing() as work:
        before = work.accounts.get(name)
        work.accounts.change(name, role=given, clearance=cleared, at=service.clock())
        detail = f"from {before.role}, {before.clearance} to {given}, {cleared}"
        note(work, request, principal, "account changed", name, detail)
        work.commit()
        return work.accounts.get(name)


def disable_account(request: Request, principal: Principal, name: str) -> None:
    """Let an account log in no more; its sessions end and its keys open nothing.

    Raises:
        NotFoundError: there is no such account.
        AccessError: it is the last administrator.
    """
    service = service_of(request.app)
    with service.writing() as work:
        work.accounts.disable(name, at=service.clock())
        note(work, request, principal, "account disabled", name)
        work.commit()


def reset_password(request: Request, principal: Principal, name: str) -> Told:
    """Give an account a new one-time password, which is returned and told once.

    Raises:
        NotFoundError: there is no such account.
    """
    service = service_of(request.app)
    password = credentials.new_token()
    hashed = credentials.hash_password(password)
    with service.writing() as work:
        work.accounts.get(name)
        work.accounts.set_password(name, hashed, one_time=True, at=service.clock())
        note(work, request, principal, "password reset", name)
        work.commit()
    return Told(name, password)


def add_key(
    request: Request,
    principal: Principal,
    *,
    owner: str,
    role: str,
    clearance: str,
    label: str,
    days: str,
) -> Told:
    """Make a key for an account; it is returned and told once.

    days: how long it opens anything; empty for as long as its owner may.

    Raises:
        NotFoundError: there is no such account.
        AccessError: there is no such role or marking, no label is given, or the days are none.
    """
    service = service_of(request.app)
    key, prefix = credentials.new_key()
    now = service.clock()
    lasts = _days(days)
    made = ApiKey(
        prefix=prefix,
        owner=owner,
        role=role_of(role),
        clearance=marking_of(clearance),
        label=_labelled(label),
        created_at=now,
        expires_at=None if lasts is None else now + timedelta(days=lasts),
    )
    with service.writing() as work:
        work.accounts.add_key(made, digest=credentials.digest_of(key))
        detail = f"{made.role}, up to {made.clearance}, {days or 'no'} days; {made.label}"
        note(work, request, principal, "key made", f"{owner}/{prefix}", detail)
        work.commit()
    return Told(f"{owner}, {made.label}", key)


def revoke_key(request: Request, principal: Principal, prefix: str) -> ApiKey:
    """Let a key open nothing from now on; twice is harmless.

    Raises:
        NotFoundError: there is no such key.
    """
    service = service_of(request.app)
    with service.writing() as work:
        key = work.accounts.revoke_key(prefix, service.clock())
        note(work, request, principal, "key revoked", f"{key.owner}/{prefix}")
        work.commit()
    return key


def role_of(text: str) -> Role:
    """Return a role.

    Raises:
        AccessError: it is none.
    """
    if text not in ROLES:
        raise AccessError(f"no role is called {text!r}; there are: {', '.join(ROLES)}")
    return text


def marking_of(text: str) -> Marking:
    """Return a marking.

    Raises:
        AccessError: it is none.
    """
    if text not in MARKINGS:
        raise AccessError(f"no marking is called {text!r}; there are: {', '.join(MARKINGS)}")
    return text


def _named(name: str) -> str:
    kept = storable(name).strip()
    plain = kept.isprintable() and not set(kept) & set("/\\")
    if not 1 <= len(kept) <= LONGEST_NAME or not plain:
        raise AccessError(
            f"a name has 1 to {LONGEST_NAME} letters and no slash, got {kept[:80]!r}: "
            "choose another"
        )
    return kept


def _labelled(label: str) -> str:
    kept = storable(label).strip()
    if not 1 <= len(kept) <= LONGEST_LABEL:
        raise AccessError(
            f"a key's label says what it is for in 1 to {LONGEST_LABEL} letters, got {len(kept)}"
        )
    return kept


def _days(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_DAYS:
        raise AccessError(
            f"a key lasts 1 to {MOST_DAYS} days, got {text[:20]!r}: leave it empty for no end"
        )
    return int(text)
