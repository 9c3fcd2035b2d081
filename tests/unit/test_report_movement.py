"""What the report tells as a movement: never one between two figures that print alike."""

from dataclasses import replace

import pytest

from forecaster.domain.forecast import Cell, Forecast
from tests import builders_report as made

STEPS = 4
NORTH_EAST = ("north-east", "kinetic", "reach", "offensive")
DONBAS = ("donbas", "kinetic", "fall", "offensive")
OFFENSIVE = "climbing to rung 5 within 4 weeks"


def with_chances(chances: dict[tuple[str, str, str, str], float]) -> Forecast:
    """Return the forecast with these four-week chances, and no noise in them."""

    def changed(cell: Cell) -> Cell:
        where = (cell.theatre, cell.domain, cell.kind, cell.rung)
        if where not in chances or cell.horizon_steps != STEPS:
            return cell
        return replace(cell, probability=chances[where], mc_se=0.0)

    forecast = made.forecast()
    assert {(c.theatre, c.domain, c.kind, c.rung) for c in forecast.cells} >= chances.keys()
    return replace(forecast, cells=tuple(changed(cell) for cell in forecast.cells))


def changes(before: dict, after: dict):
    report = made.report(
        forecast_=with_chances(after), previous=(made.previous_run(), with_chances(before))
    )
    assert report.changes.summary in report.bottom_line
    return report.changes


def test_the_largest_movement_is_told_with_both_figures():
    found = changes({NORTH_EAST: 0.040}, {NORTH_EAST: 0.047})
    assert f"the chance of {OFFENSIVE} rose from 4 % to 5 %" in found.summary
    assert [line.sentence for line in found.lines] == [f"{OFFENSIVE}: 4 % → 5 % (+0.7 points)"]


@pytest.mark.parametrize(
    ("before", "after"),
    [(0.0442, 0.0358), (0.9642, 0.9558), (0.00041, 0.00099), (0.5551, 0.5649)],
)
def test_two_figures_that_print_alike_are_no_movement(before, after):
    found = changes({NORTH_EAST: before}, {NORTH_EAST: after})
    assert found.lines == ()
    assert found.summary == (
        "Nothing has moved by as much as the printed figures show since the run of 29 June 2025."
    )
    assert found.told == 1  # a number did move: it is shown in points, and not told in words


def test_a_smaller_movement_that_prints_is_told_before_a_larger_one_that_does_not():
    found = changes({NORTH_EAST: 0.5551, DONBAS: 0.0447}, {NORTH_EAST: 0.5649, DONBAS: 0.0453})
    assert "in Donbas" in found.summary
    assert "rose from 4 % to 5 %" in found.summary
    assert [line.theatre_name for line in found.lines] == ["Donbas"]


def test_nothing_but_noise_is_said_to_be_noise():
    found = changes({}, {})
    assert found.summary == (
        "Nothing has moved beyond the noise of simulation since the run of 29 June 2025."
    )
