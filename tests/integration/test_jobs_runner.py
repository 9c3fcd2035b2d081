"""A slot runs once, whoever asks, and the ledger says how it ended."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forecaster.errors import JobError, LeaseLostError
from forecaster.store.ledger import JobRun
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from jobs.heartbeat import claims_of
from jobs.job import ByHand, Job, Outcome, Slot
from jobs.runner import claim_slot, run_claimed, run_slot
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


LEASE = timedelta(seconds=120)


def test_the_slot_of_a_process_that_died_is_taken_over_once(context: Context) -> None:
    assert claim_slot(context, job(done), Slot(DUE, DUE), origin="calendar") is not None
    assert run_slot(context, job(done), Slot(DUE, DUE)).state == "skipped"
    later = replace(context, clock=HandClock(context.clock() + LEASE + timedelta(minutes=1)))
    assert run_slot(later, job(done), Slot(DUE, DUE)).state == "done"
    assert run_slot(later, job(done), Slot(DUE, DUE)).state == "skipped"


def test_who_lost_its_slot_while_it_ran_is_told_and_counts_for_nothing(context: Context) -> None:
    later = replace(context, owner="other", clock=HandClock(context.clock() + 2 * LEASE))

    def overtaken(_context: Context, slot: Slot) -> Outcome:
        assert claim_slot(later, job(done), slot) is not None
        return Outcome("done", "too late")

    claim = claim_slot(context, job(done), Slot(DUE, DUE), origin="calendar")
    assert claim is not None
    with pytest.raises(LeaseLostError, match="no longer attempt 1 of test"):
        run_claimed(context, job(overtaken), Slot(DUE, DUE), claim)
    (entry,) = history(context)
    assert (entry.state, entry.owner, entry.attempts) == ("running", "other", 2)


def test_a_job_that_fails_after_it_lost_its_slot_says_so(context: Context) -> None:
    later = replace(context, owner="other", clock=HandClock(context.clock() + 2 * LEASE))
    said: list[str] = []

    def overtaken(_context: Context, slot: Slot) -> Outcome:
        assert claim_slot(later, job(done), slot) is not None
        raise JobError("its own reason")

    claim = claim_slot(context, job(done), Slot(DUE, DUE), origin="calendar")
    assert claim is not None
    with pytest.raises(JobError, match="its own reason"):
        run_claimed(replace(context, say=said.append), job(overtaken), Slot(DUE, DUE), claim)
    assert "its failure is not noted" in said[0]


def test_a_failure_waits_longer_each_time_and_then_is_dead(context: Context) -> None:
    def fail(_context: Context, _slot: Slot) -> Outcome:
        raise JobError("the well is dry: dig deeper")

    waits = []
    clock = HandClock()
    moving = replace(context, clock=clock)
    for _ in range(3):
        claim = claim_slot(moving, job(fail), Slot(DUE, DUE), origin="calendar")
        assert claim is not None
        with pytest.raises(JobError):
            run_claimed(moving, job(fail), Slot(DUE, DUE), claim)
        (entry,) = history(context)
        if entry.not_before is not None:
            waits.append((entry.not_before - clock.now).total_seconds())
            assert claim_slot(moving, job(fail), Slot(DUE, DUE)) is None
            clock.now = entry.not_before
    assert (entry.state, entry.failures) == ("dead", 3)
    assert waits[0] == pytest.approx(60, rel=0.26)
    assert waits[1] == pytest.approx(120, rel=0.26)
    clock.now += timedelta(days=365)
    assert claim_slot(moving, job(fail), Slot(DUE, DUE)) is None


def test_a_running_job_tells_its_progress_and_keeps_its_lease(context: Context) -> None:
    settings = context.settings.model_copy(update={"heartbeat_seconds": 0.02})
    beating = replace(context, settings=settings)
    seen: list[JobRun] = []

    def slow(inside: Context, _slot: Slot) -> Outcome:
        assert [claim.job for claim in claims_of("test")] == ["test"]
        inside.progress(0.5)
        until = time.monotonic() + 10
        while time.monotonic() < until and not (seen and seen[-1].progress == 0.5):
            time.sleep(0.02)
            seen[:] = history(context)
        return Outcome("done", "")

    claim = claim_slot(beating, job(slow), Slot(DUE, DUE))
    assert claim is not None
    first = history(context)[0].lease_until
    assert run_claimed(beating, job(slow), Slot(DUE, DUE), claim).state == "done"
    assert seen[-1].progress == 0.5
    assert seen[-1].lease_until is not None
    assert first is not None
    assert seen[-1].lease_until > first
    assert claims_of("test") == ()


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
