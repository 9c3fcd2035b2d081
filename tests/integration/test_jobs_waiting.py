"""What is asked for is run as it was asked, soon, once; what died by hand stays with its person."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forecaster.clock import end_of_day
from forecaster.errors import JobError, LeaseLostError
from forecaster.reference.sample_readings import sample_last_day, sample_readings
from forecaster.store.ledger import JobRun
from forecaster.store.unit_of_work import UnitOfWork
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import ByHand, Cron, Job, Outcome, Slot
from jobs.rounds import run_due, run_waiting
from jobs.runner import claim_slot, run_claimed
from jobs.scheduler import release
from jobs.waiting import waiting
from tests.fakes_jobs import HandClock, QuickModel, make_context

NOW = datetime(2025, 7, 10, 12, tzinfo=UTC)
LADDER = "nato-russia"
AS_OF = end_of_day(sample_last_day())


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = make_context(tmp_path, clock=HandClock(NOW))
    yield made
    made.engine().dispose()


def ask(context: Context, job: str, subject: str = "", **asked: object) -> int:
    with UnitOfWork(context.engine()) as work:
        id = work.ledger.request(job, subject, asked_by="ann", at=context.clock(), **asked)  # type: ignore[arg-type]
        work.commit()
    return id


def entry(context: Context, id: int) -> JobRun:
    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.ledger.get(id)


def load_sample(context: Context) -> None:
    with UnitOfWork(context.engine()) as work:
        for part in sample_readings():
            work.readings.add(part)
        work.commit()


def a_job(seen: list[Slot], *, fails: bool = False) -> Job:
    def run(_context: Context, slot: Slot) -> Outcome:
        seen.append(slot)
        if fails:
            raise JobError("the well is dry: dig deeper")
        return Outcome("done", "did it", "run-9")

    return Job("test", "For a test.", ByHand(), "ladder", run)


def test_a_request_is_run_once_as_it_was_asked(context: Context) -> None:
    seen: list[Slot] = []
    jobs = {"test": a_job(seen)}
    chosen = {"family": "climatology_12", "refit": True}
    id = ask(context, "test", "a/ladder.toml", as_of=AS_OF, arguments=chosen)
    assert run_waiting(context, jobs=jobs) == 1
    assert run_waiting(context, jobs=jobs) == 0
    (slot,) = seen
    assert (slot.subject, slot.as_of, slot.family) == ("a/ladder.toml", AS_OF, "climatology_12")
    assert slot.refit
    found = entry(context, id)
    assert (found.state, found.run_id, found.progress, found.asked_by) == (
        "done",
        "run-9",
        1,
        "ann",
    )


def test_a_request_updates_a_ladder_with_the_family_that_was_asked(context: Context) -> None:
    load_sample(context)
    id = ask(context, "update", LADDER, as_of=AS_OF, arguments={"family": "climatology_12"})
    run_waiting(context)
    found = entry(context, id)
    with UnitOfWork(context.engine(), read_only=True) as work:
        run = work.runs.get(found.run_id)
    assert (found.state, run.family, run.as_of) == ("done", "climatology_12", AS_OF)


def test_what_fails_is_tried_again_and_given_up_until_a_person_retries_it(context: Context) -> None:
    seen: list[Slot] = []
    jobs, clock = {"test": a_job(seen, fails=True)}, HandClock(NOW)
    moving = replace(context, clock=clock)
    id = ask(moving, "test", LADDER)
    for _ in range(10):
        run_waiting(moving, jobs=jobs)
        clock.now += timedelta(minutes=1)
    assert len(seen) == 3
    assert entry(moving, id).state == "dead"
    with UnitOfWork(moving.engine()) as work:
        work.ledger.retry(id, asked_by="ann")
        work.commit()
    assert run_waiting(moving, jobs={"test": a_job(seen)}) == 1
    assert entry(moving, id).state == "done"


def test_a_job_that_this_code_does_not_have_waits_for_one_that_does(context: Context) -> None:
    id = ask(context, "of-tomorrow")
    assert run_waiting(context) == 0
    assert entry(context, id).state == "queued"


def test_what_a_person_began_and_lost_is_noted_and_not_repeated(context: Context) -> None:
    claim = claim_slot(context, all_jobs()["update"], Slot(NOW, NOW, LADDER))
    assert claim is not None
    later = replace(context, clock=HandClock(NOW + timedelta(hours=1)))
    assert waiting(later) == ()
    found = entry(later, claim.id)
    assert (found.state, found.detail) == ("failed", "its process was lost; begin it again")


def test_a_source_that_is_asked_for_is_read_for_the_ladder_that_watches_it(
    context: Context,
) -> None:
    ask(context, "ingest", "viina")
    ((job, slot),) = waiting(context)
    assert (job.id, slot.subject, slot.ladder) == ("ingest", "viina", LADDER)


def test_a_run_that_an_earlier_attempt_published_is_not_made_again(context: Context) -> None:
    load_sample(context)
    model = QuickModel()
    first = replace(context, update=model)
    slot = Slot(NOW, AS_OF, LADDER)
    claim = claim_slot(first, all_jobs()["update"], slot, origin="calendar")
    assert claim is not None
    job = all_jobs()["update"]
    assert job.run is not None
    job.run(first, replace(slot, claim=claim))  # and here the process is killed
    second = replace(first, owner="other", clock=HandClock(NOW + timedelta(hours=1)))
    assert run_waiting(second) == 1
    found = entry(second, claim.id)
    assert (found.state, found.attempts) == ("done", 2)
    with UnitOfWork(context.engine(), read_only=True) as work:
        assert [run.run_id for run in work.runs.list(LADDER)] == [found.run_id]
    assert len(model.told) == 1


def test_who_lost_its_slot_publishes_nothing(context: Context) -> None:
    load_sample(context)
    slot = Slot(NOW, AS_OF, LADDER)
    job = all_jobs()["update"]
    claim = claim_slot(context, job, slot, origin="calendar")
    assert claim is not None
    later = replace(context, owner="other", clock=HandClock(NOW + timedelta(hours=1)))
    assert claim_slot(later, job, slot, origin="calendar") is not None
    with pytest.raises(LeaseLostError, match="what it made is not stored"):
        run_claimed(context, job, slot, claim)
    with UnitOfWork(context.engine(), read_only=True) as work:
        assert work.runs.list(LADDER) == ()


def test_what_is_given_back_is_run_by_the_next_as_of_its_own_time(context: Context) -> None:
    seen: list[Slot] = []

    def given_back(inside: Context, slot: Slot) -> Outcome:
        release(inside)
        return Outcome("done", "too late")

    stopped = Job("test", "For a test.", Cron("0 {hour} * * *"), "ladder", given_back)
    with UnitOfWork(context.engine(), read_only=True) as work:
        assert work.ledger.history() == ()
    run_due(context, jobs={"test": stopped})
    next_process = replace(context, owner="other")
    assert run_due(next_process, jobs={"test": replace(stopped, run=a_job(seen).run)}) == 1
    (slot,) = seen
    assert slot.due == slot.as_of == datetime(2025, 7, 10, 6, tzinfo=UTC)


def test_what_is_left_out_of_an_outage_is_on_record(context: Context) -> None:
    seen: list[Slot] = []
    daily = Job("test", "For a test.", Cron("0 {hour} * * *"), "once", a_job(seen).run, catch_up=3)
    run_due(context, jobs={"test": daily})
    later = replace(context, clock=HandClock(NOW + timedelta(days=10)))
    assert run_due(later, jobs={"test": daily}) == 3
    assert [slot.due.day for slot in seen] == [10, 18, 19, 20]
    with UnitOfWork(context.engine(), read_only=True) as work:
        (gap,) = work.ledger.history(state="skipped")
    assert gap.slot.day == 17
    assert gap.detail.startswith("missed and left out: 7 slots from 2025-07-11 06:00 to 2025-07-17")


def test_a_slot_that_fails_holds_up_the_later_ones_of_its_job_alone(context: Context) -> None:
    seen: list[Slot] = []
    one = Job("one", "", Cron("0 {hour} * * *"), "once", a_job(seen).run, catch_up=9)
    two = replace(one, id="two")
    run_due(context, jobs={"one": one, "two": two})
    clock = HandClock(NOW + timedelta(days=3))
    later = replace(context, clock=clock)
    failing = replace(one, run=a_job([], fails=True).run)
    run_due(later, jobs={"one": failing, "two": two})
    with UnitOfWork(context.engine(), read_only=True) as work:
        assert [(r.slot.day, r.state) for r in work.ledger.history("one")] == [
            (11, "failed"),
            (10, "done"),
        ]
        assert [r.slot.day for r in work.ledger.history("two")] == [13, 12, 11, 10]
    clock.now += timedelta(minutes=2)
    run_due(later, jobs={"one": one, "two": two})
    with UnitOfWork(context.engine(), read_only=True) as work:
        assert [(r.slot.day, r.state, r.attempts) for r in work.ledger.history("one")] == [
            (13, "done", 1),
            (12, "done", 1),
            (11, "done", 2),
            (10, "done", 1),
        ]


def test_a_slow_process_does_not_begin_before_what_a_quick_one_began(context: Context) -> None:
    job = Job("test", "", Cron("0 {hour} * * *"), "once", a_job([]).run)
    early, late = (datetime(2025, 7, day, 6, tzinfo=UTC) for day in (8, 10))
    assert claim_slot(context, job, Slot(late, late), origin="calendar") is not None
    assert claim_slot(context, job, Slot(early, early), origin="calendar") is None
    assert claim_slot(context, job, Slot(early, early)) is not None  # a person may


def six(day: int) -> datetime:
    return datetime(2025, 7, day, 6, tzinfo=UTC)


def while_it_looks(act: Callable[[], object]) -> Job:
    """Return a daily job; whoever looks what is due sees the ledger, then `act` happens, once."""
    todo = [act]

    def wanted(_context: Context, _slot: Slot) -> bool:
        while todo:
            todo.pop()()
        return True

    job = Job("test", "", Cron("0 {hour} * * *"), "once", a_job([]).run, catch_up=2)
    return replace(job, wanted=wanted)


def test_no_slot_is_lost_between_two_that_looked_at_an_empty_ledger(context: Context) -> None:
    slow = replace(context, clock=HandClock(six(7)))
    plain = while_it_looks(lambda: None)
    job = while_it_looks(lambda: run_due(slow, jobs={"test": plain}))
    assert run_due(context, jobs={"test": job}) == 0  # the 10th does not follow the 7th
    assert run_due(context, jobs={"test": replace(job, catch_up=9)}) == 3
    with UnitOfWork(context.engine(), read_only=True) as work:
        assert [run.slot for run in work.ledger.history()] == [six(d) for d in (10, 9, 8, 7)]


def test_nothing_is_begun_after_a_slot_that_is_left_out_here_and_run_elsewhere(
    context: Context,
) -> None:
    plain = while_it_looks(lambda: None)
    run_due(replace(context, clock=HandClock(six(4))), jobs={"test": plain})
    another = replace(context, owner="another")

    def as_seen_on_the_ninth() -> None:
        with UnitOfWork(context.engine()) as work:
            work.ledger.skip("test", six(7), "left out", NOW, subject="")
            work.commit()
        slot = Slot(six(8), six(8))
        assert claim_slot(another, plain, slot, origin="calendar", after=six(7)) is not None

    assert run_due(context, jobs={"test": while_it_looks(as_seen_on_the_ninth)}) == 0
    with UnitOfWork(context.engine(), read_only=True) as work:
        assert [(run.slot, run.state) for run in work.ledger.history()] == [
            (six(8), "running"),
            (six(7), "skipped"),
            (six(4), "done"),
        ]
