"""Records of the performance benchmarks: a topic replaces only itself, and a bar has a side."""

import json
import math

from benchmarks.bars import Bar, record, spread_of


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
