"""What is due follows from the calendar and the ledger alone; missed days are caught up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from forecaster.reference.sample_readings import sample_readings
from forecaster.store.ledger import Asked, JobState
from forecaster.store.unit_of_work import UnitOfWork
from jobs.agenda import agenda, due
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Slot
from jobs.runner import claim_slot, run_slot
from tests.fakes_jobs import HandClock, make_context

NOW = datetime(2025, 7, 10, 12, tzinfo=UTC)
UPDATES = {"daily", "refit", "refresh", "update"}
DAILY = "daily:nato-russia"


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = make_context(tmp_path, clock=HandClock(NOW))
    yield made
    made.engine().dispose()


def six(day: int) -> datetime:
    return datetime(2025, 7, day, 6, tzinfo=UTC)


def note(
    context: Context, name: str, slot: datetime, state: JobState, *, by_hand: bool = False
) -> None:
    asked = Asked(origin="hand" if by_hand else "calendar")
    with UnitOfWork(context.engine()) as work:
        claim = work.ledger.claim(name, slot, "test", context.clock(), asked=asked)
        assert claim is not None
        if state in ("failed", "dead"):
            again_at = NOW if state == "failed" else None
            work.ledger.fail(claim, "", slot, again_at=again_at)
        elif state != "running":
            work.ledger.finish(claim, state, "", slot)
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


def test_what_is_left_out_is_told_once_with_its_slots(context: Context) -> None:
    note(context, DAILY, six(1) - timedelta(days=3), "done")
    (gap,) = agenda(context).gaps
    assert (gap.name, gap.last) == (DAILY, six(3))
    assert "5 slots from 2025-06-29 06:00 to 2025-07-03 06:00" in gap.detail
    with UnitOfWork(context.engine()) as work:
        assert work.ledger.skip(gap.name, gap.last, gap.detail, NOW, subject=gap.subject)
        work.commit()
    again = agenda(context)
    assert again.gaps == ()
    assert [slot.due for job, slot in again.due if job.id == "daily"] == [
        six(day) for day in range(4, 11)
    ]


@pytest.mark.parametrize("state", ["done", "refused", "failed", "dead", "running"])
def test_a_slot_that_somebody_has_is_not_due(context: Context, state: JobState) -> None:
    note(context, DAILY, six(10), state)
    assert daily_slots(context) == []


@pytest.mark.parametrize("state", ["failed", "running"])
def test_nothing_later_is_due_before_a_slot_is_finished(context: Context, state: JobState) -> None:
    note(context, DAILY, six(8), state)
    assert daily_slots(context) == []


def test_a_dead_slot_holds_nobody_up(context: Context) -> None:
    note(context, DAILY, six(8), "dead")
    assert daily_slots(context) == [six(9), six(10)]


def test_a_failure_of_an_older_ledger_holds_nobody_up(context: Context) -> None:
    note(context, DAILY, six(8), "failed")
    with context.engine().begin() as connection:
        connection.execute(text("UPDATE job_runs SET not_before = NULL"))
    assert daily_slots(context) == [six(9), six(10)]


def test_a_run_by_hand_does_not_hide_a_missed_day(context: Context) -> None:
    note(context, DAILY, six(8), "done")
    note(context, DAILY, NOW - timedelta(minutes=3), "done", by_hand=True)
    assert daily_slots(context) == [six(9), six(10)]


def test_slots_of_a_clock_that_ran_ahead_keep_nothing_from_running(context: Context) -> None:
    note(context, DAILY, six(8), "done")
    note(context, DAILY, six(9) + timedelta(days=2000), "done")
    assert daily_slots(context) == [six(9), six(10)]
    nine, _ = [(job, slot) for job, slot in due(context) if job.id == "daily"]
    assert claim_slot(context, *nine, after=six(8)) is not None


def test_a_ladder_file_that_is_broken_stops_no_other(context: Context, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("id = [")
    both = context.settings.model_copy(update={"ladders": (str(broken), "nato-russia")})
    found = due(replace(context, settings=both))
    assert ingest_slots(context, "viina")
    assert {slot.subject for job, slot in found if job.id == "ingest"} == {
        slot.subject for job, slot in due(context) if job.id == "ingest"
    }
    assert {slot.subject for job, slot in found if job.id == "daily"} == {
        str(broken),
        "nato-russia",
    }


def test_another_hour_does_not_make_old_days_due_again(context: Context) -> None:
    note(context, DAILY, six(9), "done")
    settings = context.settings.model_copy(update={"daily_hour": 11, "time_zone": "Europe/Berlin"})
    assert daily_slots(replace(context, settings=settings)) == [
        datetime(2025, 7, 9, 9, tzinfo=UTC),
        datetime(2025, 7, 10, 9, tzinfo=UTC),
    ]


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


def test_a_source_that_a_person_must_bring_is_never_due(context: Context) -> None:
    assert ingest_slots(context, "viina")
    assert ingest_slots(context, "gdelt_interaction") == []


def test_a_source_that_was_given_up_is_asked_again_the_next_day(context: Context) -> None:
    first = ingest_slots(context, "kiel_support_tracker")[0]
    note(context, "ingest:kiel_support_tracker", first, "dead")
    next_day = replace(context, clock=HandClock(first + timedelta(days=1)))
    assert ingest_slots(next_day, "kiel_support_tracker") == [first + timedelta(days=1)]


def updates(context: Context) -> list[str]:
    """The jobs that are due and make a run of a ladder."""
    return [job.id for job, _ in due(context) if job.id in UPDATES]


def test_a_ladder_is_fitted_anew_on_monday_before_its_day(context: Context) -> None:
    monday = datetime(2025, 7, 14, 6, 1, tzinfo=UTC)
    note(context, DAILY, six(13), "done")
    later = replace(context, clock=HandClock(monday))
    assert updates(later) == ["daily"]
    give_a_run(context, six(13))
    found = [(job.id, slot.due) for job, slot in due(later) if job.id in UPDATES]
    half_past_five = datetime(2025, 7, 14, 5, 30, tzinfo=UTC)
    assert found == [("refit", half_past_five), ("daily", six(14))]


def test_a_ladder_is_refreshed_after_news_alone(context: Context) -> None:
    note(context, DAILY, six(10), "done")
    give_a_run(context, NOW)
    later = replace(context, clock=HandClock(NOW + timedelta(minutes=70)))
    assert updates(later) == []
    give_one_more(context, NOW + timedelta(minutes=5))
    (found,) = [(job.id, slot) for job, slot in due(later) if job.id in UPDATES]
    assert found[0] == "refresh"
    assert found[1].due == NOW + timedelta(minutes=60)
    assert found[1].as_of > NOW + timedelta(minutes=70)
    young = replace(context, clock=HandClock(NOW + timedelta(minutes=59)))
    assert updates(young) == []


def give_readings(context: Context, at: datetime) -> None:
    with UnitOfWork(context.engine()) as work:
        for part in sample_readings():
            work.readings.add(part, at=at)
        work.commit()


def give_one_more(context: Context, at: datetime) -> None:
    last = next(part for part in sample_readings() if part.source == "viina")
    one = replace(
        last,
        series=last.series[-1:],
        observed_at=np.array([at.replace(tzinfo=None)], "datetime64[us]"),
        recorded_at=np.array([at.replace(tzinfo=None)], "datetime64[us]"),
        value=last.value[-1:],
        estimated=last.estimated[-1:],
    )
    with UnitOfWork(context.engine()) as work:
        assert work.readings.add(one, at=at) == 1
        work.commit()


def give_a_run(context: Context, as_of: datetime) -> None:
    before = replace(context, clock=HandClock(as_of))
    give_readings(context, as_of - timedelta(days=1))
    slot = Slot(as_of - timedelta(seconds=1), as_of, "nato-russia")
    assert run_slot(before, all_jobs()["update"], slot).state == "done"
