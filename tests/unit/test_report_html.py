"""The page: well-formed, self-contained, escaped, readable by a screen reader."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from forecaster.domain.reading import Reject
from forecaster.reporting import palette, render
from tests import builders_report as made

HOSTILE = '<script>alert("x")</script>'
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Every element with its attributes, and a list of what is wrong with the nesting."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at line {self.getpos()[0]}")


def report(name="NATO and Russia", **changed):
    return made.report(ladder_=made.ladder(name), **changed)


@pytest.fixture(scope="module")
def text():
    return render.html(report())


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_elements_nest(page):
    assert page.wrong == []
    assert page.open == []


def test_ids_are_unique_and_every_reference_resolves(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = " ".join(a.get("aria-labelledby") or "" for _, a in page.elements).split()
    assert set(named) <= set(ids)


def test_there_is_no_script_and_nothing_to_fetch(page, text):
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "a", "base"}
    loading = {"src", "href", "srcset", "data", "action", "xlink:href"}
    assert not [a for _, a in page.elements if loading & set(a)]
    assert not [a for _, a in page.elements if any(key.startswith("on") for key in a)]
    assert "url(" not in text
    assert "@import" not in text
    without_namespace = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "http:" not in without_namespace
    assert "https:" not in without_namespace


def test_the_policy_forbids_everything_but_inline_style(page):
    (policy,) = [
        a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_hostile_text_from_anywhere_is_escaped():
    places = tuple(replace(p, name=f"{p.name}{HOSTILE}") for p in made.PLACES)
    book = made.ladder(HOSTILE, places=places)
    rungs = tuple(replace(r, name=f"{r.name}{HOSTILE}") for r in book.rungs)
    indicators = tuple(replace(i, name=HOSTILE, note=HOSTILE) for i in book.indicators)
    forecast = made.forecast(places=places)
    standings = tuple(replace(s, label=HOSTILE) for s in forecast.standings)
    built = made.report(
        replace(made.run(), prior_set=HOSTILE, state="withdrawn", state_reason=HOSTILE),
        replace(forecast, standings=standings),
        replace(book, rungs=rungs, indicators=indicators),
        statuses=[replace(s, reason=HOSTILE) for s in made.statuses()],
        prior_changes=[replace(v, author=HOSTILE, reason=HOSTILE) for v in made.prior_changes()],
        rejects=[Reject(HOSTILE, 1, HOSTILE, HOSTILE)],
        code_version=HOSTILE,
        data_notice=HOSTILE,
        names={"viina": HOSTILE},
    )
    text = render.html(built)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert Page(text).wrong == []
    assert "<script" not in render.markdown(built)


def test_tables_have_heads_with_a_scope(page):
    heads = [attributes for tag, attributes in page.elements if tag == "th"]
    assert heads
    assert all(a.get("scope") in ("col", "row", "rowgroup") for a in heads)


def test_every_picture_can_be_read_out(page):
    pictures = [a for tag, a in page.elements if tag == "svg"]
    titles = [tag for tag, _ in page.elements if tag in ("title", "desc")]
    assert len(pictures) >= len(made.PLACES)
    assert all(a["role"] == "img" and a["aria-labelledby"] for a in pictures)
    assert len(titles) == 2 * len(pictures) + 1  # the page has a title too


def test_nothing_is_drawn_outside_its_picture(text):
    for picture in re.findall(r'<svg [^>]*class="ladder".*?</svg>', text, re.S):
        width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', picture).groups())
        points = re.findall(r"[ML]([\d.-]+) ([\d.-]+)", picture)
        for x, y in [(float(x), float(y)) for x, y in points]:
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_a_report_without_a_good_run_still_renders():
    refused = replace(made.run(), state="refused", state_reason="R-hat")
    built = made.report(refused, previous=None, statuses=())
    text = render.html(built)
    assert "REFUSED" in text
    assert "There is no good run to show." in text
    assert Page(text).wrong == []
    for other in (render.markdown, render.text):
        assert "REFUSED" in other(built)


def test_a_short_history_and_no_fan_still_draw():
    forecast = made.forecast()
    bare = tuple(replace(s, history=s.history[-1:]) for s in forecast.standings)
    built = made.report(forecast_=replace(forecast, standings=bare, fans=()), previous=None)
    assert Page(render.html(built)).wrong == []


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "muted"])
@pytest.mark.parametrize("ground", ["paper", "card", "band", "present"])
def test_text_stands_out_from_its_ground(colours, ink, ground):
    assert palette.contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_alarms_stand_out(colours):
    assert palette.contrast(colours["alarm"], colours["alarm-paper"]) >= 4.5
    assert palette.contrast(colours["alarm"], colours["paper"]) >= 4.5


@pytest.mark.parametrize(
    "ramp", [palette.CLIMB_LIGHT, palette.FALL_LIGHT, palette.CLIMB_DARK, palette.FALL_DARK]
)
def test_numbers_stand_out_from_their_cell(ramp):
    assert len(ramp) == 9
    assert min(palette.contrast(palette.ink_on(colour), colour) for colour in ramp) >= 4.5


def test_depth_of_colour_follows_likelihood():
    for ramp, paper in ((palette.CLIMB_LIGHT, "#ffffff"), (palette.FALL_LIGHT, "#ffffff")):
        depth = [palette.contrast(colour, paper) for colour in ramp]
        assert depth == sorted(depth)


def test_black_on_white_is_21_to_1():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21.0)
