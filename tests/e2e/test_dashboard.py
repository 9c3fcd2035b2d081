"""The dashboard in a real browser: every page walked, looked at by axe, and used by people."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from urllib.request import urlopen

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from forecaster.api.app import create_app
from forecaster.store.session import make_engine
from jobs.serving import server_of
from tests.builders_pages import ID, NOW, PASSWORD, SERIES, fill, keep_pictures, service
from tests.e2e.test_page import NAMES, QUIET
from tests.processes import running

pytestmark = pytest.mark.e2e

LADDER = f"/ladders/{ID}"
PAGES = (
    "/", LADDER, f"{LADDER}/changes", f"{LADDER}/indicators", f"{LADDER}/sources",
    f"{LADDER}/priors", f"{LADDER}/priors/spread?expect=1", f"{LADDER}/judgements",
    f"{LADDER}/theatres/donbas", f"{LADDER}/theatres/baltic", "/sources", "/sources/viina",
    f"/series?name={SERIES}", "/quarantine", "/evaluation", "/reports", "/reports/run-20250630",
    "/runs", "/runs/run-refused", "/jobs", "/account", "/admin", "/admin/keys", "/admin/markings",
    "/admin/audit",
)  # fmt: skip
GRAVE = frozenset({"serious", "critical"})
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def address(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service where people log in, listening on this machine."""
    path = tmp_path_factory.mktemp("dashboard") / "forecaster.sqlite"
    shutil.copy(_migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    fill(engine)
    keep_pictures(engine, path.parent)
    app = create_app(
        replace(service(engine, open_use=False, folder=path.parent), clock=lambda: NOW)
    )
    with socket.create_server(("127.0.0.1", 0)) as ours:  # nobody else can have taken its port
        config = uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=20)
        server = server_of(config, app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [ours]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{ours.getsockname()[1]}"
        server.should_exit = True
        thread.join(60)
    engine.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    assert found, "no Chromium was found: install chromium"
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=list(QUIET))
        yield opened
        opened.close()


class Person:
    """Somebody at a browser of their own; `noise` is all that it complained of."""

    def __init__(self, browser: Browser, address: str, **shape: object) -> None:
        given = {"viewport": {"width": 1280, "height": 900}, **shape}
        self.context: BrowserContext = browser.new_context(base_url=address, **given)
        self.page: Page = self.context.new_page()
        self.noise: list[str] = []
        self.page.on("console", lambda message: self.noise.append(message.text))
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        self.page.on(
            "request",
            lambda asked: None if asked.url.startswith(address) else self.noise.append(asked.url),
        )

    def log_in(self, name: str, password: str = PASSWORD) -> "Person":
        self.page.goto("/login")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        return self

    def send(self, button: str) -> None:
        self.page.locator("main").get_by_role("button", name=button, exact=True).click()


@pytest.fixture
def somebody(browser: Browser, address: str) -> Iterator[object]:
    """Make people at browsers; they leave when the test is over."""
    made: list[Person] = []

    def come(name: str, password: str = PASSWORD, **shape: object) -> Person:
        made.append(Person(browser, address, **shape).log_in(name, password))
        return made[-1]

    yield come
    for person in made:
        person.context.close()


def shows(page: Page, text: str) -> None:
    """Wait until a page says something: what a click leads to is not there at once."""
    expect(page.locator("main")).to_contain_text(text, use_inner_text=True)


def grave(page: Page) -> list[object]:
    """Return what axe finds serious or critical; no policy of a page binds what is handed in."""
    page.evaluate(AXE)
    found = page.evaluate(
        "async () => (await axe.run({iframes: false}))"
        ".violations.map(v => [v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html)])"
    )
    return [each for each in found if each[0] in GRAVE]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_every_page_fits_runs_clean_and_passes_axe(somebody, width, dark):
    shape = {
        "viewport": {"width": width, "height": 900},
        "color_scheme": "dark" if dark else "light",
    }
    ada = somebody("ada", **shape)
    for path in PAGES:
        ada.page.goto(path)
        assert ada.page.evaluate("document.documentElement.scrollWidth") <= width, path
        # Colours differ by theme and order by width: two of the four see all of both.
        if dark == (width == 400):
            assert grave(ada.page) == [], path
    assert ada.noise == []


def test_the_keyboard_leads_to_the_content_and_shows_where_it_is(somebody):
    page = somebody("ada").page
    page.goto(LADDER)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "To the content"
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or page.evaluate("document.activeElement === document.body")
    assert len(set(seen)) > 15


def test_everything_reads_and_works_without_script(somebody):
    vera = somebody("vera", java_script_enabled=False)
    expect(vera.page.get_by_role("heading", name="Overview")).to_be_visible()
    vera.page.goto(LADDER)
    vera.page.get_by_role("link", name="North-east").first.click()
    assert vera.page.get_by_role("heading", level=1).inner_text() == "North-east"
    assert vera.page.get_by_role("img").count() >= 1
    vera.page.goto("/sources/viina")
    vera.page.get_by_label("Part of a name").fill("nothing like it")
    vera.send("Find")
    shows(vera.page, "0 of 1 fit")


def test_filters_work_at_once_with_script(somebody):
    vera = somebody("vera")
    vera.page.goto(f"{LADDER}/priors")
    vera.page.get_by_label("Part of a question").press_sequentially("high")
    expect(vera.page.locator("#found tbody tr")).to_have_count(1)
    assert "find=high" in vera.page.url
    assert vera.noise == []


