"""The views of how the service itself is doing say what the tables behind them say."""

import pytest
from sqlalchemy import Engine, RowMapping, text

from forecaster.domain.reading import Reject, SourceStatus
from forecaster.store.dictionary import render
from forecaster.store.readers import VIEWS
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, forecast, ladder, readings, refused, run


def status(source: str, at: int, state: str, *, rejected: int = 0) -> SourceStatus:
    return SourceStatus(source, state, "in words", day(at), day(at - 1), 5, 3, rejected, 4)  # type: ignore[arg-type]


@pytest.fixture
def kept(engine: Engine) -> Engine:
    with UnitOfWork(engine) as work:
        work.readings.add(
            readings([("a", 1, 2, 1.0, False), ("a", 6, 7, 2.0, False), ("b", 3, 4, 1.0, False)]),
            at=day(8),
        )
        work.readings.add(readings([("c", 2, 3, 1.0, False)], source="sample"), at=day(8))
        work.sources.record(status("viina", 7, "fresh"))
        work.sources.record(status("viina", 9, "short", rejected=2))
        work.sources.record(status("away", 9, "failed"))
        rejects = [Reject("viina", n, "negative count", f"secret,-{n}") for n in (1, 2)]
        work.quarantine.add(rejects, at=day(9))
        work.commit()
    return engine


@pytest.fixture
def ran(engine: Engine) -> Engine:
    with UnitOfWork(engine) as work:
        work.ladders.ensure(ladder(), day(0))
        work.forecasts.publish(run("run-1", as_of=day(0)), forecast(fire=0.3))
        work.forecasts.refuse(refused(as_of=day(8)), forecast())
        claim = work.ledger.claim("ingest:viina", day(1), "one", day(1.5))
        assert claim is not None
        work.ledger.finish(claim, "done", "5 rows", day(1.75))
        work.ledger.claim("daily:toy", day(2), "two", day(2))
        work.commit()
    return engine


def select(engine: Engine, sql: str) -> list[RowMapping]:
    with engine.connect() as connection:
        return list(connection.execute(text(sql)).mappings())


def as_day(value: object) -> str:
    return str(value)[:10]


def test_a_source_shows_its_last_check_and_its_newest_reading(kept: Engine):
    rows = {row["source"]: row for row in select(kept, "SELECT * FROM sources_now")}
    assert set(rows) == {"viina", "away", "sample"}
    viina = rows["viina"]
    assert (viina["state"], viina["reason"]) == ("short", "in words")
    assert as_day(viina["checked_at"]) == as_day(day(9))
    assert as_day(viina["observed_through"]) == as_day(day(6))
    assert (viina["series"], viina["rejects"], viina["rows_rejected"]) == (2, 2, 2)
    assert viina["observed_hours"] - viina["checked_hours"] == pytest.approx(3 * 24, abs=0.1)


def test_a_source_without_readings_or_without_checks_is_shown_too(kept: Engine):
    rows = {row["source"]: row for row in select(kept, "SELECT * FROM sources_now")}
    assert (rows["away"]["state"], rows["away"]["observed_through"]) == ("failed", None)
    assert (rows["away"]["series"], rows["away"]["observed_hours"]) == (0, None)
    assert (rows["sample"]["state"], rows["sample"]["checked_at"]) == ("never asked", None)


def test_every_check_is_in_the_log(kept: Engine):
    log = select(kept, "SELECT source, state FROM source_log ORDER BY checked_at, source DESC")
    assert [tuple(row.values()) for row in log] == [
        ("viina", "fresh"),
        ("viina", "short"),
        ("away", "failed"),
    ]


def test_rejects_are_counted_and_never_shown(kept: Engine):
    (row,) = select(kept, "SELECT * FROM reject_log")
    assert (row["source"], row["reason"], row["n"]) == ("viina", "negative count", 2)
    assert not any("secret" in str(value) for value in row.values())


def test_a_job_shows_how_long_it_waited_and_ran(ran: Engine):
    rows = {row["job"]: row for row in select(ran, "SELECT * FROM job_log")}
    done = rows["ingest:viina"]
    assert (done["state"], done["detail"]) == ("done", "5 rows")
    assert done["wait_seconds"] == pytest.approx(86400 / 2, abs=0.01)
    assert done["run_seconds"] == pytest.approx(86400 / 4, abs=0.01)
    running = rows["daily:toy"]
    assert (running["state"], running["run_seconds"]) == ("running", None)
    assert running["wait_seconds"] == pytest.approx(0, abs=0.01)


def test_a_run_shows_what_the_gate_judged(ran: Engine):
    rows = {row["run_id"]: row for row in select(ran, "SELECT * FROM run_diagnostics")}
    assert bool(rows["run-1"]["passed"])
    assert not bool(rows["run-bad"]["passed"])
    assert rows["run-bad"]["reason"] == "R-hat 1.2 is above 1.01"
    assert rows["run-1"]["max_rhat"] == pytest.approx(1.001)
    assert (rows["run-1"]["method"], rows["run-1"]["wall_seconds"]) == ("refit", 1.5)


def test_standings_are_kept_of_every_run_with_the_present_state(ran: Engine):
    with UnitOfWork(ran) as work:
        work.runs.withdraw("run-1", reason="wrong units", actor="Ann", at=day(9))
        work.commit()
    rows = {row["run_id"]: row for row in select(ran, "SELECT * FROM standings_history")}
    assert {name: row["state"] for name, row in rows.items()} == {
        "run-1": "withdrawn",
        "run-bad": "refused",
    }
    row = rows["run-1"]
    assert (row["present_rung"], row["rung_position"], row["rung_name"]) == ("calm", 0, "Calm")


@pytest.mark.parametrize("view", VIEWS)
def test_what_readers_may_read_is_documented(view: str):
    assert f"| `{view}` |" in render()
