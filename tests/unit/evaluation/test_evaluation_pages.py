"""The pages of a backtest: the same figures in every form, nothing invented, nothing clipped."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from forecaster.errors import ReportError
from forecaster.reporting import palette
from forecaster.reporting.evaluation import as_html, as_json, as_markdown, figures
from forecaster.reporting.evaluation.bars import Bar
from forecaster.reporting.evaluation.board import Board
from forecaster.reporting.evaluation.build import NO_SCORES, page
from forecaster.reporting.evaluation.panel import Panel
from tests import builders_evaluation as made

HOSTILE = '<script>alert("x")</script> | [a](b) **c**'
BARS = (Bar("made-up", "Published saves", "saving", at_least=0.02),)
ROW_KEYS = [
    "panel",
    "forecaster",
    "role",
    "horizon_steps",
    "n",
    "rps",
    "log_score",
    "diff_best_reference",
    "coverage_90",
    "reliability_slope",
]
NOT_A_FIGURE = re.compile(r"\b(nan|inf|None)\b", re.I)


@pytest.fixture(scope="module")
def built():
    return page(made.panel(), BARS)


@pytest.fixture(scope="module")
def text(built):
    return as_markdown.markdown([built], "# Notes\n\nWhat was **tried**.\n")


def bare(**changes) -> Panel:
    """A backtest of which nothing is scored yet."""
    empty = {"scores": (), "forecasts": (), "origins": (), "weights": (), "ceilings": ()}
    return replace(made.panel(), **(empty | changes))


def test_every_part_is_there(built):
    assert [section.title for section in built.sections] == [
        "What was scored",
        "Bars",
        "Scores",
        "What mixing could give",
        "Pooling",
        "By theatre",
        "By rung",
        "Calibration",
        "Forecast and outcome",
        "Stack weights",
        "Sampling",
    ]
    assert [picture.id for picture in built.pictures] == [
        "skill",
        "reliability",
        "pit",
        "forecast-4",
        "weights",
    ]


def test_the_main_table_repeats_the_stored_scores(built):
    panel = made.panel()
    table = next(s for s in built.sections if s.title == "Scores").tables[1]
    row = dict(zip(table.heads, table.rows[0], strict=True))
    found = {
        (s.forecaster, s.score, s.reference): s
        for s in panel.scores
        if (s.theatre, s.rung, s.horizon_steps) == ("*", "*", 4)
    }
    assert (row["Forecaster"], row["Role"]) == ("pub", "published")
    assert row["n"] == str(found["pub", "rps", ""].n)
    assert row["RPS"] == f"{found['pub', 'rps', ''].value:.4f}"
    assert row["CRPS"] == f"{found['pub', 'crps', ''].value:.3f}"
    difference = found["pub", "rps_difference", "ref-a"]
    assert row["Less the best reference (95 % interval)"].startswith(
        f"−{abs(difference.value):.4f} (−"
    )
    assert table.rows[2][4] == "best reference"


def test_the_most_that_mixing_could_give_stands_beside_what_it_gave(built):
    panel = made.panel()
    board = Board(panel.plan, panel.scores)
    (table,) = next(s for s in built.sections if s.title == "What mixing could give").tables
    for row, ceiling in zip(table.rows, panel.ceilings, strict=True):
        best, given = (board.best_reference(ceiling.horizon_steps), ceiling.rps)
        published = board.skill("pub", ceiling.horizon_steps)
        assert row[-2:] == (
            figures.plain_percentage(1.0 - given / best.value),
            figures.percentage(published),
        )
        assert given / best.value <= 1.0 - published.value + 1e-6
    other = replace(panel.ceilings[0], n=1)  # of other forecasts: not to be compared
    (table,) = next(
        s
        for s in page(replace(panel, ceilings=(other,)), BARS).sections
        if s.title == "What mixing could give"
    ).tables
    assert table.rows[0][-2] == "–"


def test_rungs_stand_in_the_order_of_the_ladder_however_they_are_called():
    panel, called = made.panel(), {"r1": "watch", "r2": "alarm", "r3": "clash"}
    scores = (replace(s, rung=called.get(s.rung, s.rung)) for s in panel.scores)
    rungs = tuple(called.get(rung, rung) for rung in panel.outcomes.rungs)
    stored = replace(
        panel,
        scores=tuple(sorted(scores, key=lambda s: s.about)),
        forecasts=tuple(replace(f, rungs=rungs) for f in panel.forecasts),
        outcomes=replace(panel.outcomes, rungs=rungs),
    )
    tables = next(s for s in page(stored, BARS).sections if s.title == "By rung").tables
    assert [[row[0] for row in table.rows] for table in tables] == [list(called.values())] * 2


def test_rows_are_as_wide_as_their_heads(built):
    tables = [table for section in built.sections for table in section.tables]
    assert len(tables) >= 10
    assert all(len(row) == len(table.heads) for table in tables for row in table.rows)


def test_a_missing_figure_is_a_dash_and_is_said(text):
    panel = made.panel()
    lost = tuple(s for s in panel.scores if s.score not in ("crps", "log"))
    built = page(replace(panel, scores=lost), BARS)
    table = next(s for s in built.sections if s.title == "Scores").tables[0]
    assert {row[table.heads.index("CRPS")] for row in table.rows} == {"–"}
    assert "A dash stands where there is no figure" in text


def test_what_is_no_number_is_never_printed_as_one(text, built):
    panel = made.panel()
    nothing = tuple(
        replace(s, value=float("nan"), lower=float("nan"), upper=float("inf")) for s in panel.scores
    )
    void = page(replace(panel, scores=nothing), BARS)
    for said in (text, as_html.html(built), as_markdown.markdown([void], ""), as_html.html(void)):
        shown = re.sub(r'src="data:[^"]*"', "", said.partition("<body>")[2] or said)
        assert not NOT_A_FIGURE.search(shown)
    assert as_json.evaluation_json([as_json.part(panel)])


def test_a_judged_panel_says_how_reaching_is_settled(built):
    told = next(s for s in page(replace(made.panel(), judged=True), BARS).sections).points
    assert sum("in force at the end of a week on the way" in point for point in told) == 1
    assert not any("on the way" in point for point in built.sections[0].points)


def test_nothing_scored_says_so():
    built = page(bare(), BARS)
    assert NO_SCORES in as_markdown.markdown([built], "")
    assert "No notes are written yet." in as_markdown.markdown([built], "")
    assert built.pictures == ()
    assert NO_SCORES in as_html.html(built)


def test_the_worst_of_the_sampling_is_told_and_each_origin_without_a_score(text):
    assert "| tension | 3 | 1 | 1 | 1.234 |" in text or "| tension | 3 | 1 | 1 | 1.235 |" in text
    assert "R-hat 1.23 is above 1.01" in text
    assert "no data" in text


def test_the_same_values_give_the_same_bytes(built):
    again = page(made.panel(), BARS)
    assert [p.svg for p in again.pictures] == [p.svg for p in built.pictures]
    assert as_markdown.markdown([again], "") == as_markdown.markdown([built], "")


def test_the_document_keeps_the_parts_of_other_panels(built, text):
    other = as_markdown.markdown([replace(built, panel="another", title="Another")], "")
    both = as_markdown.markdown([built], "# Notes\n\nWhat was **tried**.\n", before=other)
    assert both.index("## Another") < both.index("## Made up")
    assert as_markdown.markdown([built], "# Notes\n\nWhat was **tried**.\n", before=both) == both
    assert text.endswith(f"{as_markdown.NOTES_TITLE}\n\nWhat was **tried**.\n")


def test_texts_of_people_cannot_become_markup():
    panel = replace(
        made.panel(),
        name=HOSTILE,
        measure=HOSTILE,
        names={"t0": HOSTILE, "r1": HOSTILE},
        origins=tuple(replace(o, reason=HOSTILE) for o in made.origins()),
    )
    built = page(panel, (replace(BARS[0], text=HOSTILE),))
    said = as_markdown.markdown([built], "")
    assert "<script" not in said
    assert "[a](b)" not in said
    table = [line for line in said.splitlines() if line.startswith("|") and "alert" in line]
    assert table
    text = as_html.html(built, notes=HOSTILE)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert all("<script" not in picture.svg for picture in built.pictures)


class Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_the_page_is_light_on_paper_and_dark_where_readers_ask_for_it(built):
    text = as_html.html(built)
    light, dark = text.split("@media screen and (prefers-color-scheme:dark)", 1)
    assert f"--paper:{palette.LIGHT['paper']};" in light
    assert f"--paper:{palette.DARK['paper']};" in dark


def test_the_page_is_self_contained_and_can_be_read_out(built):
    elements = Elements(as_html.html(built, notes="## Head\n\n- one\n- two\n\nText.")).found
    images = [a for tag, a in elements if tag == "img"]
    assert len(images) == len(built.pictures)
    assert all(a["alt"] and str(a["src"]).startswith("data:image/svg+xml;") for a in images)
    assert not [tag for tag, _ in elements if tag in ("script", "link", "iframe")]
    assert all(a.get("scope") in ("col", "row") for tag, a in elements if tag == "th")
    assert len([1 for tag, _ in elements if tag == "h3"]) == 1


@pytest.mark.parametrize("levels", [False, True], ids=["measure", "level"])
def test_pictures_are_whole_and_fit_the_width_of_a_page(levels):
    for picture in page(made.panel(levels=levels), BARS).pictures:
        root = ET.fromstring(picture.svg)
        assert root.tag.endswith("svg")
        assert float(root.attrib["width"]) <= 900
        assert root.attrib["role"] == "img"
        assert [part for part in root.iter() if "role" in part.attrib] == [root]
        assert picture.title in picture.svg
        assert "NaN" not in picture.svg
        assert len(root.findall(".//{*}path")) > 10


def test_rows_for_programs_have_the_keys_that_are_promised():
    data = json.loads(as_json.evaluation_json([as_json.part(made.panel())]))
    assert list(data) == ["panels", "rows"]
    assert data["panels"] == [
        {
            "panel": "made-up",
            "plan": "made-up",
            "plan_digest": "sha256:abc",
            "backtest": "made-up.abc.1",
            "data_digest": "sha256:def",
            "code_version": "0.1.0",
        }
    ]
    assert len(data["rows"]) == 8  # two horizons; a variant competes with nobody
    for row in data["rows"]:
        assert list(row) == ROW_KEYS
        assert list(row["diff_best_reference"]) == ["mean", "lower", "upper"]
        assert row["role"] in ("reference", "bayesian", "published")


def test_rows_of_other_panels_stay_and_own_ones_are_replaced():
    part = as_json.part(made.panel())
    other = replace(
        part,
        panel="another",
        made_of={**part.made_of, "panel": "another"},
        rows=tuple({**row, "panel": "another"} for row in part.rows),
    )
    first = as_json.evaluation_json([other, replace(part, rows=part.rows[:1])])
    second = as_json.evaluation_json([part], before=first)
    panels = [row["panel"] for row in json.loads(second)["rows"]]
    assert panels == ["another"] * 8 + ["made-up"] * 8
    assert as_json.evaluation_json([part], before=second) == second


@pytest.mark.parametrize("before", ["{", "[]", '{"rows": []}', '{"panels": [1], "rows": []}'])
def test_a_file_that_is_not_ours_is_an_error_with_the_remedy(before):
    with pytest.raises(ReportError, match="write every panel again"):
        as_json.evaluation_json([as_json.part(made.panel())], before=before)
