"""The five rules that say when a reading is new."""

import numpy as np
import pytest

from forecaster.errors import StoreError
from forecaster.store.columns import Columns, empty, from_readings, to_readings
from forecaster.store.merge import last_known, new_rows
from tests.builders_store import Row, day, readings, rows_of

NOW = 100
KEYS = {"a": 1, "b": 2}


def columns(*rows: Row) -> Columns:
    return from_readings(readings(rows), KEYS)


def new(stored: Columns, batch: Columns) -> list[Row]:
    at = np.datetime64(day(NOW).replace(tzinfo=None), "us")
    names = {key: name for name, key in KEYS.items()}
    return rows_of(to_readings(new_rows(stored, batch, at=at), source="viina", names=names))


def test_into_nothing_everything_goes_in_order():
    batch = columns(("b", 1, 2, 5.0, False), ("a", 2, 3, 4.0, True), ("a", 1, 2, 3.0, True))
    assert new(empty(), batch) == [
        ("a", 1, 2, 3.0, True),
        ("a", 2, 3, 4.0, True),
        ("b", 1, 2, 5.0, False),
    ]


def test_a_row_twice_is_one_row():
    batch = columns(("a", 1, 2, 3.0, True), ("a", 1, 2, 3.0, True))
    assert new(empty(), batch) == [("a", 1, 2, 3.0, True)]


def test_vintages_of_one_batch_are_kept_and_repeated_values_dropped():
    vintages = [("a", 1, 2, 3.0), ("a", 1, 3, 3.0), ("a", 1, 4, 5.0), ("a", 1, 5, 3.0)]
    found = new(empty(), columns(*((*row, False) for row in vintages)))
    assert [row[2:4] for row in found] == [(2, 3.0), (4, 5.0), (5, 3.0)]


def test_an_identical_row_adds_nothing_even_after_a_revision():
    stored = columns(("a", 1, 2, 3.0, False), ("a", 1, 9, 4.0, False))
    assert new(stored, columns(("a", 1, 2, 3.0, False))) == []


def test_the_same_value_said_later_adds_nothing():
    stored = columns(("a", 1, 2, 3.0, True))
    assert new(stored, columns(("a", 1, 50, 3.0, False))) == []


def test_an_estimate_does_not_date_back_what_was_noted_later():
    stored = columns(("a", 1, 9, 3.0, False))
    assert new(stored, columns(("a", 1, 2, 3.0, True))) == []


def test_a_noted_earlier_time_does():
    stored = columns(("a", 1, 9, 3.0, False))
    assert new(stored, columns(("a", 1, 2, 3.0, False))) == [("a", 1, 2, 3.0, False)]


def test_a_changed_value_is_a_revision():
    stored = columns(("a", 1, 2, 3.0, True))
    assert new(stored, columns(("a", 1, 5, 4.0, False))) == [("a", 1, 5, 4.0, False)]


def test_a_revision_with_only_an_estimated_time_is_known_from_now_on():
    stored = columns(("a", 1, 2, 3.0, True))
    assert new(stored, columns(("a", 1, 2, 4.0, True))) == [("a", 1, NOW, 4.0, False)]


def test_a_rewritten_past_does_not_hide_what_the_batch_says_later():
    stored = columns(("a", 1, 2, 3.0, True), ("a", 1, 4, 5.0, False))
    assert new(stored, columns(("a", 1, 2, 9.0, True), ("a", 1, 4, 5.0, False))) == []


def test_two_values_noted_at_one_moment_are_refused():
    stored = columns(("a", 1, 2, 3.0, False))
    with pytest.raises(StoreError, match=r"two values, 4.0 and 3.0"):
        new(stored, columns(("a", 1, 2, 4.0, False)))


@pytest.mark.parametrize("estimated", [True, False])
def test_two_values_at_one_moment_within_a_batch_are_refused(estimated: bool):
    with pytest.raises(StoreError, match="two values"):
        new(empty(), columns(("a", 1, 2, 3.0, estimated), ("a", 1, 2, 4.0, estimated)))


def test_the_last_value_known_is_the_one_recorded_last():
    found = last_known(columns(("a", 1, 9, 4.0, False), ("a", 1, 2, 3.0, True)))
    assert found.value.tolist() == [4.0]
