"""Every page: filled whole, escaped whole, marked, and with ways that lead somewhere."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from forecaster.errors import StoreError
from forecaster.reporting.document import DailyReport
from forecaster.store.session import make_engine
from tests.builders_pages import HOSTILE, ID, SERIES, client, fill, keep_pictures, service
from tests.reading_pages import taken

LADDER = f"/ladders/{ID}"
PAGES = (
    "/",
    LADDER,
    f"{LADDER}/changes",
    f"{LADDER}/indicators",
    f"{LADDER}/sources",
    f"{LADDER}/priors",
    f"{LADDER}/priors?find=far",
    f"{LADDER}/priors/spread",
    f"{LADDER}/priors/spread?distribution=beta",
    f"{LADDER}/priors/spread?expect=1",
    f"{LADDER}/judgements",
    f"{LADDER}/judgements?done=recorded",
    f"{LADDER}/theatres/donbas",
    f"{LADDER}/theatres/baltic",
    "/sources",
    "/sources/viina",
    "/sources/viina?find=events",
    f"/series?name={quote(SERIES)}",
    "/quarantine",
    "/quarantine?source=viina",
    "/evaluation",
    "/reports",
    "/reports/run-20250630",
    "/reports/run-refused",
    "/runs",
    f"/runs?ladder={ID}",
    "/runs/run-20250630",
    "/runs/run-20250629",
    "/runs/run-refused",
    "/jobs",
    "/account",
    "/admin",
    "/admin/keys",
    "/admin/markings",
    "/admin/audit",
)


@pytest.fixture(scope="module")
def engine(_migrated_file, tmp_path_factory) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("pages") / "forecaster.sqlite"
    path.write_bytes(_migrated_file.read_bytes())
    made = make_engine(f"sqlite:///{path}")
    fill(made)
    keep_pictures(made, path.parent)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def asked(engine: Engine) -> Iterator[TestClient]:
    with client(service(engine, folder=Path(str(engine.url.database)).parent)) as browser:
        yield browser


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_whole_and_escaped_and_runs_nothing_of_anybody(asked, address):
    answer = asked.get(address)
    assert answer.status_code == 200, answer.text
    page = taken(answer.text)
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert page.title.strip().endswith("Escalation forecaster")
    assert answer.text.count('class="marking"') == 2
    assert answer.text.count("TLP:") >= 2
    assert "<script>alert" not in answer.text
    assert "}}49" not in answer.text
    assert "</script>49" not in unescape(answer.text)
    assert page.inline == []
    assert (page.unscoped, page.nameless) == (0, 0)
    assert page.tokens == len(page.posts)


def test_what_is_hostile_is_shown_as_it_was_typed(asked):
    shown = [address for address in PAGES if HOSTILE in unescape(asked.get(address).text)]
    assert {"/", LADDER, f"{LADDER}/theatres/donbas", "/sources", "/quarantine", "/runs"} <= set(
        shown
    )
    assert {"/jobs", "/admin", "/admin/markings", f"{LADDER}/judgements"} <= set(shown)


def test_no_link_leads_nowhere(asked):
    links = {link for address in PAGES for link in taken(asked.get(address).text).links}
    inside = {link.partition("#")[0] for link in links if link.startswith("/")}
    dead = {link for link in inside if asked.get(unescape(link)).status_code != 200}
    assert dead == set()
    assert len(inside) > 40
    assert all(link.startswith(("/", "#")) for link in links)


def test_every_form_without_its_token_is_refused(asked, engine):
    posts = {action for address in PAGES for action in taken(asked.get(address).text).posts}
    assert len(posts) >= 10
    for action in posts:
        assert asked.post(action, data={"name": "x"}).status_code == 403, action
        foreign = {"origin": "https://elsewhere.example"}
        assert asked.post(action, headers=foreign).status_code == 403, action


def test_every_page_says_where_one_is(asked):
    for address in PAGES:
        if not address.startswith(("/account", "/series")):
            assert taken(asked.get(address).text).current >= 1, address


def test_the_refused_run_is_told_beside_the_good_one(asked):
    for address in ("/", LADDER, f"{LADDER}/theatres/donbas", f"{LADDER}/indicators"):
        text = unescape(asked.get(address).text)
        assert "The run of 1 July 2025 was REFUSED: R-hat 1.20" in text
        assert "30 June 2025" in text


@pytest.mark.parametrize(("days", "marked"), [(0, False), (400, True)])
def test_the_first_page_says_how_far_measures_go_and_marks_it_once_that_is_long_ago(
    engine, days, marked
):
    known = service(engine)
    now = known.clock() + timedelta(days=days)
    with client(replace(known, clock=lambda: now)) as browser:
        answer = browser.get("/").text
    (mark,) = re.findall(r'measured through <span class="(\w*)">.*?28 June 2025', answer)
    assert (mark == "bad") is marked


def test_numbers_stand_with_their_words_as_in_the_report(asked):
    text = unescape(asked.get(f"{LADDER}/theatres/baltic").text)
    assert "0 of 175 theatre-weeks" in text
    assert "Analytic confidence is" in text


def test_a_figure_that_was_revised_is_shown_with_what_was_said_before(asked):
    text = unescape(asked.get(f"/series?name={quote(SERIES)}").text)
    assert "2,469" in text
    assert "−0.25" in text
    assert text.count("3 January 2024") >= 2


def test_a_backtest_without_its_pictures_still_has_its_tables(engine):
    with client(service(engine, folder=Path("nowhere"))) as browser:
        text = browser.get("/evaluation").text
    assert 'class="drawn"' not in text
    assert "Bars" in text


def test_a_file_of_pictures_that_cannot_be_read_is_named_with_the_remedy(engine, tmp_path):
    keep_pictures(engine, tmp_path)
    (broken,) = (tmp_path / "backtests").iterdir()
    broken.write_text('[{"id": 1}]', encoding="utf-8")
    with client(service(engine, folder=tmp_path)) as browser:
        assert "run `forecaster backtest` again" in browser.get("/evaluation").text


def test_the_report_has_an_address_and_a_policy_of_its_own(asked):
    answer = asked.get("/reports/run-20250630/page")
    policy = answer.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "<script" not in answer.text
    page = asked.get("/reports/run-20250630")
    assert "style-src 'self'" in page.headers["content-security-policy"]


def test_the_style_of_the_report_is_a_file_that_browsers_understand(asked):
    answer = asked.get("/style/report.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "--climb8:" in answer.text
    assert '"Segoe UI"' in answer.text
    assert "&" not in answer.text
    assert "<" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/ladders/none",
        f"{LADDER}/theatres/none",
        f"{LADDER}/priors/none",
        "/sources/none",
        "/series?name=none",
        "/runs/none",
        "/reports/none",
        "/evaluation/none",
        f"/ladders/{quote(HOSTILE, safe='')}",
        f"/sources/{quote(HOSTILE.replace('/', ''), safe='')}",
    ],
)
def test_what_does_not_exist_is_a_page_that_says_so(asked, address):
    answer = asked.get(address)
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
    assert taken(answer.text).headings == [1]


def test_a_ladder_that_cannot_be_shown_says_why_and_leaves_the_page_standing(engine):
    def report(run_id: str, hidden: Collection[str]) -> DailyReport:
        raise StoreError(f"run {run_id} is stored without a forecast: run it again")

    made = service(engine)
    with client(replace(made, ports=replace(made.ports, report=report))) as browser:
        answer = browser.get("/")
    assert answer.status_code == 200
    assert "cannot be shown: run run-20250630 is stored without a forecast" in answer.text


def test_an_empty_store_can_be_looked_at(sqlite_url):
    engine = make_engine(sqlite_url)
    with client(service(engine, ladders=False)) as browser:
        for address in (
            "/",
            "/sources",
            "/quarantine",
            "/evaluation",
            "/reports",
            "/runs",
            "/jobs",
        ):
            assert browser.get(address).status_code == 200
    with client(service(engine)) as browser:
        for address in ("/", LADDER, f"{LADDER}/changes", f"{LADDER}/indicators", "/reports"):
            assert browser.get(address).status_code == 200
        assert browser.get(f"{LADDER}/priors/spread").status_code == 200
        assert browser.get(f"{LADDER}/theatres/donbas").status_code == 404
    engine.dispose()
