"""A report on more theatres than can be read at once begins with the highest and likeliest."""

from dataclasses import replace

import pytest

from forecaster.domain.forecast import Cell, Forecast
from forecaster.reference.load import load_ladder
from forecaster.reporting import daily, render
from forecaster.reporting.document import MOST_ROWS, DailyReport
from tests import builders_report as made

PAIRS = 60
ON_USE_OF_FORCE = 3


@pytest.fixture(scope="module")
def report() -> DailyReport:
    """Sixty pairs; the last three have come to use of force, and later ones climb more easily."""
    ladder = load_ladder("state-pairs")
    base = made.forecast()
    cells: list[Cell] = []
    standings = []
    for i in range(PAIRS):
        high = i >= PAIRS - ON_USE_OF_FORCE
        rung, above = ("use-of-force", "war") if high else ("no-militarised-action", "threat")
        pair = "afg-pak" if i == PAIRS - 1 else f"u{i:02}-pak"
        standings.append(
            replace(
                base.standings[0], theatre=pair, domain="hostility", present_rung=rung,
                label="", measure=4.0 if high else 1.0,
            )
        )  # fmt: skip
        cells += [
            replace(
                base.cells[0], theatre=pair, domain="hostility", kind="reach", rung=above,
                horizon_steps=steps, probability=0.01 * (i + 1) / 2,
            )
            for steps in ladder.horizons
        ]  # fmt: skip
    run = replace(made.run(), ladder=ladder.id, ladder_version=ladder.version)
    forecast = Forecast(
        "persistence", "1", tuple(cells), tuple(standings), (), (), (), base.diagnostics
    )
    return daily.build(
        ladder, run, forecast, previous=None, statuses=(), prior_changes=(), rejects=(), feeds={},
        code_version="1", data_notice="",
    )  # fmt: skip


def test_the_highest_rung_and_the_likeliest_climb_come_first(report: DailyReport) -> None:
    assert len(report.rows) == PAIRS
    assert [row.rung.order for row in report.rows[: ON_USE_OF_FORCE + 1]] == [3, 3, 3, 0]
    climbs = [row.climb[0].probability for row in report.rows[ON_USE_OF_FORCE:]]
    assert climbs == sorted(climbs, reverse=True)
    assert (report.rows[0].theatre_name, report.rows[0].region_name) == (
        "Afghanistan – Pakistan",
        "Asia",
    )


def test_a_page_shows_some_rows_at_once_and_folds_the_rest(report: DailyReport) -> None:
    page = render.html(report)
    at_once, _, folded = page.partition("<details>")
    assert at_once.count('scope="row"') == MOST_ROWS
    assert f"{PAIRS - MOST_ROWS} more" in folded
    assert "u00-pak" in folded  # every pair is on the page and can be searched for


def test_a_terminal_shows_some_and_counts_the_rest(report: DailyReport) -> None:
    said = render.text(report)
    assert "Afghanistan – Pakistan" in said
    assert f"and {PAIRS - MOST_ROWS} more" in said
    assert "u00-pak" not in said


def test_a_program_gets_every_row(report: DailyReport) -> None:
    assert "u00-pak" in render.json(report)
    assert "u00-pak" in render.markdown(report)
