"""What is due follows from the calendar and the ledger alone; missed days are caught up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forecaster.store.ledger import JobState
from forecaster.store.unit_of_work import UnitOfWork
from jobs.agenda import due
from jobs.context import Context
from jobs.runner import LEASE
from tests.fakes_jobs import HandClock, make_context

NOW = datetime(2025, 7, 10, 12, tzinfo=UTC)
DAILY = "daily:nato-russia"


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = make_context(tmp_path, clock=HandClock(NOW))
    yield made
    made.engine().dispose()


def six(day: int) -> datetime:
    return datetime(2025, 7, day, 6, tzinfo=UTC)


def note(context: Context, name: str, slot: datetime, state: JobState) -> None:
    with UnitOfWork(context.engine()) as work:
        work.ledger.claim(name, slot, "test", context.clock())
        if state != "running":
            work.ledger.finish(name, slot, state, "", slot)
        work.commit()


def daily_slots(context: Context) -> list[datetime]:
    return [slot.due for job, slot in due(context) if job.id == "daily"]


def ingest_slots(context: Context, source: str) -> list[datetime]:
    return [s.due for job, s in due(context) if job.id == "ingest" and s.subject == source]


def test_a_new_installation_runs_the_newest_slot_alone(context: Context) -> None:
    assert daily_slots(context) == [six(10)]


def test_missed_days_are_caught_up_each_as_of_its_own_slot(context: Context) -> None:
    note(context, DAILY, six(7), "done")
    found = [slot for job, slot in due(context) if job.id == "daily"]
    assert [slot.due for slot in found] == [six(8), six(9), six(10)]
    assert [slot.as_of for slot in found] == [slot.due for slot in found]


def test_catching_up_is_bounded(context: Context) -> None:
    note(context, DAILY, six(1) - timedelta(days=60), "done")
    assert daily_slots(context) == [six(day) for day in range(4, 11)]


@pytest.mark.parametrize("state", ["done", "refused", "failed", "running"])
def test_a_slot_that_somebody_has_is_not_due(context: Context, state: JobState) -> None:
    note(context, DAILY, six(10), state)
    assert daily_slots(context) == []


def test_a_slot_whose_process_died_is_due_again(context: Context) -> None:
    note(context, DAILY, six(10), "running")
    later = replace(context, clock=HandClock(NOW + LEASE + timedelta(minutes=1)))
    assert daily_slots(later) == [six(10)]


def test_a_run_by_hand_does_not_hide_a_missed_day(context: Context) -> None:
    note(context, DAILY, six(8), "done")
    note(context, DAILY, NOW - timedelta(minutes=3), "done")
    assert daily_slots(context) == [six(9), six(10)]


def test_readings_come_before_the_ladders_made_of_them(context: Context) -> None:
    order = [job.id for job, _ in due(context)]
    assert order.index("daily") > max(i for i, id in enumerate(order) if id == "ingest")


def test_a_source_is_asked_by_its_cadence_and_caught_up_once(context: Context) -> None:
    from indicators.catalogue import sources

    cadence = timedelta(days=max(1, round(sources()["kiel_support_tracker"].cadence_days)))
    first = ingest_slots(context, "kiel_support_tracker")
    assert len(first) == 1
    note(context, "ingest:kiel_support_tracker", first[0], "done")
    on_the_eve = replace(context, clock=HandClock(first[0] + cadence - timedelta(minutes=1)))
    assert ingest_slots(on_the_eve, "kiel_support_tracker") == []
    on_time = replace(context, clock=HandClock(first[0] + cadence))
    assert ingest_slots(on_time, "kiel_support_tracker") == [first[0] + cadence]


def test_a_source_that_failed_is_asked_again_the_next_day(context: Context) -> None:
    first = ingest_slots(context, "kiel_support_tracker")[0]
    note(context, "ingest:kiel_support_tracker", first, "failed")
    next_day = replace(context, clock=HandClock(first + timedelta(days=1)))
    assert ingest_slots(next_day, "kiel_support_tracker") == [first + timedelta(days=1)]
