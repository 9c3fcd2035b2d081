"""Readings in a database: append-only, idempotent, and as they were known."""

from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import Engine, text

from forecaster.errors import StoreError
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import Row, day, readings, rows_of

VINTAGES: list[Row] = [
    ("losses.tank", 0, 1, 10.0, False),
    ("losses.tank", 0, 5, 12.0, False),
    ("losses.tank", 1, 2, 20.0, False),
    ("losses.ship", 0, 1, 1.0, True),
]


@pytest.fixture
def uow(engine: Engine) -> Iterator[UnitOfWork]:
    with UnitOfWork(engine) as uow:
        yield uow


def add(uow: UnitOfWork, rows: list[Row], *, source: str = "viina") -> int:
    return uow.readings.add(readings(rows, source=source), at=day(50))


def test_what_goes_in_comes_out_sorted_by_name_and_time(uow: UnitOfWork):
    assert add(uow, VINTAGES) == 4
    found = uow.readings.as_of(["losses.tank", "losses.ship", "unknown"], day(9))
    assert rows_of(found) == [
        ("losses.ship", 0, 1, 1.0, True),
        ("losses.tank", 0, 5, 12.0, False),
        ("losses.tank", 1, 2, 20.0, False),
    ]
    assert found.source == "viina"


def test_nothing_recorded_later_is_known(uow: UnitOfWork):
    add(uow, VINTAGES)
    found = uow.readings.as_of(["losses.tank"], day(4.999))
    assert rows_of(found) == [
        ("losses.tank", 0, 1, 10.0, False),
        ("losses.tank", 1, 2, 20.0, False),
    ]
    assert len(uow.readings.as_of(["losses.tank"], day(0.5))) == 0


def test_since_leaves_earlier_periods_out(uow: UnitOfWork):
    add(uow, VINTAGES)
    found = uow.readings.as_of(["losses.tank"], day(9), since=day(1))
    assert [row[1] for row in rows_of(found)] == [1]


def test_a_microsecond_and_a_last_digit_survive(uow: UnitOfWork):
    batch = readings([("a", 0, 1, 0.1 + 0.2, False)])
    batch.recorded_at[0] += np.timedelta64(1, "us")
    uow.readings.add(batch)
    found = uow.readings.as_of(["a"], day(2))
    assert found.value[0] == 0.1 + 0.2
    assert found.recorded_at[0] == batch.recorded_at[0]
    assert len(uow.readings.as_of(["a"], day(1))) == 0


def test_the_same_batch_again_adds_nothing(uow: UnitOfWork):
    add(uow, VINTAGES)
    assert add(uow, VINTAGES) == 0
    assert uow.readings.count() == 4


def test_the_same_rows_in_another_order_and_twice_add_nothing(uow: UnitOfWork):
    add(uow, VINTAGES)
    assert add(uow, VINTAGES[::-1] + VINTAGES) == 0
    assert uow.readings.count() == 4


def test_out_of_order_rows_are_stored_as_ordered_ones(uow: UnitOfWork):
    assert add(uow, VINTAGES[::-1]) == 4
    assert uow.readings.as_of(["losses.tank"], day(9)).value.tolist() == [12.0, 20.0]


def test_a_batch_that_differs_a_little_adds_only_that(uow: UnitOfWork):
    add(uow, VINTAGES)
    assert add(uow, [*VINTAGES, ("losses.tank", 2, 3, 30.0, False)]) == 1


def test_a_refused_batch_leaves_what_was_stored(engine: Engine):
    with UnitOfWork(engine) as uow:
        add(uow, VINTAGES)
        uow.commit()
    with UnitOfWork(engine) as uow, pytest.raises(StoreError, match="two values"):
        add(uow, [("losses.tank", 0, 1, 11.0, False), ("new", 0, 1, 1.0, False)])
    with UnitOfWork(engine, read_only=True) as uow:
        assert uow.readings.count() == 4
        assert uow.readings.series() == ("losses.ship", "losses.tank")


def test_what_is_not_a_number_is_refused(uow: UnitOfWork):
    with pytest.raises(StoreError, match="finite"):
        add(uow, [("a", 0, 1, float("nan"), False)])


def test_a_series_belongs_to_one_source(uow: UnitOfWork):
    add(uow, VINTAGES)
    with pytest.raises(StoreError, match="belongs to source viina, not other"):
        add(uow, VINTAGES, source="other")


def test_series_of_several_sources_are_read_together(uow: UnitOfWork):
    add(uow, VINTAGES)
    add(uow, [("price.brent", 0, 1, 80.0, True)], source="eia_prices")
    found = uow.readings.as_of(["price.brent", "losses.ship"], day(9))
    assert (found.source, found.value.tolist()) == ("", [1.0, 80.0])
    assert uow.readings.sources() == ("eia_prices", "viina")
    assert uow.readings.series("eia_prices") == ("price.brent",)
    assert uow.readings.count("eia_prices") == 1


def test_last_observed_knows_only_what_was_known(uow: UnitOfWork):
    add(uow, VINTAGES)
    assert uow.readings.last_observed("viina", day(9)) == day(1)
    assert uow.readings.last_observed("viina", day(1)) == day(0)
    assert uow.readings.last_observed("viina", day(0)) is None
    assert uow.readings.last_observed("nobody", day(9)) is None


def test_an_empty_batch_and_an_empty_store(uow: UnitOfWork):
    assert add(uow, []) == 0
    assert len(uow.readings.as_of([], day(9))) == 0
    assert (uow.readings.count(), uow.readings.sources()) == (0, ())


def test_every_row_names_its_batch_by_digest(engine: Engine):
    with UnitOfWork(engine) as uow:
        add(uow, VINTAGES)
        add(uow, [*VINTAGES, ("losses.tank", 2, 3, 30.0, False)])
        uow.commit()
    with engine.connect() as connection:
        asked = "SELECT source, series, digest FROM readings_named ORDER BY observed_at"
        rows = connection.execute(text(asked)).all()
    assert {row.source for row in rows} == {"viina"}
    assert len({row.digest for row in rows}) == 2
    assert rows[-1].digest not in {row.digest for row in rows[:-1]}


def test_what_changed_is_what_was_recorded_or_stored_since(uow: UnitOfWork):
    assert uow.readings.newest_batch() == 0
    add(uow, VINTAGES)
    batch = uow.readings.newest_batch()
    changed = uow.readings.since(["losses.tank"], day(1), day(5), after_batch=batch)
    assert rows_of(changed) == [
        ("losses.tank", 0, 5, 12.0, False),
        ("losses.tank", 1, 2, 20.0, False),
    ]
    assert len(uow.readings.since(["losses.tank"], day(5), day(9), after_batch=batch)) == 0
    add(uow, [("losses.tank", 2, 3, 30.0, True)])  # stored now, said to be known since day 3
    late = uow.readings.since(["losses.tank"], day(5), day(9), after_batch=batch)
    assert rows_of(late) == [("losses.tank", 2, 3, 30.0, True)]
    assert late.source == "viina"


def test_what_changed_is_not_asked_backwards(uow: UnitOfWork):
    with pytest.raises(ValueError, match="before the earlier read"):
        uow.readings.since(["a"], day(2), day(1), after_batch=0)


def test_times_without_a_zone_are_refused(uow: UnitOfWork):
    with pytest.raises(ValueError, match="as_of has no time zone"):
        uow.readings.as_of(["a"], day(1).replace(tzinfo=None))
