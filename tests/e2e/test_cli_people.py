"""`forecaster users`, `keys` and `markings`: the way in when nobody can log in."""

import getpass

import pytest

from forecaster import credentials
from forecaster.clock import utc_now
from forecaster.settings import load_settings
from forecaster.store.unit_of_work import UnitOfWork
from jobs.wiring import open_database
from tests.e2e.conftest import Command


def stored() -> UnitOfWork:
    return UnitOfWork(open_database(load_settings()), read_only=True)


def did() -> list[tuple[str, str]]:
    """Return what was done and to what, the oldest first; all of it by who runs the tests."""
    with stored() as work:
        entries = [entry for _, entry in reversed(work.audit.list())]
    assert {(e.actor, e.way, e.address) for e in entries} <= {(getpass.getuser(), "terminal", "")}
    return [(entry.action, entry.subject) for entry in entries]


def password_in(said: str) -> str:
    return said.partition(" logs in with ")[2].partition(" ")[0]


def test_an_account_from_its_first_password_to_its_end(forecaster: Command) -> None:
    first = forecaster("users", "add", "ada", "--role", "analyst", "--clearance", "TLP:GREEN")
    second = forecaster("users", "reset", "ada")
    with stored() as work:
        kept = work.accounts.password_hash("ada")
    assert not credentials.verify_password(password_in(first.out), kept)
    assert credentials.verify_password(password_in(second.out), kept)
    changed = forecaster("users", "change", "ada", "--role", "viewer")
    assert changed.out == "ada is viewer and may see up to TLP:CLEAR\n"
    assert forecaster("users", "disable", "ada").code == 0
    listed = forecaster("users", "list").out.splitlines()[-1].split()
    assert listed[:4] == ["ada", "viewer", "TLP:CLEAR", "disabled"]
    actions = ("account made", "password reset", "account changed", "account disabled")
    assert did() == [(action, "ada") for action in actions]


def test_a_key_opens_until_it_is_revoked(forecaster: Command) -> None:
    forecaster("users", "add", "ada")
    key = forecaster("keys", "make", "ada", "--label", "poller", "--days", "30").out.strip()
    prefix = credentials.prefix_of(key)
    assert prefix
    with stored() as work:
        (made,) = work.accounts.keys()
    assert made.expires_at is not None
    assert 29 <= (made.expires_at - utc_now()).days <= 30
    assert prefix in forecaster("keys", "list").out
    assert forecaster("keys", "revoke", prefix).code == 0
    with stored() as work:
        assert work.accounts.keys()[0].revoked_at is not None
    assert did()[1:] == [("key made", f"ada/{prefix}"), ("key revoked", f"ada/{prefix}")]


def test_a_marking_is_set_and_listed(forecaster: Command) -> None:
    answer = forecaster("markings", "set", "source", "viina", "TLP:AMBER", "--reason", "licence")
    assert answer.out == "source viina is TLP:AMBER\n"
    listed = forecaster("markings", "list").out.splitlines()[-1].split()
    assert listed[:5] == ["source", "viina", "TLP:AMBER", getpass.getuser(), "licence"]
    assert did() == [("marking set", "source/viina")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("users", "add", "a/b"), "slash"),
        (("users", "reset", "nobody"), "nobody"),
        (("keys", "make", "nobody", "--label", "poller"), "nobody"),
        (("keys", "make", "nobody", "--label", "poller", "--days", "99999"), "days"),
        (("keys", "revoke", "abc"), "abc"),
        (("markings", "set", "run", "x", "TLP:RED", "--reason", " "), "reason"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    forecaster: Command, arguments: tuple[str, ...], said: str
) -> None:
    answer = forecaster(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert did() == []
