from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from jobs.job import ByHand, Cadence, Cron
from jobs.slots import due_slots, next_slot

DAILY = Cron("0 {hour} * * *")


def at(day: int, hour: int = 6, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=UTC)


def test_a_cron_slot_is_due_from_its_minute_on():
    before = due_slots(DAILY, after=at(1), until=at(2, 5, 59), hour=6, limit=9)
    on_time = due_slots(DAILY, after=at(1), until=at(2), hour=6, limit=9)
    assert before == ()
    assert on_time == (at(2),)


def test_days_missed_are_caught_up_oldest_first():
    assert due_slots(DAILY, after=at(1), until=at(4, 12), hour=6, limit=9) == (at(2), at(3), at(4))


def test_catching_up_keeps_the_newest_slots_alone():
    assert due_slots(DAILY, after=at(1), until=at(20, 12), hour=6, limit=2) == (at(19), at(20))


def test_the_daily_hour_is_the_operators():
    assert next_slot(DAILY, after=at(1), hour=17) == at(1, 17)


def test_a_job_started_by_hand_is_never_due():
    assert next_slot(ByHand(), after=at(1), hour=6) is None
    assert due_slots(ByHand(), after=at(1), until=at(30), hour=6, limit=9) == ()


@pytest.mark.parametrize("cadence", [0.25, 1, 7, 30, 90])
def test_a_cadence_is_kept_whenever_one_looks(cadence):
    days = max(1, round(cadence))
    slots = due_slots(
        Cadence(), after=at(1), until=at(1) + timedelta(days=400), hour=6, cadence_days=cadence,
        limit=9_999,
    )  # fmt: skip
    assert {b - a for a, b in pairwise(slots)} == {timedelta(days=days)}
    later = due_slots(
        Cadence(), after=at(1, 9), until=at(1) + timedelta(days=400), hour=6, cadence_days=cadence,
        limit=9_999,
    )  # fmt: skip
    assert set(later) <= set(slots)


def test_readings_are_due_before_the_ladders_made_of_them():
    assert next_slot(Cadence(), after=at(1, 0), hour=6) == at(1, 5)
    assert next_slot(Cadence(), after=at(1, 0), hour=0) == at(1, 23)


def test_a_slot_is_never_its_own_successor():
    for schedule in (DAILY, Cadence()):
        first = next_slot(schedule, after=at(1), hour=6)
        assert first is not None
        second = next_slot(schedule, after=first, hour=6)
        assert second is not None
        assert second > first