def test_the_report_of_a_day_is_read_inside_the_pages(somebody):
    vera = somebody("vera")
    vera.page.goto("/reports")
    vera.page.get_by_role("link", name="30 June 2025").click()
    inside = vera.page.frame_locator("iframe")
    expect(inside.get_by_role("heading", name="Bottom line")).to_be_visible()
    assert vera.noise == []


def test_the_pictures_of_a_backtest_are_drawn_on_the_page_and_can_be_read_out(somebody):
    vera = somebody("vera")
    vera.page.goto("/evaluation")
    names = ("RPS saved", "Reliability of", "Where outcomes fell", "Forecast 4 weeks ahead")
    for name in names:
        drawn = vera.page.get_by_role("img", name=name)
        assert drawn.bounding_box()["height"] > 100
        assert drawn.locator("desc").text_content()
    text = drawn.locator("text").first
    assert text.evaluate("e => getComputedStyle(e).fontSize") == text.get_attribute("font-size")
    assert vera.noise == []


def test_a_prior_is_previewed_and_accepted(somebody):
    ann = somebody("ann")
    ann.page.goto(f"{LADDER}/priors/level")
    ann.page.get_by_label("Form").select_option("beta")
    ann.send("Take this form")
    ann.page.get_by_label("Alpha").fill("2")
    ann.page.get_by_label("Beta", exact=True).fill("5")
    ann.page.get_by_label("Reason").fill("I counted")
    ann.send("Preview the draft")
    shows(ann.page, "20 → 30")
    ann.send("Accept the prior")
    shows(ann.page, "beta (alpha 2, beta 5)")
    shows(ann.page, "I counted")
    assert ann.noise == []


def test_two_persons_end_a_judgement(somebody):
    ann, rob = somebody("ann"), somebody("rob")
    ann.page.goto(f"{LADDER}/judgements")
    ann.page.get_by_label("Theatre").select_option("high-north")
    ann.page.get_by_label("From, in UTC").fill("2025-06-28T10:00")
    ann.page.get_by_label("Evidence").fill("it is said to be so")
    ann.send("Record it")
    shows(ann.page, "is recorded")
    ann.page.get_by_role("link", name="End the judgement on High North").click()
    ann.page.get_by_label("Until, in UTC").fill("2025-06-29T10:00")
    ann.page.get_by_label("Evidence").fill("it is over")
    ann.send("Record it")
    shows(ann.page, "another person has to confirm")
    rob.page.goto(f"{LADDER}/judgements")
    mine = rob.page.get_by_role("article").filter(has_text="it is over")
    mine.get_by_role("button", name="Confirm").click()
    shows(rob.page, "confirmed and recorded")
    shows(rob.page, "proposed by ann, confirmed by rob")


def test_a_new_account_changes_its_password_and_a_key_is_made_and_revoked(somebody):
    ada = somebody("ada")
    ada.page.goto("/admin")
    ada.page.get_by_label("Name").fill("noor")
    ada.send("Make the account")
    secret = ada.page.locator(".secret").inner_text()
    noor = somebody("noor", secret)
    shows(noor.page, "change your one-time password")
    noor.page.goto("/account")
    noor.page.get_by_label("Present password").fill(secret)
    noor.page.get_by_label("New password").fill("a password of my own")
    noor.send("Change the password")
    noor.log_in("noor", "a password of my own")
    expect(noor.page.get_by_role("heading", name="Overview")).to_be_visible()
    ada.page.goto("/admin/keys")
    ada.page.locator("select[name=owner]").select_option("noor")
    ada.page.get_by_label("What it is for").fill("a poller")
    ada.send("Make the key")
    key = ada.page.locator(".secret").inner_text()
    headers = {"Authorization": f"Bearer {key}"}
    assert ada.context.request.get("/runs", headers=headers).status == 200
    ada.page.get_by_role("button", name=f"Revoke key {key.split('_')[1]}").click()
    shows(ada.page, "revoked")


def test_pages_load_within_a_second(somebody):
    ada = somebody("ada")
    slow = {}
    for path in PAGES:
        took = min(seconds(ada, path) for _ in range(2))  # the other one may have been disturbed
        if took > 1.0:
            slow[path] = took
    assert slow == {}


def seconds(person: Person, path: str) -> float:
    """Return how long a page takes."""
    began = time.perf_counter()
    assert person.context.request.get(path).status == 200
    return time.perf_counter() - began


def test_the_command_serves_the_pages_and_tells_the_first_password(tmp_path, browser):
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "jobs", "serve", "--no-schedule", "--port", str(port)]
    with running(
        command,
        env={**os.environ, "FORECASTER_DATA_DIR": str(tmp_path), "FORECASTER_LOGIN": "true"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        password = process.stdout.readline().rsplit(maxsplit=1)[-1]
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/login")
        person = Person(browser, address).log_in("admin", password)
        person.page.goto("/account")
        person.page.get_by_label("Present password").fill(password)
        person.page.get_by_label("New password").fill("a password of my own")
        person.send("Change the password")
        person.log_in("admin", "a password of my own")
        shows(person.page, "Nothing is published yet")
        person.context.close()
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode in (0, -15)


def wait_for(url: str) -> None:
    """Wait until somebody answers."""
    for _ in range(300):
        try:
            with urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nobody answers at {url}")
