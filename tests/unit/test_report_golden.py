"""Markdown, JSON and terminal text of a small report, held letter by letter.

After a wanted change, write the files again with `UPDATE_GOLDEN=1` and read the difference.
"""

import json
import os
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from forecaster.reporting import render
from forecaster.reporting.json_keys import KEYS
from forecaster.reporting.render_json import SCHEMA
from tests import builders_report as made

GOLDEN = Path(__file__).parent.parent / "golden"
PLACES = tuple(p for p in made.PLACES if p.id in ("north-east", "south", "baltic"))


def small_report():
    forecast = made.forecast(places=PLACES)
    short = tuple(replace(s, history=s.history[-3:]) for s in forecast.standings)
    fans = tuple(replace(f, values=f.values[:2]) for f in forecast.fans)
    return made.report(
        forecast_=replace(forecast, standings=short, fans=fans),
        ladder_=made.ladder(places=PLACES),
        previous=(made.previous_run(), made.previous_forecast(places=PLACES)),
        record=made.track_record(),
    )


def rounded(text):
    """The last digits of a made-up matrix power differ between machines."""
    return json.dumps(
        json.loads(text, parse_float=lambda number: round(float(number), 9)),
        indent=2,
        ensure_ascii=False,
    ) + "\n"  # fmt: skip


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("daily.md", render.markdown),
        ("daily.txt", render.text),
        ("daily.json", lambda report: rounded(render.json(report))),
    ],
)
def test_the_rendering_is_the_one_agreed(name, write):
    path, text = GOLDEN / name, write(small_report())
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_json_names_its_schema_and_is_strict():
    found = json.loads(render.json(small_report()), parse_constant=lambda c: pytest.fail(c))
    assert found["schema"] == SCHEMA == "daily-report/1"


def walk(value):
    """Every dataclass in the report, as what is written out."""
    if is_dataclass(value):
        yield type(value)
        for field in fields(value):
            yield from walk(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from walk(item)


def test_every_key_is_documented_and_nothing_else():
    assert set(walk(small_report())) == set(KEYS)
    for kind, keys in KEYS.items():
        assert [field.name for field in fields(kind)] == list(keys)
        assert all(meaning.endswith(".") for meaning in keys.values())


def test_no_line_of_the_terminal_text_is_wider_than_asked():
    for width in (80, 100, 112, 140):
        assert max(map(len, render.text(small_report(), width=width).splitlines())) <= width


def test_a_narrow_terminal_loses_no_number():
    narrow = render.text(small_report(), width=80)
    for row in small_report().rows:
        for outlook in row.climb:
            assert outlook.number.removesuffix(" %").replace("below ", "<") in narrow


def test_the_terminal_text_has_colour_only_when_asked():
    assert "\x1b" not in render.text(small_report())
    assert "\x1b[" in render.text(small_report(), colour=True)


def test_the_terminal_text_does_not_obey_names():
    book = made.ladder("\x1b[2J[red]Ladder[/red]", places=PLACES)
    report = replace(small_report(), head=replace(small_report().head, ladder_name=book.name))
    first = render.text(report).splitlines()[0]
    assert "\x1b" not in first
    assert "[red]Ladder[/red]" in first


def test_markdown_tables_survive_a_pipe_in_a_name():
    report = small_report()
    rows = tuple(replace(row, theatre_name="A|B") for row in report.rows)
    lines = render.markdown(replace(report, rows=rows)).splitlines()
    table = [line for line in lines if "A\\|B" in line]
    assert len(table) == len(rows)
    plain = [line.replace("\\|", "") for line in table]
    assert {line.count("|") for line in plain} == {10}
