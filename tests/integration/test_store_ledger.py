"""The job ledger: one winner per slot, and no slot lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from forecaster.errors import StoreError
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day


def claim(engine: Engine, owner: str) -> bool:
    with UnitOfWork(engine) as uow:
        won = uow.ledger.claim("daily", day(1), owner, day(1.5))
        uow.commit()
    return won


def test_of_many_claims_exactly_one_wins(engine: Engine):
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: claim(engine, f"worker-{n}"), range(24)))
    assert sum(won) == 1
    with UnitOfWork(engine) as uow:
        (found,) = uow.ledger.history()
    assert found.owner == f"worker-{won.index(True)}"
    assert found.state == "running"


def test_a_slot_is_finished_once(engine: Engine):
    claim(engine, "me")
    with UnitOfWork(engine) as uow:
        uow.ledger.finish("daily", day(1), "done", "run-1", day(2))
        (found,) = uow.ledger.history("daily")
        assert (found.state, found.detail, found.finished_at) == ("done", "run-1", day(2))
        with pytest.raises(StoreError, match="claim it first"):
            uow.ledger.finish("daily", day(1), "failed", "", day(3))


def test_a_failed_or_silent_slot_can_be_taken_over_and_a_done_one_not(engine: Engine):
    claim(engine, "killed")
    with UnitOfWork(engine) as uow:
        again = ("daily", day(1), "other", day(3))
        assert not uow.ledger.reclaim(*again, silent_since=day(1))
        assert uow.ledger.reclaim(*again, silent_since=day(2))
        uow.ledger.finish("daily", day(1), "failed", "no disk", day(3))
        assert uow.ledger.reclaim(*again, silent_since=day(0))
        uow.ledger.finish("daily", day(1), "done", "", day(4))
        assert not uow.ledger.reclaim(*again, silent_since=day(9))


def test_history_is_newest_first_and_of_one_job(engine: Engine):
    with UnitOfWork(engine) as uow:
        for job, slot in (("daily", 1), ("ingest", 2), ("daily", 3)):
            assert uow.ledger.claim(job, day(slot), "me", day(4))
        assert [found.slot for found in uow.ledger.history(limit=2)] == [day(3), day(2)]
        assert [found.slot for found in uow.ledger.history("daily")] == [day(3), day(1)]
