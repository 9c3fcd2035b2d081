"""Records of the performance benchmarks: a topic replaces only itself, and a bar has a side."""

import importlib.util
import json
import math

from benchmarks import __main__ as everything
from benchmarks.__main__ import BENCHMARKS
from benchmarks.bars import Bar, read_bars, record, show_all, spread_of


def bar(name, value, *, target=1.0, sense="at most"):
    return Bar(name, value, target, "s", sense, "once")


def test_a_bar_is_met_on_its_own_side_of_the_target_and_never_by_what_is_no_number():
    assert bar("quick", 0.9).passes
    assert not bar("slow", 1.1).passes
    assert bar("many", 1.1, sense="at least").passes
    assert not bar("few", 0.9, sense="at least").passes
    assert not bar("unknown", math.nan).passes
    assert not bar("unknown", math.nan, sense="at least").passes


def test_a_topic_replaces_its_own_bars_and_keeps_the_others(tmp_path):
    record("update", [bar("old", 3.0), bar("older", 3.0)], command="make bench", docs=tmp_path)
    record("fits", [bar("other", 2.0)], command="make bench", docs=tmp_path)
    record("update", [bar("new", 0.5)], command="make bench", docs=tmp_path, body="A caution.")
    rows = json.loads((tmp_path / "performance.json").read_text())["bars"]
    assert [(r["topic"], r["bar"], r["passes"]) for r in rows] == [
        ("fits", "other", False),
        ("update", "new", True),
    ]
    page = (tmp_path / "performance.md").read_text()
    assert page.count("## Update") == 1
    assert "older" not in page
    assert "A caution." in page
    assert "**no**" in page


def test_spread_names_the_number_of_runs_and_their_extremes():
    assert spread_of([2.0, 1.0, 4.0]) == "median of 3, 0.50 to 2.00×"


def test_all_bars_are_shown_in_one_table_and_those_missed_are_counted(tmp_path, capsys):
    record("update", [bar("new", 0.5), bar("slow", 3.0)], command="make bench", docs=tmp_path)
    record("fits", [bar("unknown", math.nan)], command="make bench", docs=tmp_path)
    found = read_bars(tmp_path)
    assert found[1:] == [("update", bar("new", 0.5)), ("update", bar("slow", 3.0))]
    assert show_all(found, stale=["fits"]) == 2
    said = capsys.readouterr().out
    assert "3 bars, 2 missed" in said
    assert "fits (older)" in said


def test_nothing_recorded_is_no_bar(tmp_path):
    assert read_bars(tmp_path) == []


def test_every_benchmark_of_the_table_can_be_started_and_has_its_topic_once():
    assert all(importlib.util.find_spec(module) for _, module in BENCHMARKS)
    assert len({topic for topic, _ in BENCHMARKS}) == len(BENCHMARKS)


def test_a_benchmark_that_fails_is_named_and_the_others_go_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["benchmarks"])
    monkeypatch.setattr(everything, "BENCHMARKS", (("broken", "no.such"), ("quiet", "this")))
    monkeypatch.setattr(everything, "read_bars", lambda: [("broken", bar("old", 0.5))])
    assert everything.main() == 1
    said = capsys.readouterr().out
    assert "python -m this" in said
    assert "broken: its benchmark failed" in said
    assert "quiet: its" not in said
