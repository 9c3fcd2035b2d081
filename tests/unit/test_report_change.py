"""What counts as a movement, and what changed besides the data."""

from dataclasses import replace

import pytest

from forecaster.reporting.change import compare
from tests import builders_report as made


def previous():
    return made.previous_run(), made.previous_forecast()


def changes(run=None, before=None, priors=()):
    return compare(run or made.run(), made.forecast(), before or previous(), priors)


def test_the_first_run_is_compared_with_nothing():
    found = compare(made.run(), made.forecast(), None, ())
    assert found.since is None
    assert found.moves == found.rungs == found.besides == ()


def test_movements_beyond_noise_are_told_largest_first():
    told = [move for move in changes().moves if move.told]
    assert {move.theatre for move in told} == {"north-east", "south"}
    assert [abs(m.delta) for m in told] == sorted((abs(m.delta) for m in told), reverse=True)


def test_nothing_inside_the_noise_is_told():
    run, forecast = previous()
    louder = replace(forecast, cells=tuple(replace(c, mc_se=0.6) for c in forecast.cells))
    assert not any(move.told for move in changes(before=(run, louder)).moves)


@pytest.mark.parametrize(("delta", "told"), [(0.0279, False), (0.0295, True)])
def test_the_floor_is_two_standard_errors_of_the_difference(delta, told):
    cell = replace(made.forecast().cells[0], probability=0.3, mc_se=0.01)
    before = replace(made.forecast(), cells=(replace(cell, probability=0.3 - delta),))
    found = compare(made.run(), replace(before, cells=(cell,)), (made.previous_run(), before), ())
    assert [move.told for move in found.moves] == [told]


def test_a_change_that_would_print_as_nothing_is_not_told():
    cell = replace(made.forecast().cells[0], probability=0.3, mc_se=0.0)
    before = replace(made.forecast(), cells=(replace(cell, probability=0.3001),))
    found = compare(made.run(), replace(before, cells=(cell,)), (made.previous_run(), before), ())
    assert not found.moves[0].told


def test_a_new_present_rung_is_named_and_its_fall_not_compared():
    found = changes()
    assert [(r.theatre, r.before, r.after) for r in found.rungs] == [
        ("south", "sustained-fires", "major-operations")
    ]
    assert not [m for m in found.moves if m.kind == "fall" and m.theatre == "south"
                and m.domain == "kinetic"]  # fmt: skip


def test_versions_of_a_ladder_are_never_compared():
    run, forecast = previous()
    found = changes(before=(replace(run, ladder_version="0"), forecast))
    assert not found.comparable
    assert found.moves == ()
    assert "from version 0 to 1" in found.besides[0]


def test_prior_edits_are_told_with_author_and_reason():
    (said,) = changes(priors=made.prior_changes()).besides
    assert said.startswith("A. Marsh set the prior rate-attack-on-allies to log-normal")
    assert said.endswith("two airspace violations in one month.")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"code_version": "0.2.0"}, "The code went from 0.1.0 to 0.2.0."),
        ({"family": "local_level"}, "The model went from latent_tension 1 to local_level 1."),
        ({"prior_set": "set-2"}, "The prior set went from set-5b1e07 to set-2."),
        ({"ladder_digest": "other"}, "The text of the ladder file changed"),
        ({"data_digest": "data-20250629"}, "No reading was new since then."),
    ],
)
def test_what_changed_besides_the_readings(changed, said):
    (found,) = changes(run=replace(made.run(), **changed)).besides
    assert found.startswith(said)
