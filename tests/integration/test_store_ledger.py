"""The job ledger: one winner per attempt of a slot, no slot lost, and a fence around each claim."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import sleep

import pytest
from sqlalchemy import Engine, text

from forecaster.errors import LeaseLostError, NotFoundError, StoreError
from forecaster.store.ledger import Asked, Claim, job_name
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day

LEASE = timedelta(hours=1)
CALENDAR = Asked(origin="calendar")
THEN = day(1.5)


def claim(
    engine: Engine, owner: str, at: datetime = THEN, *, attempts: int = 3, slot: float = 1
) -> Claim | None:
    with UnitOfWork(engine) as uow:
        won = uow.ledger.claim(
            "daily", day(slot), owner, at, lease=LEASE, attempts=attempts, asked=CALENDAR
        )
        uow.commit()
    return won


def is_next(engine: Engine, slot: float, *, after: float | None) -> bool:
    """Ask as a claim does, and claim the slot if it is next."""
    with UnitOfWork(engine) as uow:
        before = None if after is None else day(after)
        found = uow.ledger.is_next("daily", day(slot), after=before, until=day(99))
        if found:
            uow.ledger.claim("daily", day(slot), "me", THEN, asked=CALENDAR)
            sleep(0.2)  # long enough for another one to ask meanwhile
        uow.commit()
    return found


def claimed(engine: Engine, owner: str = "me", at: datetime = THEN) -> Claim:
    found = claim(engine, owner, at)
    assert found is not None
    return found


def test_of_many_claims_exactly_one_wins(engine: Engine):
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: claim(engine, f"worker-{n}"), range(24)))
    (winner,) = [found for found in won if found is not None]
    with UnitOfWork(engine) as uow:
        (found,) = uow.ledger.history()
    assert (found.owner, found.state, found.attempts) == (winner.owner, "running", 1)


def test_of_many_that_take_over_exactly_one_wins(engine: Engine):
    claimed(engine, "killed")
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: claim(engine, f"worker-{n}", day(2)), range(24)))
    (winner,) = [found for found in won if found is not None]
    assert (winner.attempt, winner.failures) == (2, 1)
    with UnitOfWork(engine) as uow:
        (found,) = uow.ledger.history()
    assert (found.owner, found.detail) == (winner.owner, "taken over from killed")


def test_a_lease_that_is_renewed_is_kept(engine: Engine):
    mine = claimed(engine)
    with UnitOfWork(engine) as uow:
        assert uow.ledger.renew(mine, day(2), lease=LEASE, progress=0.25)
        assert uow.ledger.history()[0].progress == 0.25
        uow.commit()
    assert claim(engine, "other", day(2) + LEASE / 2) is None
    assert claim(engine, "other", day(2) + 2 * LEASE) is not None


def test_who_lost_its_lease_can_neither_renew_nor_mark_nor_finish(engine: Engine):
    old, new = claimed(engine, "me"), claimed(engine, "me", day(2))
    assert new.attempt == old.attempt + 1
    with UnitOfWork(engine) as uow:
        assert not uow.ledger.renew(old, day(3), lease=LEASE)
        assert not uow.ledger.release(old, "")
        with pytest.raises(LeaseLostError, match="no longer attempt 1"):
            uow.ledger.mark(old, "run-1")
        with pytest.raises(LeaseLostError, match="cannot be done"):
            uow.ledger.finish(old, "done", "", day(3))
        with pytest.raises(LeaseLostError, match="failure is not noted"):
            uow.ledger.fail(old, "", day(3), again_at=None)
        uow.ledger.finish(new, "done", "", day(3), run_id="run-2")
        assert uow.ledger.history()[0].run_id == "run-2"


def test_what_an_attempt_made_is_told_to_the_next(engine: Engine):
    mine = claimed(engine)
    with UnitOfWork(engine) as uow:
        uow.ledger.mark(mine, "run-1")
        uow.commit()
    assert claimed(engine, "other", day(2)).run_id == "run-1"


def test_a_slot_is_finished_once(engine: Engine):
    mine = claimed(engine)
    with UnitOfWork(engine) as uow:
        uow.ledger.finish(mine, "done", "all well", day(2))
        (found,) = uow.ledger.history("daily")
        assert (found.state, found.detail, found.finished_at) == ("done", "all well", day(2))
        with pytest.raises(LeaseLostError, match="cannot be failed"):
            uow.ledger.finish(mine, "failed", "", day(3))
        uow.commit()
    assert claim(engine, "other", day(9)) is None


def test_a_failed_slot_is_free_when_its_wait_is_over_and_not_before(engine: Engine):
    mine = claimed(engine)
    with UnitOfWork(engine) as uow:
        uow.ledger.fail(mine, "no disk", day(2), again_at=day(3))
        assert uow.ledger.ready(day(2.5)) == ()
        assert [run.job for run in uow.ledger.ready(day(3))] == ["daily"]
        uow.commit()
    assert claim(engine, "other", day(2.5)) is None
    again = claimed(engine, "other", day(3))
    assert (again.attempt, again.failures) == (2, 1)


def test_a_dead_slot_stays_until_a_person_retries_it(engine: Engine):
    mine = claimed(engine)
    with UnitOfWork(engine) as uow:
        uow.ledger.fail(mine, "no disk", day(2), again_at=None)
        assert uow.ledger.count("dead") == {"daily": 1}
        assert uow.ledger.ready(day(99)) == ()
        uow.commit()
    assert claim(engine, "other", day(99)) is None
    with UnitOfWork(engine) as uow:
        found = uow.ledger.retry(mine.id, asked_by="a person")
        assert (found.state, found.failures, found.detail) == ("queued", 0, "no disk")
        with pytest.raises(StoreError, match="nothing to retry"):
            uow.ledger.retry(mine.id, asked_by="a person")
        uow.commit()
    again = claimed(engine, "other", day(99))
    assert (again.attempt, again.failures) == (2, 0)


def test_a_slot_that_takes_its_process_with_it_is_dead_after_its_attempts(engine: Engine):
    assert claim(engine, "first", day(2), attempts=2) is not None
    assert claim(engine, "second", day(3), attempts=2) is not None
    assert claim(engine, "third", day(4), attempts=2) is None
    with UnitOfWork(engine) as uow:
        (found,) = uow.ledger.history(state="dead")
    assert (found.failures, found.detail) == (2, "lost with its process, second")


def test_a_released_slot_is_free_at_once_and_loses_no_attempt(engine: Engine):
    mine = claimed(engine)
    with UnitOfWork(engine) as uow:
        assert uow.ledger.release(mine, "stopped")
        uow.commit()
    again = claimed(engine, "other")
    assert (again.attempt, again.failures) == (2, 0)


def test_a_request_is_queued_once_each_and_carries_what_was_asked(engine: Engine):
    with UnitOfWork(engine) as uow:
        asked = ("update", "/somewhere/my-crisis.toml")
        chosen = {"family": "latent_tension", "refit": True}
        first = uow.ledger.request(
            *asked, as_of=day(0), arguments=chosen, asked_by="ann", at=day(1)
        )
        second = uow.ledger.request(*asked, asked_by="bob", at=day(1))
        assert first != second
        found = uow.ledger.get(first)
        assert (found.job, found.kind) == ("update:my-crisis", "update")
        assert (found.subject, found.state, found.asked_by) == (asked[1], "queued", "ann")
        assert (found.as_of, dict(found.arguments)) == (day(0), chosen)
        assert [run.id for run in uow.ledger.ready(day(2))] == [first, second]
        assert uow.ledger.ready(day(0)) == ()
        with pytest.raises(StoreError, match="at most"):
            uow.ledger.request("a", "", arguments={"family": "x" * 9999}, asked_by="", at=day(1))


def test_what_a_person_began_is_never_repeated(engine: Engine):
    with UnitOfWork(engine) as uow:
        mine = uow.ledger.claim("daily", day(1), "me", day(1), lease=LEASE)
        assert mine is not None
        assert uow.ledger.claim("daily", day(1), "other", day(9), lease=LEASE, attempts=9) is None
        assert not uow.ledger.abandon(mine.id, day(1))
        assert uow.ledger.abandon(mine.id, day(9))
        assert uow.ledger.get(mine.id).state == "failed"
        assert uow.ledger.ready(day(99)) == ()


def test_a_slot_is_next_after_the_newest_of_the_calendar_alone(engine: Engine):
    assert not is_next(engine, 1, after=0.5)
    assert is_next(engine, 1, after=None)
    assert is_next(engine, 1, after=None)  # the slot itself does not come before it
    assert not is_next(engine, 2, after=None)
    assert is_next(engine, 2, after=1)
    assert not is_next(engine, 1, after=None)
    with UnitOfWork(engine) as uow:
        uow.ledger.request("daily", "", asked_by="ann", at=day(3))
        uow.commit()
    assert is_next(engine, 4, after=2)  # what was asked for is not of the calendar


def test_of_two_that_ask_at_once_for_slots_of_a_job_one_is_next(engine: Engine):
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda slot: is_next(engine, slot, after=None), (1, 2)))
    assert sorted(answers) == [False, True]


def test_a_slot_that_somebody_has_is_not_left_out(engine: Engine):
    claimed(engine)
    with UnitOfWork(engine) as uow:
        assert not uow.ledger.skip("daily", day(1), "too old", day(2), subject="")
        assert uow.ledger.skip("daily", day(2), "too old", day(2), subject="")
        assert uow.ledger.newest_of_calendar(day(99))["daily"].slot == day(2)
        assert uow.ledger.newest_of_calendar(day(1))["daily"].slot == day(1)


def test_history_is_newest_first_and_of_one_job(engine: Engine):
    with UnitOfWork(engine) as uow:
        for job, slot in (("daily", 1), ("ingest:a", 2), ("daily", 3), ("ingest_b", 0)):
            assert uow.ledger.claim(job, day(slot), "me", day(4))
        assert [found.slot for found in uow.ledger.history(limit=2)] == [day(3), day(2)]
        assert [found.slot for found in uow.ledger.history("daily")] == [day(3), day(1)]
        assert [found.job for found in uow.ledger.list(job="ingest")] == ["ingest:a"]


def test_a_list_is_read_page_by_page(engine: Engine):
    with UnitOfWork(engine) as uow:
        for slot in range(5):
            assert uow.ledger.claim("daily", day(slot), "me", day(9))
        first = uow.ledger.list(limit=3)
        rest = uow.ledger.list(limit=3, before_id=first[-1].id, state="running")
        assert [run.slot for run in (*first, *rest)] == [day(slot) for slot in (4, 3, 2, 1, 0)]
        assert uow.ledger.list(state="dead") == ()
        with pytest.raises(NotFoundError, match="999"):
            uow.ledger.get(999)


def test_a_ladder_file_is_called_by_its_name(engine: Engine):
    assert job_name("daily", "C:\\ladders\\mine.toml") == "daily:mine"
    assert job_name("daily", "nato-russia") == "daily:nato-russia"
    assert job_name("backup", "") == "backup"


def test_a_ledger_of_before_keeps_what_it_knows(engine: Engine):
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO job_runs (job, slot, state, owner, claimed_at, detail, subject, "
                "origin, asked_by, arguments, attempts, failures, progress, run_id) VALUES "
                "('daily:mine', '2024-01-01T06:00:00.000000Z', 'done', 'x', "
                "'2024-01-01T06:00:00.000000Z', '', '', 'calendar', '', '{}', 1, 0, 1, '')"
            )
        )
    with UnitOfWork(engine) as uow:
        assert uow.ledger.history()[0].subject == "mine"
