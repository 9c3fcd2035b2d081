"""What changed, laid over what was known, is what is known now: on columns and on databases."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from forecaster.domain.overlay import overlaid
from forecaster.domain.reading import Readings
from forecaster.errors import StoreError
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import Row, day, readings, rows_of

NAMES = ("a", "b", "c")
EVERYTHING = 0

rows = st.tuples(
    st.sampled_from(NAMES),
    st.integers(0, 3),
    st.integers(0, 6),
    st.sampled_from([1.0, 2.0, 3.0]),
    st.booleans(),
)
batches = st.lists(st.lists(rows, max_size=12), max_size=3)


def one_a_period(drawn: list[Row]) -> Readings:
    return readings(sorted({row[:2]: row for row in drawn}.values()))


@given(st.lists(rows, max_size=15), st.lists(rows, max_size=15))
@settings(max_examples=400, deadline=None)
def test_the_reading_recorded_last_holds_and_the_order_is_kept(before: list[Row], after: list[Row]):
    earlier, later = one_a_period(before), one_a_period(after)
    held = {row[:2]: row for row in rows_of(earlier)}
    for row in rows_of(later):
        if row[:2] not in held or row[2] >= held[row[:2]][2]:
            held[row[:2]] = row
    found = overlaid(earlier, later)
    assert rows_of(found) == [held[period] for period in sorted(held)]
    assert rows_of(earlier) == sorted({row[:2]: row for row in before}.values())


@given(batches, batches, st.integers(0, 7), st.integers(0, 7))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # emptied for every example
)
def test_what_changed_laid_over_an_earlier_read_is_a_read_of_all(
    engine: Engine, stored: list[list[Row]], stored_since: list[list[Row]], then: int, later: int
):
    then, now = sorted((then, then + later))
    with engine.begin() as connection:
        for table in ("readings", "batches", "series"):
            connection.execute(text(f"DELETE FROM {table}"))
    add(engine, stored, at=4)
    with UnitOfWork(engine, read_only=True) as work:
        batch = work.readings.newest_batch()
        earlier = work.readings.as_of(NAMES, day(then))
    add(engine, stored_since, at=5)
    with UnitOfWork(engine, read_only=True) as work:
        changed = work.readings.since(NAMES, day(then), day(now), after_batch=batch)
        told = overlaid(earlier, changed)
        expected = work.readings.as_of(NAMES, day(now))
        assert equal(told, expected)
        everything = work.readings.since(NAMES, day(-9), day(now), after_batch=EVERYTHING)
        assert equal(everything, expected)


def add(engine: Engine, drawn: list[list[Row]], *, at: int) -> None:
    for batch in drawn:
        with UnitOfWork(engine) as work:
            try:
                work.readings.add(readings(batch), at=day(at))
            except StoreError:  # a batch that contradicts itself or the store leaves nothing
                continue
            work.commit()


def equal(one: Readings, other: Readings) -> bool:
    columns = ("series", "observed_at", "recorded_at", "value", "estimated")
    same = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in columns)
    return same and one.source == other.source
