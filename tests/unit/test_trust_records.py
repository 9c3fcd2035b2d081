"""Records of the trust benchmarks: nothing finished is lost, and a section replaces only itself."""

from benchmarks.pages import markdown_table, write_section
from benchmarks.rank_store import append, finished
from models.calibration import Ranked


def ranked(number):
    return Ranked(number, {"level": 3, "log_likelihood": 7}, 1.01, 120.0, 0)


def test_a_line_cut_short_costs_only_its_own_simulation(tmp_path):
    path = tmp_path / "trust" / "sbc.jsonl"
    append(path, "design", ranked(0))
    append(path, "design", ranked(1))
    path.write_text(path.read_text()[:-20])  # killed while writing
    append(path, "design", ranked(2))
    assert finished(path, "design") == {0: ranked(0), 2: ranked(2)}


def test_simulations_of_another_design_do_not_count(tmp_path):
    append(tmp_path / "sbc.jsonl", "before", ranked(0))
    assert finished(tmp_path / "sbc.jsonl", "after") == {}
    assert finished(tmp_path / "none.jsonl", "after") == {}


def test_a_section_replaces_itself_and_keeps_the_others(tmp_path):
    page = tmp_path / "trust.md"
    write_section("b", "## B\n\nold", page=page)
    write_section("a", "## A\n\n" + markdown_table(("x", "y"), [(1, 2)]), page=page)
    write_section("b", "## B\n\nnew", page=page)
    text = page.read_text()
    assert text.count("## B") == 1
    assert "old" not in text
    assert text.index("## A") < text.index("new")
    assert "| 1 | 2 |" in text
