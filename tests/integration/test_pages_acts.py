"""What people do on pages: it is stored and told, or it comes back with what they typed."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from forecaster.domain.account import MarkingNote
from forecaster.store.session import make_engine
from forecaster.store.unit_of_work import UnitOfWork
from tests import builders_report as made
from tests.builders_pages import HOSTILE, ID, NOW, PASSWORD, SERIES, client, fill, service

LADDER = f"/ladders/{ID}"
DRAFT = {"distribution": "log_normal", "p-median": "4", "p-sigma": "0.5"}
KEY = {"owner": "ada", "role": "viewer", "clearance": "TLP:RED", "label": "x"}
JUDGED = {
    "theatre": "poland",
    "rung": f"kinetic/{made.JUDGED[0][0]}",
    "starts_at": "2025-06-29T10:00",
    "ends_at": "",
    "evidence": "an announcement",
}


@pytest.fixture(scope="module")
def filled(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled store, of which every test has a copy."""
    path = tmp_path_factory.mktemp("filled") / "forecaster.sqlite"
    shutil.copy(_migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    fill(engine)
    engine.dispose()
    return path


@pytest.fixture
def engine(filled: Path, tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "forecaster.sqlite"
    shutil.copy(filled, path)
    made_engine = make_engine(f"sqlite:///{path}")
    yield made_engine
    made_engine.dispose()


def logged_in(engine: Engine, name: str, password: str = PASSWORD) -> TestClient:
    """Return the browser of somebody who logged in."""
    browser = client(service(engine, open_use=False))
    answer = browser.post(
        "/login", data={"name": name, "password": password}, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return browser


def send(browser: TestClient, page: str, action: str, **fields: str):
    """Send a form of a page with the page's own token, and follow where it leads."""
    found = re.search(r'name="form_token" value="([^"]+)"', browser.get(page).text)
    assert found, f"{page} has no form"
    return browser.post(action, data={**fields, "form_token": found[1]})


def audit(engine: Engine) -> list[tuple[str, str, str]]:
    with UnitOfWork(engine, read_only=True) as work:
        return [(e.actor, e.action, e.subject) for _, e in work.audit.list()]


def test_a_prior_is_seen_before_it_is_set(engine):
    ann = logged_in(engine, "ann")
    seen = send(
        ann, f"{LADDER}/priors/spread", f"{LADDER}/priors/spread/draft", **DRAFT, reason="why so"
    )
    assert seen.status_code == 200
    text = unescape(seen.text)
    assert "20 → <b>30</b>" in text
    assert "why so" in text
    with UnitOfWork(engine, read_only=True) as work:
        assert work.priors.history(ID, "spread")[-1].version == 2
    kept = send(ann, f"{LADDER}/priors/spread", f"{LADDER}/priors/spread", **DRAFT, reason="why so")
    assert kept.url.path == f"{LADDER}/priors/spread"
    assert "log-normal (median 4, sigma 0.5)" in kept.text
    assert ("ann", "prior set", f"{ID}/spread") in audit(engine)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({**DRAFT, "p-median": "much"}, "median is a number"),
        ({**DRAFT, "p-median": "-1"}, "above 0"),
        ({**DRAFT, "p-median": "nan"}, "finite"),
        ({**DRAFT, "distribution": "cauchy"}, "cauchy"),
    ],
)
@pytest.mark.parametrize("action", ["", "/draft"])
def test_a_prior_that_cannot_be_comes_back_with_what_was_typed(engine, fields, said, action):
    ann = logged_in(engine, "ann")
    page = f"{LADDER}/priors/spread"
    answer = send(ann, page, f"{page}{action}", **fields, reason=f"my reason {HOSTILE}")
    assert answer.status_code == 422
    text = unescape(answer.text)
    assert said in text.lower()
    assert f"my reason {HOSTILE}" in text
    assert "<script>alert" not in answer.text


def test_a_judgement_holds_at_once_and_its_end_needs_a_second_person(engine):
    ann, rob = logged_in(engine, "ann"), logged_in(engine, "rob")
    page = f"{LADDER}/judgements"
    assert "is recorded" in send(ann, page, page, **JUDGED).text
    ended = send(ann, page, page, **{**JUDGED, "ends_at": "2025-06-30T10:00"})
    assert "another person has to confirm" in ended.text
    with UnitOfWork(engine, read_only=True) as work:
        number = str(work.proposals.waiting(ID)[-1].id)
    decided = send(rob, page, f"{page}/decide", number=number, decision="confirm", comment="seen")
    assert "confirmed and recorded" in decided.text
    with UnitOfWork(engine, read_only=True) as work:
        held = [j for j in work.judgements.as_of(ID, NOW) if j.theatre == "poland"]
    assert [j.ends_at is None for j in held] == [False]


def test_nobody_decides_on_their_own_proposal_and_declining_needs_a_word(engine):
    rob = logged_in(engine, "rob")
    page = f"{LADDER}/judgements"
    with UnitOfWork(engine, read_only=True) as work:
        by = {p.author: str(p.id) for p in work.proposals.waiting(ID)}
    own = send(rob, page, f"{page}/decide", number=by["rob"], decision="confirm", comment="")
    assert (own.status_code, "own" in own.text) == (422, True)
    mute = send(rob, page, f"{page}/decide", number=by["ann"], decision="decline", comment="")
    assert (mute.status_code, "comment" in mute.text) == (422, True)
    said = send(rob, page, f"{page}/decide", number=by["ann"], decision="decline", comment="no")
    assert "nothing of it is recorded" in said.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_at": "soon"}, "is a date and time"),
        ({"starts_at": "2095-01-01T00:00"}, "lies ahead"),
        ({"theatre": "atlantis"}, "atlantis"),
        ({"rung": "nothing"}, "nothing"),
        ({"evidence": " "}, "evidence is missing"),
    ],
)
def test_a_judgement_that_cannot_be_comes_back_with_what_was_typed(engine, changes, said):
    ann = logged_in(engine, "ann")
    page = f"{LADDER}/judgements"
    answer = send(ann, page, page, **{**JUDGED, **changes})
    assert answer.status_code == 422
    assert said in unescape(answer.text).lower()
    if "evidence" not in changes:
        assert "an announcement" in answer.text


