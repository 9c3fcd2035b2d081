"""API keys: what programs come in by. A key is told once, and kept as its digest alone."""

from datetime import timedelta

from sqlalchemy import Engine

from forecaster import credentials
from forecaster.credentials import Told
from forecaster.domain.account import Actor, ApiKey, marking_called, role_called
from forecaster.errors import AccessError
from forecaster.store.quarantine import storable
from forecaster.store.unit_of_work import UnitOfWork

LONGEST_LABEL = 200
MOST_DAYS = 3650


def make_key(
    engine: Engine,
    by: Actor,
    *,
    owner: str,
    role: str,
    clearance: str,
    label: str,
    days: int | None,
) -> Told:
    """Make a key for an account; it is returned and told once.

    It never does or shows more than its owner may, whatever its own role says.

    days: how long it opens anything; None for as long as its owner may.

    Raises:
        NotFoundError: there is no such account.
        AccessError: there is no such role or marking, no label is given, or the days are none.
    """
    key, prefix = credentials.new_key()
    made = ApiKey(
        prefix=prefix,
        owner=owner,
        role=role_called(role),
        clearance=marking_called(clearance),
        label=_labelled(label),
        created_at=by.at,
        expires_at=None if days is None else by.at + _lasting(days),
    )
    with UnitOfWork(engine) as work:
        work.accounts.add_key(made, digest=credentials.digest_of(key))
        detail = f"{made.role}, up to {made.clearance}, {days or 'no'} days; {made.label}"
        work.audit.add(by.did("key made", f"{owner}/{prefix}", detail))
        work.commit()
    return Told(f"{owner}, {made.label}", key)


def revoke_key(engine: Engine, by: Actor, prefix: str) -> ApiKey:
    """Let a key open nothing from now on; twice is harmless.

    Raises:
        NotFoundError: there is no such key.
    """
    with UnitOfWork(engine) as work:
        key = work.accounts.revoke_key(prefix, by.at)
        work.audit.add(by.did("key revoked", f"{key.owner}/{prefix}"))
        work.commit()
    return key


def _labelled(label: str) -> str:
    kept = storable(label).strip()
    if not 1 <= len(kept) <= LONGEST_LABEL:
        raise AccessError(
            f"a key's label says what it is for in 1 to {LONGEST_LABEL} letters, got {len(kept)}"
        )
    return kept


def _lasting(days: int) -> timedelta:
    if not 1 <= days <= MOST_DAYS:
        raise AccessError(f"a key lasts 1 to {MOST_DAYS} days, got {days}: give none for no end")
    return timedelta(days=days)
