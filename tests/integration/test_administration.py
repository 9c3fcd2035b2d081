"""What administrators do, on both databases: each act is done with its line in the log, or not."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from forecaster import credentials
from forecaster.administration.accounts import (
    LONGEST_NAME,
    add_account,
    change_account,
    disable_account,
    reset_password,
)
from forecaster.administration.keys import LONGEST_LABEL, MOST_DAYS, make_key, revoke_key
from forecaster.administration.markings import mark
from forecaster.domain.account import Account, Actor, AuditEntry
from forecaster.errors import AccessError, NotFoundError
from forecaster.store.unit_of_work import UnitOfWork

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
BY = Actor("root", "terminal", NOW, "::1")
KEY = {"owner": "ada", "role": "viewer", "clearance": "TLP:GREEN", "label": "poller", "days": 30}


@pytest.fixture
def people(engine: Engine) -> Engine:
    """A database with one account."""
    with UnitOfWork(engine) as work:
        work.accounts.add(Account("ada", "analyst", "TLP:AMBER", NOW), password_hash="none")
        work.commit()
    return engine


def log(engine: Engine) -> list[AuditEntry]:
    """Return the audit log, the oldest first."""
    with UnitOfWork(engine, read_only=True) as work:
        return [entry for _, entry in reversed(work.audit.list())]


def noted(action: str, subject: str, detail: str = "") -> AuditEntry:
    return AuditEntry(NOW, "root", "terminal", action, subject, detail, "::1")


def test_an_account_is_made_changed_reset_and_disabled(people: Engine):
    made = add_account(people, BY, name=" eve ", role="viewer", clearance="TLP:CLEAR")
    change_account(people, BY, "eve", role="reviewer", clearance="TLP:RED")
    again = reset_password(people, BY, "eve")
    with UnitOfWork(people, read_only=True) as work:
        kept, account = work.accounts.password_hash("eve"), work.accounts.get("eve")
    disable_account(people, BY, "eve")
    with UnitOfWork(people, read_only=True) as work:
        assert work.accounts.get("eve").disabled_at == NOW
    assert made.subject == again.subject == "eve"
    assert not credentials.verify_password(made.secret, kept)
    assert credentials.verify_password(again.secret, kept)
    assert account == Account("eve", "reviewer", "TLP:RED", NOW, one_time=True)
    assert log(people) == [
        noted("account made", "eve", "viewer, up to TLP:CLEAR"),
        noted("account changed", "eve", "from viewer, TLP:CLEAR to reviewer, TLP:RED"),
        noted("password reset", "eve"),
        noted("account disabled", "eve"),
    ]


def test_a_key_is_made_and_revoked(people: Engine):
    made = make_key(people, BY, **KEY)
    prefix = credentials.prefix_of(made.secret)
    with UnitOfWork(people, read_only=True) as work:
        (kept,) = work.accounts.keys()
        found = work.accounts.by_key(prefix, NOW)
    assert found is not None
    assert found[0] == credentials.digest_of(made.secret)
    assert (made.subject, kept.expires_at) == ("ada, poller", NOW + timedelta(days=30))
    assert revoke_key(people, BY, prefix).revoked_at == NOW
    assert log(people) == [
        noted("key made", f"ada/{prefix}", "viewer, up to TLP:GREEN, 30 days; poller"),
        noted("key revoked", f"ada/{prefix}"),
    ]


def test_a_key_without_days_has_no_end(people: Engine):
    make_key(people, BY, **{**KEY, "days": None})
    with UnitOfWork(people, read_only=True) as work:
        (kept,) = work.accounts.keys()
    assert kept.expires_at is None
    assert log(people)[-1].detail == "viewer, up to TLP:GREEN, no days; poller"


def test_a_marking_is_set_in_the_name_of_who_sets_it(people: Engine):
    made = mark(people, BY, kind="ladder", subject=" x ", marking="TLP:RED", reason="sources")
    with UnitOfWork(people, read_only=True) as work:
        assert work.markings.history() == (made,)
    assert (made.subject, made.actor, made.recorded_at) == ("x", "root", NOW)
    assert log(people) == [noted("marking set", "ladder/x", "TLP:RED: sources")]


NAMES = ["", " ", "a/b", "a\\b", "a\nb", "x" * (LONGEST_NAME + 1)]
REFUSED = [
    *((add_account, {"name": n, "role": "viewer", "clearance": "TLP:RED"}, "name") for n in NAMES),
    (add_account, {"name": "ada", "role": "viewer", "clearance": "TLP:RED"}, "already"),
    (add_account, {"name": "eve", "role": "king", "clearance": "TLP:RED"}, "king"),
    (add_account, {"name": "eve", "role": "viewer", "clearance": "red"}, "red"),
    (change_account, {"name": "ada", "role": "king", "clearance": "TLP:RED"}, "king"),
    (change_account, {"name": "eve", "role": "viewer", "clearance": "TLP:RED"}, "eve"),
    (disable_account, {"name": "eve"}, "eve"),
    (reset_password, {"name": "eve"}, "eve"),
    (make_key, {**KEY, "owner": "eve"}, "eve"),
    (make_key, {**KEY, "label": " "}, "label"),
    (make_key, {**KEY, "label": "x" * (LONGEST_LABEL + 1)}, "label"),
    (make_key, {**KEY, "days": 0}, "days"),
    (make_key, {**KEY, "days": MOST_DAYS + 1}, "days"),
    (revoke_key, {"prefix": "abc"}, "abc"),
    (mark, {"kind": "cat", "subject": "x", "marking": "TLP:RED", "reason": "why"}, "cat"),
    (mark, {"kind": "run", "subject": " ", "marking": "TLP:RED", "reason": "why"}, "id"),
    (mark, {"kind": "run", "subject": "x", "marking": "red", "reason": "why"}, "red"),
    (mark, {"kind": "run", "subject": "x", "marking": "TLP:RED", "reason": " "}, "reason"),
]


@pytest.mark.parametrize(("act", "given", "said"), REFUSED)
def test_what_cannot_be_done_is_said_and_leaves_nothing(people: Engine, act, given, said: str):
    with pytest.raises((AccessError, NotFoundError), match=said):
        act(people, BY, **given)
    assert log(people) == []
    with UnitOfWork(people, read_only=True) as work:
        assert [account.name for account in work.accounts.list()] == ["ada"]
        assert work.accounts.keys() == ()
        assert work.markings.history() == ()
