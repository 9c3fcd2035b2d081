"""Levels observed directly: the highest of a month, quiet between events, unseen beyond them."""

from datetime import UTC, datetime

import numpy as np
import pytest

from forecaster.domain.ladder import Panel
from models.inputs import Inputs, build_inputs
from models.inputs.measure_panel import MeasurePanel
from models.inputs.outcomes import resolved
from tests.builders_panels import level_ladder, level_readings, open_inputs

EVENTS = {
    "afg-pak": [("1950-01", 4), ("1951-03", 3), ("1951-03", 5), ("1952-12", 2)],
    "ind-pak": [("1947-10", 5), ("1952-11", 2)],
}


def at(inputs: Inputs, month: str) -> int:
    return int(inputs.calendar.step_of(np.array([f"{month}-15"], dtype="datetime64[D]"))[0])


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    """As of 31 January 1953, with a risk window of two years and a lag of thirty days."""
    return open_inputs(EVENTS, as_of="1953-01-31", window=2)


def column(panel: MeasurePanel, id: str) -> tuple[np.ndarray, np.ndarray]:
    k = panel.theatres.index(id)
    return panel.measure[:, k], panel.exposure[:, k]


def test_the_highest_level_of_a_month_counts(inputs: Inputs) -> None:
    level, _ = column(inputs.measures, "afg-pak")
    assert level[at(inputs, "1951-03")] == 5.0


def test_a_month_without_event_is_quiet_while_at_risk(inputs: Inputs) -> None:
    level, exposure = column(inputs.measures, "afg-pak")
    months = slice(at(inputs, "1950-02"), at(inputs, "1951-03"))
    assert set(level[months]) == {1.0}
    assert set(exposure[months]) == {1.0}


def test_a_pair_is_unseen_before_its_first_event_and_outside_its_window(inputs: Inputs) -> None:
    level, exposure = column(inputs.measures, "ind-pak")
    assert exposure[at(inputs, "1947-09")] == 0.0
    assert exposure[at(inputs, "1949-09")] == 1.0  # the last month of the window
    assert exposure[at(inputs, "1949-10")] == 0.0
    assert np.isnan(level[at(inputs, "1952-10")])
    assert level[at(inputs, "1952-11")] == 2.0


def test_nothing_is_seen_after_the_last_month_reported_on(inputs: Inputs) -> None:
    panel = inputs.measures
    assert panel.first_open_step == at(inputs, "1953-01")
    assert not panel.exposure[panel.first_open_step :].any()
    earlier = open_inputs(EVENTS, as_of="1953-01-30", window=2)  # December is not known yet
    assert earlier.measures.first_open_step == at(earlier, "1952-12")


def test_the_present_rung_is_that_of_the_last_month_seen(inputs: Inputs) -> None:
    panel = inputs.measures
    present = {id: panel.present_rung(k) for k, id in enumerate(panel.theatres)}
    assert present == {"afg-pak": 1, "ind-pak": 0}
    assert panel.rung_of(np.array([1.0, 2.0, 3.0, 4.0, 5.0])).tolist() == [0, 1, 2, 3, 4]


def test_each_rung_has_the_level_that_stands_for_it(inputs: Inputs) -> None:
    assert inputs.measures.is_level
    assert inputs.measures.middles.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_what_happened_is_known_outside_the_window_too(inputs: Inputs) -> None:
    rung, measure = resolved(inputs)
    k = inputs.measures.theatres.index("ind-pak")
    assert rung[at(inputs, "1949-10"), k] == 0  # a forecast made while at risk is scored
    assert measure[at(inputs, "1949-10"), k] == 1.0
    assert rung[at(inputs, "1947-10"), k] == 4
    assert rung[at(inputs, "1947-09"), k] == -1
    assert np.isnan(measure[at(inputs, "1953-01"), k])


def test_without_a_panel_only_months_with_a_reading_are_seen() -> None:
    ladder = level_ladder(panel=None, units=("afg-pak",))
    as_of = datetime(1953, 1, 31, 23, 59, tzinfo=UTC)
    found = build_inputs(ladder, readings=level_readings(EVENTS), judgements=(), as_of=as_of)
    assert found.measures.exposure.sum() == 3  # months with a reading


def test_a_ladder_of_which_nothing_is_known_has_no_column() -> None:
    empty = level_readings({})
    ladder = level_ladder(panel=Panel("events", "pair", "world", 2), units=())
    as_of = datetime(1953, 1, 31, tzinfo=UTC)
    found = build_inputs(ladder, readings=empty, judgements=(), as_of=as_of)
    assert found.measures.count.shape[1] == 0


def test_later_readings_change_nothing_that_was_opened_before() -> None:
    early = open_inputs(EVENTS, as_of="1951-12-31", window=2)
    cut = {id: [e for e in found if e[0] < "1951-11"] for id, found in EVENTS.items()}
    alone = open_inputs(cut, as_of="1951-12-31", window=2)
    assert early.measures.theatres == alone.measures.theatres
    np.testing.assert_array_equal(early.measures.measure, alone.measures.measure)


def test_hundreds_of_pairs_over_a_lifetime_are_quick() -> None:
    import time

    rng = np.random.default_rng(1)
    months = np.arange("1946-01", "2015-01", dtype="datetime64[M]").astype(str)
    events = {
        f"p{i}-q": [(m, int(rng.integers(2, 6))) for m in sorted(rng.choice(months, 12))]
        for i in range(300)
    }
    began = time.perf_counter()
    found = open_inputs(events, as_of="2015-01-31", window=20)
    assert time.perf_counter() - began < 2.0  # far below a second where nothing else runs
    assert found.measures.count.shape == (829, len(found.measures.theatres))
