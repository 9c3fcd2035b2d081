"""Readings kept between runs of a process are what reading all of them anew would give."""

import numpy as np
import pytest
from sqlalchemy import Engine, text

from forecaster.domain.reading import Readings
from forecaster.store.unit_of_work import UnitOfWork
from jobs.recent_readings import recent_readings
from tests.builders_store import day, readings

SERIES = ("events.north", "events.south")


@pytest.fixture
def filled(engine: Engine) -> Engine:
    store(engine, [(s, t, t + 1.0, 5.0, False) for s in SERIES for t in range(20)])
    return engine


def store(engine: Engine, rows: list[tuple[str, int, float, float, bool]]) -> None:
    with UnitOfWork(engine) as work:
        work.readings.add(readings(rows))
        work.commit()


def same_as_read_anew(engine: Engine, number: float) -> Readings:
    with UnitOfWork(engine, read_only=True) as work:
        found = recent_readings(work, SERIES, day(number))
        expected = work.readings.as_of(SERIES, day(number))
    assert found.source == expected.source
    for name in ("series", "observed_at", "recorded_at", "value", "estimated"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    return found


def test_days_that_follow_each_other_see_what_came_between(filled: Engine) -> None:
    assert len(same_as_read_anew(filled, 10.0)) == 20
    assert len(same_as_read_anew(filled, 15.0)) == 30
    store(filled, [(SERIES[0], 3, 16.5, 9.0, False), (SERIES[1], 25, 26.0, 7.0, False)])
    assert 9.0 in same_as_read_anew(filled, 17.0).value
    assert 7.0 in same_as_read_anew(filled, 26.0).value


def test_what_was_stored_late_and_known_early_is_seen(filled: Engine) -> None:
    same_as_read_anew(filled, 15.0)
    store(filled, [(SERIES[0], -5, -4.0, 3.0, False)])
    assert 3.0 in same_as_read_anew(filled, 15.0).value


def test_an_earlier_day_is_not_told_of_a_later_one(filled: Engine) -> None:
    same_as_read_anew(filled, 18.0)
    assert len(same_as_read_anew(filled, 6.0)) == 12
    same_as_read_anew(filled, 19.0)


def test_a_database_that_lost_what_was_read_is_read_whole(filled: Engine) -> None:
    same_as_read_anew(filled, 15.0)
    with filled.begin() as connection:  # as after the restoring of an older backup
        connection.execute(text("DELETE FROM readings"))
        connection.execute(text("DELETE FROM batches"))
    store(filled, [(SERIES[0], 1, 2.0, 1.0, False)])
    assert same_as_read_anew(filled, 16.0).value.tolist() == [1.0]
