from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from jobs.job import ByHand, Cadence, Cron, OnNews
from jobs.slots import Calendar, due_slots, next_slot

DAILY = Cron("0 {hour} * * *")
SIX = Calendar(6, ZoneInfo("UTC"))
BERLIN = ZoneInfo("Europe/Berlin")
CHANGES = (datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 10, 26, tzinfo=UTC))


def at(day: int, hour: int = 6, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=UTC)


def test_a_cron_slot_is_due_from_its_minute_on():
    before = due_slots(DAILY, SIX, after=at(1), until=at(2, 5, 59))
    on_time = due_slots(DAILY, SIX, after=at(1), until=at(2))
    assert before == ()
    assert on_time == (at(2),)


def test_days_missed_are_caught_up_oldest_first():
    assert due_slots(DAILY, SIX, after=at(1), until=at(4, 12)) == (at(2), at(3), at(4))


def test_the_daily_hour_is_the_operators():
    assert next_slot(DAILY, Calendar(17, ZoneInfo("UTC")), after=at(1)) == at(1, 17)


def test_a_job_started_by_hand_is_never_due():
    assert next_slot(ByHand(), SIX, after=at(1)) is None
    assert due_slots(ByHand(), SIX, after=at(1), until=at(30)) == ()


@pytest.mark.parametrize("cadence", [0.25, 1, 7, 30, 90])
def test_a_cadence_is_kept_whenever_one_looks(cadence):
    days = max(1, round(cadence))
    slots = due_slots(
        Cadence(), SIX, after=at(1), until=at(1) + timedelta(days=400), cadence_days=cadence,
    )  # fmt: skip
    assert {b - a for a, b in pairwise(slots)} == {timedelta(days=days)}
    later = due_slots(
        Cadence(), SIX, after=at(1, 9), until=at(1) + timedelta(days=400), cadence_days=cadence,
    )  # fmt: skip
    assert set(later) <= set(slots)


def test_readings_are_due_before_the_ladders_made_of_them():
    assert next_slot(Cadence(), SIX, after=at(1, 0)) == at(1, 5)
    assert next_slot(Cadence(), Calendar(0, ZoneInfo("UTC")), after=at(1, 0)) == at(1, 23)


def test_a_slot_is_never_its_own_successor():
    for schedule in (DAILY, Cadence()):
        first = next_slot(schedule, SIX, after=at(1))
        assert first is not None
        second = next_slot(schedule, SIX, after=first)
        assert second is not None
        assert second > first


def test_a_job_may_be_due_some_time_before_the_cycle():
    early = Cron("0 {hour} * * 1", lead=timedelta(minutes=30))
    monday = at(3, 5, 30)
    assert next_slot(early, SIX, after=at(1)) == monday
    assert next_slot(early, SIX, after=monday) == monday + timedelta(days=7)
    assert next_slot(early, SIX, after=monday - timedelta(microseconds=1)) == monday


def test_news_are_looked_for_on_a_grid_and_only_its_newest_point_counts():
    calendar = Calendar(6, ZoneInfo("UTC"), minutes=20)
    assert due_slots(OnNews(), calendar, after=at(1), until=at(4, 7, 59)) == (at(4, 7, 40),)
    assert due_slots(OnNews(), calendar, after=at(4, 7, 40), until=at(4, 7, 59)) == ()
    assert next_slot(OnNews(), calendar, after=at(4, 7, 41)) == at(4, 8)
    never = Calendar(6, ZoneInfo("UTC"), minutes=0)
    assert due_slots(OnNews(), never, after=at(1), until=at(4)) == ()
    assert next_slot(OnNews(), never, after=at(1)) is None


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("schedule", [DAILY, Cadence(), Cron("30 {hour} * * *")])
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 6, 23])
def test_every_day_of_the_year_has_one_slot_whatever_the_clocks_do(zone, schedule, hour):
    calendar = Calendar(hour, ZoneInfo(zone))
    start, end = datetime(2025, 1, 10, tzinfo=UTC), datetime(2026, 1, 10, tzinfo=UTC)
    slots = due_slots(schedule, calendar, after=start, until=end)
    lead = timedelta(hours=1) if isinstance(schedule, Cadence) else timedelta(0)
    days = [(slot + lead).astimezone(calendar.zone).date() for slot in slots]
    assert len(slots) == 365
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=1)}


@pytest.mark.parametrize("schedule", [DAILY, Cadence(), Cron("30 {hour} * * *")])
@pytest.mark.parametrize("day", CHANGES)
def test_slots_are_the_same_from_whichever_instant_one_looks(schedule, day):
    calendar = Calendar(2, BERLIN)
    until = day + timedelta(days=2)
    whole = due_slots(schedule, calendar, after=day - timedelta(days=1), until=until)
    for minutes in range(0, 24 * 60, 7):
        after = day - timedelta(hours=4) + timedelta(minutes=minutes)
        seen = due_slots(schedule, calendar, after=after, until=until)
        assert seen == tuple(slot for slot in whole if slot > after)


def test_an_hour_that_does_not_exist_is_made_good_after_it():
    slot = next_slot(DAILY, Calendar(2, BERLIN), after=datetime(2025, 3, 29, 12, tzinfo=UTC))
    assert slot == datetime(2025, 3, 30, 1, tzinfo=UTC)  # 03:00 there: two o'clock never came
    source = next_slot(Cadence(), Calendar(2, BERLIN), after=datetime(2025, 3, 29, 12, tzinfo=UTC))
    assert source == slot - timedelta(hours=1)


def test_an_hour_that_comes_twice_counts_the_first_time():
    calendar = Calendar(2, BERLIN)
    first = next_slot(DAILY, calendar, after=datetime(2025, 10, 25, 12, tzinfo=UTC))
    assert first == datetime(2025, 10, 26, 0, tzinfo=UTC)
    assert next_slot(DAILY, calendar, after=first) == datetime(2025, 10, 27, 1, tzinfo=UTC)
