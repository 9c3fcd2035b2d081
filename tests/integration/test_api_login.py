"""Logging in: what a cookie opens, what another site cannot do, and what nobody is told."""

import re
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from starlette.testclient import TestClient

from forecaster import credentials
from forecaster.api.access import COOKIE
from forecaster.errors import SettingsError
from forecaster.settings import Settings
from forecaster.store.unit_of_work import UnitOfWork
from jobs.serving import is_open
from tests.builders_login import NOW, PASSWORD, add_key, add_people, client, logged_in, service

PAGE = {"accept": "text/html"}


@pytest.fixture
def engine(engine: Engine) -> Engine:
    add_people(engine)
    return engine


def form_token(browser: TestClient) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', browser.get("/account").text)
    assert found is not None
    return found.group(1)


def actions(engine: Engine) -> list[str]:
    with UnitOfWork(engine, read_only=True) as work:
        return [entry.action for _, entry in work.audit.list()]


def test_a_stranger_is_sent_to_the_login_and_back(engine: Engine):
    answer = client(service(engine)).get("/account", headers=PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/account"


def test_a_program_that_is_a_stranger_is_told_so(engine: Engine):
    answer = client(service(engine)).get("/account")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_login_opens_and_a_logout_closes(engine: Engine):
    browser = logged_in(service(engine), "ada")
    assert "ada: analyst" in browser.get("/account").text
    token = browser.cookies[COOKIE]
    browser.post("/logout", data={"form_token": form_token(browser)})
    again = client(service(engine))
    again.cookies.set(COOKIE, token)
    assert again.get("/account").status_code == 401
    assert actions(engine) == ["logout", "login"]


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(engine: Engine):
    form = {"name": "ada", "password": PASSWORD}
    here = client(service(engine)).post("/login", data=form).headers["set-cookie"].lower()
    assert "httponly" in here
    assert "samesite=strict" in here
    away = TestClient(client(service(engine)).app, base_url="http://forecasts.example")
    cookie = away.post("/login", data=form, follow_redirects=False).headers["set-cookie"].lower()
    assert "secure" in cookie


@pytest.mark.parametrize("form", [("ada", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_failed_login_does_not_tell_what_was_wrong(engine: Engine, form: tuple[str, str]):
    answer = client(service(engine)).post("/login", data={"name": form[0], "password": form[1]})
    assert answer.status_code in (401, 422)
    assert COOKIE not in answer.cookies
    if answer.status_code == 401:
        assert "Name and password do not fit." in answer.text
        assert actions(engine) == ["login refused"]


@pytest.mark.parametrize("change", ["password", "disabled"])
def test_a_password_that_is_changed_while_it_is_verified_opens_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, change: str
):
    verify = credentials.verify_password

    def verify_slowly(password: str, kept: str | None) -> bool:
        with UnitOfWork(engine) as work:
            if change == "password":
                work.accounts.set_password("ada", "another hash", one_time=False, at=NOW)
            else:
                work.accounts.disable("ada", at=NOW)
            work.commit()
        return verify(password, kept)

    monkeypatch.setattr(credentials, "verify_password", verify_slowly)
    answer = client(service(engine)).post("/login", data={"name": "ada", "password": PASSWORD})
    assert answer.status_code == 401
    assert "Name and password do not fit." in answer.text
    assert COOKIE not in answer.cookies
    assert actions(engine) == ["login refused"]


def test_guessing_is_bounded_by_name_and_by_address(engine: Engine):
    settings = Settings(login_limit="3/minute")
    browser = client(service(engine, settings=settings))
    form = {"name": "ada", "password": "wrong"}
    codes = [browser.post("/login", data=form).status_code for _ in range(5)]
    assert codes == [401, 401, 401, 429, 429]
    right = browser.post("/login", data={"name": "ada", "password": PASSWORD})
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "next", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_login_leads_to_no_other_site(engine: Engine, next: str):
    form = {"name": "ada", "password": PASSWORD, "next": next}
    assert client(service(engine)).post("/login", data=form).headers["location"] == "/"


def test_a_form_without_the_token_of_its_session_does_nothing(engine: Engine):
    browser = logged_in(service(engine), "ada")
    other = form_token(logged_in(service(engine), "vera"))
    for token in ("", "guess", other):
        answer = browser.post(
            "/account",
            data={"form_token": token, "password": PASSWORD, "new": "another password"},
        )
        assert answer.status_code == 403
    logged_in(service(engine), "ada")


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
def test_another_site_cannot_send_a_form(engine: Engine, headers: dict[str, str]):
    browser = logged_in(service(engine), "ada")
    data = {"form_token": form_token(browser)}
    assert browser.post("/logout", data=data, headers=headers).status_code == 403
    assert browser.get("/account").status_code == 200


def test_a_changed_password_ends_every_session(engine: Engine):
    browser, elsewhere = logged_in(service(engine), "ada"), logged_in(service(engine), "ada")
    data = {"form_token": form_token(browser), "password": PASSWORD, "new": "quite another one"}
    assert browser.post("/account", data=data).status_code == 303
    assert elsewhere.get("/account").status_code == 401
    failed = client(service(engine)).post("/login", data={"name": "ada", "password": PASSWORD})
    assert failed.status_code == 401


@pytest.mark.parametrize(
    ("present", "new", "said"),
    [
        ("wrong", "quite another one", "present password"),
        (PASSWORD, "short", "12 to 256"),
        (PASSWORD, PASSWORD, "choose another"),
    ],
)
def test_a_password_is_not_changed_for_a_worse_one(
    engine: Engine, present: str, new: str, said: str
):
    browser = logged_in(service(engine), "ada")
    data = {"form_token": form_token(browser), "password": present, "new": new}
    answer = browser.post("/account", data=data)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_session_ends_by_itself(engine: Engine):
    browser = logged_in(service(engine), "ada")
    token = browser.cookies[COOKIE]
    tomorrow = client(service(engine, clock=lambda: NOW + timedelta(hours=13)))
    tomorrow.cookies.set(COOKIE, token)
    assert tomorrow.get("/account").status_code == 401


def test_a_key_that_opens_nothing_is_refused_even_beside_a_good_cookie(engine: Engine):
    browser = logged_in(service(engine), "ada")
    key = add_key(engine, "ada", "viewer")
    assert browser.get("/account", headers={"authorization": f"Bearer {key}"}).status_code == 200
    for wrong in (key + "x", key[:-1], "fk_00000000_x", "x"):
        answer = browser.get("/account", headers={"authorization": f"Bearer {wrong}"})
        assert answer.status_code == 401, wrong


def test_where_nobody_logs_in_other_names_of_this_machine_are_not_answered(engine: Engine):
    browser = client(service(engine, open_use=True, local_token="token"))
    assert browser.get("/account").status_code == 200
    for host in ("evil.example", "127.0.0.1.evil.example", ""):
        assert browser.get("/account", headers={"host": host}).status_code == 421


def test_where_nobody_logs_in_another_site_cannot_write(engine: Engine):
    browser = client(service(engine, open_use=True, local_token="token"))
    data = {"form_token": "guess"}
    assert browser.post("/logout", data=data).status_code == 403
    headers = {"origin": "http://evil.example"}
    data = {"form_token": "token"}
    assert browser.post("/logout", data=data, headers=headers).status_code == 403


def test_a_request_that_is_too_large_is_not_read(engine: Engine):
    browser = client(service(engine, settings=Settings(request_max_bytes=1_000)))
    answer = browser.post("/login", data={"name": "a", "password": "x" * 2_000})
    assert answer.status_code == 413

    def in_pieces():
        for _ in range(20):
            yield b"x" * 100

    answer = browser.post("/login", content=in_pieces())
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    ("settings", "host", "open_use"),
    [
        (Settings(), "127.0.0.1", True),
        (Settings(), "::1", True),
        (Settings(), "localhost", True),
        (Settings(), "0.0.0.0", False),
        (Settings(login=True), "127.0.0.1", False),
        (Settings(database_url=SecretStr("postgresql://x")), "127.0.0.1", False),
        (Settings(database_url=SecretStr("postgresql://x"), login=False), "127.0.0.1", True),
    ],
)
def test_nobody_logs_in_only_where_only_this_machine_can_ask(
    settings: Settings, host: str, open_use: bool
):
    assert is_open(settings, host) is open_use


def test_the_login_cannot_be_switched_off_for_others():
    with pytest.raises(SettingsError, match="FORECASTER_LOGIN"):
        is_open(Settings(login=False), "0.0.0.0")
