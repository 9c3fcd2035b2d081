"""A slot runs once, whoever asks, and the ledger says how it ended."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forecaster.errors import JobError
from forecaster.store.ledger import JobRun
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from jobs.job import ByHand, Job, Outcome, Slot
from jobs.runner import LEASE, run_slot
from tests.fakes_jobs import HandClock, make_context

DUE = datetime(2025, 7, 2, 6, tzinfo=UTC)
RACES = 200


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = make_context(tmp_path, clock=HandClock())
    yield made
    made.engine().dispose()


def job(run: Callable[[Context, Slot], Outcome]) -> Job:
    return Job(id="test", description="For a test.", schedule=ByHand(), per="once", run=run)


def done(_context: Context, _slot: Slot) -> Outcome:
    return Outcome("done", "did it")


def history(context: Context) -> tuple[JobRun, ...]:
    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.ledger.history()


def test_a_slot_runs_once_and_is_noted(context: Context) -> None:
    slot = Slot(due=DUE, as_of=DUE)
    assert run_slot(context, job(done), slot).state == "done"
    assert run_slot(context, job(done), slot).state == "skipped"
    assert [(e.job, e.slot, e.state, e.detail) for e in history(context)] == [
        ("test", DUE, "done", "did it")
    ]


def test_a_subject_is_part_of_the_name(context: Context) -> None:
    run_slot(context, job(done), Slot(DUE, DUE, "viina"))
    run_slot(context, job(done), Slot(DUE, DUE, "/somewhere/my-crisis.toml"))
    assert {entry.job for entry in history(context)} == {"test:viina", "test:my-crisis"}


def test_a_failure_is_noted_with_its_reason_and_raised(context: Context) -> None:
    def fail(_context: Context, _slot: Slot) -> Outcome:
        raise JobError("the well is dry: dig deeper")

    with pytest.raises(JobError):
        run_slot(context, job(fail), Slot(DUE, DUE))
    assert [(e.state, e.detail) for e in history(context)] == [
        ("failed", "the well is dry: dig deeper")
    ]


def test_a_bug_and_an_interruption_are_noted_too(context: Context) -> None:
    def bug(_context: Context, _slot: Slot) -> Outcome:
        raise ZeroDivisionError("by nought")

    def stopped(_context: Context, _slot: Slot) -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(ZeroDivisionError):
        run_slot(context, job(bug), Slot(DUE, DUE, "a"))
    with pytest.raises(KeyboardInterrupt):
        run_slot(context, job(stopped), Slot(DUE, DUE, "b"))
    details = {entry.job: (entry.state, entry.detail) for entry in history(context)}
    assert details["test:a"][0] == details["test:b"][0] == "failed"
    assert "ZeroDivisionError" in details["test:a"][1]
    assert "stopped" in details["test:b"][1]


def test_the_slot_of_a_process_that_died_is_taken_over_once(context: Context) -> None:
    with UnitOfWork(context.engine()) as work:
        assert work.ledger.claim("test", DUE, "a process that died", context.clock())
        work.commit()
    assert run_slot(context, job(done), Slot(DUE, DUE)).state == "skipped"
    later = replace(context, clock=HandClock(context.clock() + LEASE + timedelta(minutes=1)))
    assert run_slot(later, job(done), Slot(DUE, DUE)).state == "done"
    assert run_slot(later, job(done), Slot(DUE, DUE)).state == "skipped"


def test_a_failed_slot_is_not_run_again_by_a_second_scheduler(context: Context) -> None:
    def fail(_context: Context, _slot: Slot) -> Outcome:
        raise JobError("no")

    with pytest.raises(JobError):
        run_slot(context, job(fail), Slot(DUE, DUE))
    assert run_slot(context, job(done), Slot(DUE, DUE)).state == "skipped"


def test_two_racing_for_every_slot_run_each_once(context: Context) -> None:
    ran: list[datetime] = []

    def note(_context: Context, slot: Slot) -> Outcome:
        ran.append(slot.due)
        return Outcome("done", "")

    context.engine()
    start = threading.Barrier(2)
    slots = [DUE + timedelta(days=day) for day in range(RACES)]

    def race(owner: str) -> None:
        mine = replace(context, owner=owner)
        start.wait()
        for due in slots:
            run_slot(mine, job(note), Slot(due, due))

    racers = [threading.Thread(target=race, args=(name,)) for name in ("one", "two")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(ran) == slots
