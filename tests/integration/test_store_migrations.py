"""Migrations: up, down, equal to the table classes, and safe under two processes."""

import multiprocessing
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Engine, inspect, text

from forecaster.store.schema import alembic_config as our_config
from forecaster.store.session import make_engine, migrate, require_current
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, forecast, ladder, run
from tests.builders_store_backtest import plan

__all__ = [
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]


@pytest.fixture
def alembic_config() -> Config:
    return our_config()


@pytest.fixture
def alembic_engine(empty_database_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


def migrate_in_a_process(url: str) -> None:
    engine = make_engine(url)
    migrate(engine)
    require_current(engine)
    engine.dispose()


def test_migrating_twice_is_migrating_once(alembic_engine: Engine):
    migrate(alembic_engine)
    migrate(alembic_engine)
    require_current(alembic_engine)


def test_several_processes_may_migrate_at_once(empty_database_url: str):
    context = multiprocessing.get_context("spawn")
    racers = [
        context.Process(target=migrate_in_a_process, args=(empty_database_url,)) for _ in range(4)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)
    assert [racer.exitcode for racer in racers] == [0] * 4


def test_every_view_of_the_contract_is_there(engine: Engine):
    assert {"results_latest", "results_history", "ladder_now", "scores", "scores_backtest"} <= set(
        inspect(engine).get_view_names()
    )


def test_on_postgresql_the_key_of_readings_carries_what_an_as_of_read_needs(postgres_url: str):
    engine = make_engine(postgres_url)
    asked = "SELECT indexdef FROM pg_indexes WHERE tablename = 'readings'"
    with engine.connect() as connection:
        found = sorted(connection.execute(text(asked)).scalars())
    engine.dispose()
    assert [definition.partition(" USING ")[2] for definition in found] == [
        "brin (batch_id) WITH (autosummarize='on')",
        "btree (series_id, observed_at, recorded_at) INCLUDE (value, estimated)",
    ]


def test_a_backtest_older_than_its_prior_set_stays_readable_and_is_not_resumed(
    alembic_engine: Engine,
):
    with alembic_engine.begin() as connection:
        config = our_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    with UnitOfWork(alembic_engine) as work:
        work.ladders.ensure(ladder(), day(0))
        work.commit()
    with alembic_engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO backtests (backtest_id, plan_id, plan_digest, plan_text, ladder, "
                "ladder_version, ladder_digest, domain, data_digest, code_version, began_at) "
                "VALUES ('old', 'toy-plan', 'plan-text-1', '', 'toy', '1', 'text-1', 'kinetic', "
                "'data-1', '0.1.0', '2024-01-01T00:00:00.000000Z')"
            )
        )
    migrate(alembic_engine)
    with UnitOfWork(alembic_engine) as work:
        assert work.backtests.get("old").prior_set == ""
        begun = work.backtests.begin(
            plan(),
            ladder=ladder(),
            data_digest="data-1",
            prior_set="set-1",
            code_version="0.1.0",
            at=day(1),
        )
        assert begun != "old"
        assert work.backtests.get(begun).prior_set == "set-1"


def test_a_ledger_of_before_leases_goes_on_where_it_was(alembic_engine: Engine):
    with alembic_engine.begin() as connection:
        config = our_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        for job, slot, state in (
            ("daily:mine", "2024-01-01T06:00:00.000000Z", "done"),
            ("daily:mine", "2024-01-02T06:00:00.000000Z", "running"),
            ("daily:mine", "2024-01-02T06:00:00.123456Z", "done"),
            ("ingest:viina", "2024-01-02T05:00:00.000000Z", "failed"),
        ):
            connection.execute(
                text(
                    "INSERT INTO job_runs (job, slot, state, owner, claimed_at, detail) "
                    "VALUES (:job, :slot, :state, 'old', :slot, '')"
                ),
                {"job": job, "slot": slot, "state": state},
            )
    migrate(alembic_engine)
    with UnitOfWork(alembic_engine) as work:
        found = work.ledger.history()
        assert [(run.origin, run.state) for run in found if run.kind == "daily"] == [
            ("hand", "done"),
            ("calendar", "running"),
            ("calendar", "done"),
        ]
        (lost,) = work.ledger.ready(day(999))
        assert (lost.job, lost.state, lost.subject) == ("daily:mine", "running", "mine")
        assert work.ledger.newest_of_calendar(day(999))["ingest:viina"].not_before is None


def test_a_reason_of_before_names_no_run_any_more(alembic_engine: Engine):
    config = our_config()
    with alembic_engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0014")
    said = "superseded by run secret-run of the same as_of"
    with UnitOfWork(alembic_engine) as work:
        work.ladders.ensure(ladder(), day(0))
        work.forecasts.publish(run("old", as_of=day(1)), forecast())
        work.forecasts.publish(run("wrong", as_of=day(2)), forecast())
        work.runs.note_state("old", "superseded", reason=said, actor="ann", at=day(9))
        work.runs.withdraw("wrong", reason=said, actor="ann", at=day(9))
        work.commit()
    migrate(alembic_engine)
    with UnitOfWork(alembic_engine) as work:
        assert work.runs.get("old").state_reason == "superseded by a later run of the same as_of"
        assert work.runs.get("wrong").state_reason == said  # in a person's own words
        assert work.forecasts.verify_chain() == ()