def test_a_job_is_asked_for_and_waits(engine):
    ann = logged_in(engine, "ann")
    assert send(ann, "/jobs", "/jobs", job=f"daily {ID}").url.path == "/jobs"
    assert ("ann", "job asked for", f"daily:{ID}") in audit(engine)
    for job in ("nothing", "backup", f"daily {HOSTILE}"):
        answer = send(ann, "/jobs", "/jobs", job=job)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert send(ann, "/jobs", "/jobs/retry", number="1").status_code == 403


def test_an_account_begins_with_a_password_that_is_shown_once(engine):
    ada = logged_in(engine, "ada")
    made_page = send(
        ada, "/admin", "/admin/accounts", name="new", role="analyst", clearance="TLP:RED"
    )
    secret = unescape(re.search(r'class="secret">([^<]+)<', made_page.text)[1])
    assert secret not in ada.get("/admin").text
    new = logged_in(engine, "new", secret)
    assert new.get("/").status_code == 403
    assert "your own" in new.get("/account").text
    send(new, "/account", "/account", password=secret, new="a password of my own")
    assert logged_in(engine, "new", "a password of my own").get("/").status_code == 200
    again = send(ada, "/admin", "/admin/accounts/reset", account="new")
    assert 'class="secret"' in again.text
    send(
        ada, "/admin", "/admin/accounts/change", account="new", role="viewer", clearance="TLP:CLEAR"
    )
    send(ada, "/admin", "/admin/accounts/disable", account="new")
    did = [action for actor, action, subject in audit(engine) if (actor, subject) == ("ada", "new")]
    assert did == ["account disabled", "account changed", "password reset", "account made"]
    with UnitOfWork(engine, read_only=True) as work:
        account = work.accounts.get("new")
    assert (account.role, account.disabled_at) == ("viewer", NOW)


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        ("/admin/accounts", {"name": "ada", "role": "viewer", "clearance": "TLP:RED"}, "already"),
        ("/admin/accounts", {"name": "a/b", "role": "viewer", "clearance": "TLP:RED"}, "slash"),
        ("/admin/accounts", {"name": "x", "role": "king", "clearance": "TLP:RED"}, "king"),
        ("/admin/accounts", {"name": "x", "role": "viewer", "clearance": "none"}, "no marking"),
        ("/admin/accounts/disable", {"account": "ada"}, "last administrator"),
        ("/admin/accounts/reset", {"account": "nobody"}, "nobody"),
        ("/admin/keys", {"owner": "nobody", "role": "viewer", "clearance": "TLP:RED"}, "label"),
        ("/admin/keys", {**KEY, "days": "0"}, "days"),
        ("/admin/keys", {**KEY, "days": "soon"}, "days"),
        ("/admin/keys", {**KEY, "days": "9" * 5_000}, "days"),
        ("/admin/keys/revoke", {"prefix": "none"}, "none"),
        ("/admin/markings", {"kind": "cat", "subject": "x", "marking": "TLP:RED"}, "cat"),
        (
            "/admin/markings",
            {"kind": "source", "subject": "mine", "marking": "TLP:RED", "reason": " "},
            "reason",
        ),
    ],
)
def test_what_an_administrator_cannot_do_is_said_and_not_done(engine, action, fields, said):
    ada = logged_in(engine, "ada")
    page = next(p for p in ("/admin/markings", "/admin/keys", "/admin") if action.startswith(p))
    before = audit(engine)
    answer = send(ada, page, action, **fields)
    assert answer.status_code == 422
    assert said in unescape(answer.text).lower()
    assert audit(engine) == before


