"""The report in a real browser: nothing fetched, nothing clipped, readable on paper and phone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from forecaster.reporting import daily, render
from tests import builders_report as made

pytestmark = pytest.mark.e2e

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    assert found, "no Chromium was found: install chromium"
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    report = daily.build(
        made.ladder(),
        made.run(),
        made.forecast(),
        previous=(made.previous_run(), made.previous_forecast()),
        statuses=made.statuses(),
        prior_changes=made.prior_changes(),
        rejects=made.rejects(),
        feeds=made.FEEDS,
        code_version="test",
        data_notice="Credit.",
        record=made.track_record(),
    )
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render.html(report), encoding="utf-8")
    return path


def open_page(browser: Browser, file: Path, *, width: int, dark: bool = False) -> tuple[Page, list]:
    """Return the page and all it asked for or complained of besides itself."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=True,
    )
    page, noise = context.new_page(), []
    page.on("request", lambda asked: noise.append(asked.url) if asked.url != file.as_uri() else 0)
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.goto(file.as_uri())
    return page, noise


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1200, 400])
def test_nothing_is_fetched_and_nothing_overflows(browser, file, width, dark):
    page, noise = open_page(browser, file, width=width, dark=dark)
    assert noise == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_every_chart_has_its_size_and_its_labels_inside(browser, file):
    page, _ = open_page(browser, file, width=1200)
    clipped = page.evaluate(
        """() => [...document.querySelectorAll('svg')].flatMap(svg => {
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(text => {
                const box = text.getBoundingClientRect();
                return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1
                    || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
            }).map(text => text.textContent);
        })"""
    )
    assert page.locator("svg").count() >= len(made.PLACES)
    assert clipped == []
    page.context.close()


def test_the_first_printed_page_holds_the_bottom_line_and_the_table(browser, file, tmp_path):
    page, _ = open_page(browser, file, width=1200)
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    text = page.inner_text("body")
    order = ("How past forecasts did", "Bottom line", "Ladder table", "Ladder charts")
    places = [text.index(head) for head in order]
    assert places == sorted(places)
    # What A4 leaves between the margins of the style, at 96 dots to the inch.
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1039})
    table = page.locator("section[aria-labelledby=ladder-table] table").bounding_box()
    assert table["y"] + table["height"] <= 1039
    page.context.close()
