"""The unit of work: all or nothing, and readers who keep nobody waiting."""

import pytest
from sqlalchemy import Engine

from forecaster.domain.reading import Reject
from forecaster.errors import StoreError
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, forecast, ladder, prior, readings, run

ROWS = [("a", 0, 1, 1.0, True), ("a", 1, 2, 2.0, True)]


def write_everything(uow: UnitOfWork) -> None:
    uow.readings.add(readings(ROWS))
    uow.quarantine.add([Reject("viina", 1, "r", "x")], at=day(1))
    uow.ladders.ensure(ladder(), day(0))
    uow.priors.ensure("toy", [prior()], at=day(0))
    uow.forecasts.publish(run(), forecast())
    uow.ledger.claim("daily", day(1), "me", day(1))


def fail_half_way(engine: Engine) -> None:
    with UnitOfWork(engine) as uow:
        write_everything(uow)
        uow.readings.add(readings([("a", 0, 1, float("inf"), True)]))


def is_empty(engine: Engine) -> bool:
    with UnitOfWork(engine, read_only=True) as uow:
        return not (
            uow.readings.count()
            or uow.readings.series()
            or uow.quarantine.count()
            or uow.ladders.list()
            or uow.priors.in_force("toy", day(9)).versions
            or uow.runs.list()
            or uow.runs.latest("toy")
            or uow.ledger.history()
        )


def test_leaving_without_commit_writes_nothing(engine: Engine):
    with UnitOfWork(engine) as uow:
        write_everything(uow)
    assert is_empty(engine)


def test_an_error_writes_nothing(engine: Engine):
    with pytest.raises(StoreError, match="finite"):
        fail_half_way(engine)
    assert is_empty(engine)


def test_rolling_back_writes_nothing(engine: Engine):
    with UnitOfWork(engine) as uow:
        write_everything(uow)
        uow.rollback()
        uow.commit()
    assert is_empty(engine)


def test_what_is_committed_stays_and_the_rest_goes(engine: Engine):
    with UnitOfWork(engine) as uow:
        uow.readings.add(readings(ROWS[:1]))
        uow.commit()
        uow.readings.add(readings(ROWS))
    with UnitOfWork(engine, read_only=True) as uow:
        assert uow.readings.count() == 1


def test_a_reader_sees_what_was_committed_while_another_writes(engine: Engine):
    with UnitOfWork(engine) as writer:
        writer.readings.add(readings(ROWS))
        with UnitOfWork(engine, read_only=True) as reader:
            assert reader.readings.count() == 0
        writer.commit()
    with UnitOfWork(engine, read_only=True) as reader:
        assert reader.readings.count() == 2


def test_a_pointer_says_who_moved_it_and_when(engine: Engine):
    with UnitOfWork(engine, clock=lambda: day(42)) as uow:
        uow.ladders.ensure(ladder(), day(0))
        uow.forecasts.publish(run(), forecast(), actor="Ann")
        uow.commit()
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT run_id, actor, moved_at FROM latest").one()
    assert found[:2] == ("run-1", "Ann")
    assert str(found.moved_at).startswith("2024-02-12")


def test_reading_only_refuses_to_write(postgres_url: str):
    from forecaster.store.session import make_engine

    engine = make_engine(postgres_url)
    with UnitOfWork(engine, read_only=True) as uow, pytest.raises(StoreError, match="read-only"):
        uow.readings.add(readings(ROWS))
    engine.dispose()