def test_a_key_is_shown_once_opens_and_is_revoked(engine):
    ada = logged_in(engine, "ada")
    fields = {"owner": "vera", "role": "admin", "clearance": "TLP:RED", "label": "poller"}
    told = send(ada, "/admin/keys", "/admin/keys", **fields, days="30")
    key = re.search(r'class="secret">([^<]+)<', told.text)[1]
    assert key not in ada.get("/admin/keys").text
    bearer = {"Authorization": f"Bearer {key}", "accept": "text/html"}
    assert client(service(engine, open_use=False)).get("/", headers=bearer).status_code == 200
    # A key does no more than its owner may, whatever it says.
    assert client(service(engine, open_use=False)).get("/admin", headers=bearer).status_code == 403
    send(ada, "/admin/keys", "/admin/keys/revoke", prefix=key.split("_")[1])
    shut = client(service(engine, open_use=False)).get("/", headers=bearer, follow_redirects=False)
    assert shut.headers["location"] == "/login"


@pytest.mark.parametrize("name", ["vera", "ann", "rob"])
def test_the_administration_is_for_administrators(engine, name):
    browser = logged_in(engine, name)
    assert "/admin" not in browser.get("/").text
    for page in ("/admin", "/admin/keys", "/admin/markings", "/admin/audit"):
        assert browser.get(page).status_code == 403


def test_a_viewer_is_shown_no_form_that_they_may_not_send(engine):
    vera = logged_in(engine, "vera")
    for page in (f"{LADDER}/priors/spread", f"{LADDER}/judgements", "/jobs"):
        assert 'action="/logout"' in vera.get(page).text
        assert vera.get(page).text.count('method="post"') == 1


def mark(engine: Engine, kind: str, subject: str) -> None:
    with UnitOfWork(engine) as work:
        work.markings.set(MarkingNote(kind, subject, "TLP:RED", "ada", "secret", NOW))
        work.commit()


def test_a_hidden_ladder_does_not_exist(engine):
    mark(engine, "ladder", ID)
    vera = logged_in(engine, "vera")
    addresses = (
        LADDER, f"{LADDER}/changes", f"{LADDER}/indicators", f"{LADDER}/sources",
        f"{LADDER}/priors", f"{LADDER}/priors/spread", f"{LADDER}/judgements",
        f"{LADDER}/theatres/donbas", "/runs/run-20250630", "/reports/run-20250630",
        "/reports/run-20250630/page",
    )  # fmt: skip
    for address in addresses:
        assert vera.get(address).status_code == 404, address
    for address in ("/", "/runs", "/reports", "/evaluation", "/jobs"):
        text = vera.get(address).text
        assert f"ladders/{ID}" not in text, address
        assert "run-2025" not in text, address


def test_a_hidden_run_gives_way_to_the_one_before(engine):
    mark(engine, "run", "run-20250630")
    vera = logged_in(engine, "vera")
    assert vera.get("/runs/run-20250630").status_code == 404
    assert "run-20250630" not in vera.get("/runs").text
    text = vera.get(LADDER).text
    assert "run-20250629" in text
    assert "run-20250630" not in text


def test_a_run_is_not_compared_with_a_hidden_one(engine):
    told = {
        "/reports/run-20250630/page": "the run of 29 June 2025",
        f"{LADDER}/changes": "29 June 2025",
        f"{LADDER}/theatres/donbas": "29 June 2025",
    }
    vera = logged_in(engine, "vera")
    assert [text in vera.get(address).text for address, text in told.items()] == [True] * 3
    mark(engine, "run", "run-20250629")
    vera = logged_in(engine, "vera")
    assert [text in vera.get(address).text for address, text in told.items()] == [False] * 3


def test_a_hidden_source_is_named_nowhere(engine):
    mark(engine, "source", "viina")
    vera = logged_in(engine, "vera")
    for address in ("/sources/viina", f"/series?name={SERIES}", "/quarantine?source=viina"):
        assert vera.get(address).status_code == 404, address
    for address in (
        "/", LADDER, f"{LADDER}/indicators", f"{LADDER}/sources", f"{LADDER}/theatres/donbas",
        "/sources", "/quarantine", "/jobs", "/reports/run-20250630/page",
    ):  # fmt: skip
        text = unescape(vera.get(address).text)
        assert "viina" not in text.lower(), address


def test_a_marking_is_set_and_stands_above_and_below(engine):
    ada = logged_in(engine, "ada")
    fields = {"kind": "ladder", "subject": ID, "marking": "TLP:AMBER", "reason": "allies only"}
    assert send(ada, "/admin/markings", "/admin/markings", **fields).url.path == "/admin/markings"
    for address in ("/", LADDER, f"{LADDER}/priors", "/runs/run-20250630"):
        text = ada.get(address).text
        above, below = re.findall(r'class="marking"><span[^>]*>([^<]+)<', text)
        assert (above, below) == ("TLP:AMBER", "TLP:AMBER"), address
    assert ("ada", "marking set", f"ladder/{ID}") in audit(engine)
