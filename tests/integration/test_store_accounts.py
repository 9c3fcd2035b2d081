"""Accounts, sessions, keys and markings on both databases: what opens, and what no longer does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from forecaster.domain.account import (
    MARKINGS,
    ROLES,
    Account,
    ApiKey,
    AuditEntry,
    MarkingNote,
    Principal,
)
from forecaster.errors import AccessError, NotFoundError
from forecaster.store.unit_of_work import UnitOfWork

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
HASH = "$argon2id$kept"


@pytest.fixture
def work(engine: Engine):
    with UnitOfWork(engine) as opened:
        opened.accounts.add(Account("ada", "analyst", "TLP:AMBER", NOW), password_hash=HASH)
        opened.accounts.add(Account("root", "admin", "TLP:RED", NOW), password_hash=HASH)
        yield opened


def begin(work: UnitOfWork, name: str = "ada") -> None:
    work.accounts.begin_session(name, digest="d" * 64, form_token="form", at=NOW, until=LATER)


def key(role: str = "admin", **changes: object) -> ApiKey:
    values = {"prefix": "abc", "owner": "ada", "role": role, "clearance": "TLP:RED", "label": "x"}
    return ApiKey(**values | {"created_at": NOW} | changes)  # type: ignore[arg-type]


def test_a_session_stands_for_its_account_until_it_ends(work: UnitOfWork):
    begin(work)
    found = work.accounts.by_session("d" * 64, NOW)
    assert found == Principal("ada", "analyst", "TLP:AMBER", "session", token="form")
    assert work.accounts.by_session("d" * 64, LATER) is None
    work.accounts.end_session("d" * 64, NOW)
    assert work.accounts.by_session("d" * 64, NOW) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda work: work.accounts.disable("ada", at=NOW),
        lambda work: work.accounts.set_password("ada", "other", one_time=False, at=NOW),
        lambda work: work.accounts.change("ada", role="viewer", clearance="TLP:CLEAR", at=NOW),
    ],
)
def test_sessions_end_when_an_account_changes(
    work: UnitOfWork, change: Callable[[UnitOfWork], object]
):
    begin(work)
    change(work)
    assert work.accounts.by_session("d" * 64, NOW) is None


def test_a_login_that_a_change_of_password_waits_for_is_ended_by_it(
    work: UnitOfWork, engine: Engine
):
    work.commit()

    def change() -> None:
        with UnitOfWork(engine) as other:
            other.accounts.set_password("ada", "other", one_time=False, at=NOW)
            other.commit()

    with ThreadPoolExecutor(1) as pool:
        with UnitOfWork(engine) as login:
            assert login.accounts.still_opens("ada", HASH)
            changed = pool.submit(change)
            with pytest.raises(TimeoutError):
                changed.result(timeout=0.5)
            begin(login)
            login.commit()
        changed.result(timeout=10)
    with UnitOfWork(engine) as after:
        assert after.accounts.by_session("d" * 64, NOW) is None
        assert not after.accounts.still_opens("ada", HASH)
        assert after.accounts.still_opens("ada", "other")
        assert not after.accounts.still_opens("nobody", HASH)


def test_a_disabled_account_has_no_password(work: UnitOfWork):
    assert work.accounts.password_hash("ada") == HASH
    work.accounts.disable("ada", at=NOW)
    assert work.accounts.password_hash("ada") is None
    assert work.accounts.password_hash("nobody") is None


def test_a_key_never_does_or_shows_more_than_its_owner(work: UnitOfWork):
    work.accounts.add_key(key(), digest="k" * 64)
    digest, principal = work.accounts.by_key("abc", NOW)  # type: ignore[misc]
    assert digest == "k" * 64
    assert (principal.role, principal.clearance) == ("analyst", "TLP:AMBER")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("clearance", MARKINGS)
def test_a_key_may_do_less_than_its_owner(work: UnitOfWork, role: str, clearance: str):
    work.accounts.add_key(key(role, owner="root", clearance=clearance), digest="k" * 64)
    _, principal = work.accounts.by_key("abc", NOW)  # type: ignore[misc]
    assert (principal.role, principal.clearance) == (role, clearance)


def test_a_key_opens_nothing_once_revoked_ended_or_its_owner_gone(work: UnitOfWork):
    work.accounts.add_key(key(expires_at=LATER), digest="k" * 64)
    assert work.accounts.by_key("abc", NOW) is not None
    assert work.accounts.by_key("abc", LATER) is None
    work.accounts.disable("ada", at=NOW)
    assert work.accounts.by_key("abc", NOW) is None
    work.accounts.add_key(key(owner="root", prefix="def"), digest="l" * 64)
    work.accounts.revoke_key("def", NOW)
    assert work.accounts.by_key("def", NOW) is None
    assert work.accounts.by_key("nothing", NOW) is None


def test_the_last_administrator_stays_one(work: UnitOfWork):
    with pytest.raises(AccessError, match="last administrator"):
        work.accounts.disable("root", at=NOW)
    with pytest.raises(AccessError, match="last administrator"):
        work.accounts.change("root", role="viewer", clearance="TLP:RED", at=NOW)
    work.accounts.change("ada", role="admin", clearance="TLP:RED", at=NOW)
    work.accounts.disable("root", at=NOW)


def test_a_name_is_taken_once_and_an_unknown_one_is_told(work: UnitOfWork):
    with pytest.raises(AccessError, match="already"):
        work.accounts.add(Account("ada", "viewer", "TLP:CLEAR", NOW), password_hash=HASH)
    with pytest.raises(NotFoundError, match="ada, root"):
        work.accounts.get("eve")


def test_the_newest_marking_of_a_thing_holds_and_what_has_none_is_clear(work: UnitOfWork):
    for marking in ("TLP:RED", "TLP:GREEN"):
        note = MarkingNote("ladder", "x", marking, "root", "why", NOW)  # type: ignore[arg-type]
        work.markings.set(note)
    work.markings.set(MarkingNote("run", "r1", "TLP:AMBER", "root", "why", NOW))
    viewer = Principal("v", "viewer", "TLP:GREEN", "session")
    seen = work.markings.visible_to(viewer)
    assert seen.marking(("ladder", "x")) == "TLP:GREEN"
    assert seen.sees(("ladder", "x"))
    assert seen.sees(("ladder", "unmarked"))
    assert not seen.sees(("ladder", "x"), ("run", "r1"))
    assert seen.hidden("run") == {"r1"}
    assert seen.hidden("ladder") == frozenset()


def test_a_marking_needs_a_name_and_a_reason(work: UnitOfWork):
    with pytest.raises(AccessError, match="reason"):
        work.markings.set(MarkingNote("ladder", "x", "TLP:RED", "root", " ", NOW))


def test_the_audit_log_is_read_from_the_newest_and_in_pages(work: UnitOfWork):
    for number in range(5):
        actor = "ada" if number % 2 else "root"
        work.audit.add(AuditEntry(NOW, actor, "session", "did", str(number), "x\x00", "::1"))
    newest = work.audit.list(limit=2)
    assert [entry.subject for _, entry in newest] == ["4", "3"]
    older = work.audit.list(before=newest[-1][0])
    assert [entry.subject for _, entry in older] == ["2", "1", "0"]
    assert [entry.subject for _, entry in work.audit.list(actor="ada")] == ["3", "1"]
