"""`forecaster jobs`: what is due, how it ended, and what a person lets be tried again."""

from datetime import UTC, datetime

from forecaster.settings import load_settings
from forecaster.store.ledger import Asked
from forecaster.store.unit_of_work import UnitOfWork
from jobs.wiring import open_database
from tests.e2e.conftest import Command

SLOT = datetime(2025, 7, 2, 6, tzinfo=UTC)
NAME = "daily:nato-russia"


def give_up() -> None:
    with UnitOfWork(open_database(load_settings())) as work:
        claim = work.ledger.claim(
            NAME, SLOT, "somebody", SLOT, asked=Asked("nato-russia", origin="calendar")
        )
        assert claim is not None
        work.ledger.fail(claim, "the well is dry", SLOT, again_at=None)
        work.commit()


def line(text: str, start: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(start)).split()


def test_a_dead_slot_is_counted_shown_and_retried(forecaster: Command) -> None:
    give_up()
    listed = forecaster("jobs", "list").out
    assert line(listed, "daily")[4:6] == ["dead", "1"]
    assert line(listed, "refit")[4:6] == ["–", "0"]
    shown = forecaster("jobs", "history", "daily", "--state", "dead").out
    assert NAME in shown
    assert "the well is dry" in shown
    assert "given up: daily:nato-russia" in forecaster("doctor").out
    answer = forecaster("jobs", "retry", NAME, "2025-07-02 06:00")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"{NAME} due 2025-07-02 06:00: queued for the next scheduler\n"
    assert NAME not in forecaster("jobs", "history", "--state", "dead").out
    again = forecaster("jobs", "retry", NAME, "2025-07-02T06:00")
    assert again.code == 1
    assert "is queued, so there is nothing to retry" in again.err


def test_a_slot_that_is_not_there_is_said_in_one_line(forecaster: Command) -> None:
    give_up()
    answer = forecaster("jobs", "retry", NAME, "2025-07-03 06:00")
    assert answer.code != 0
    assert "has no slot 2025-07-03 06:00" in answer.err
    assert answer.err.count("\n") == 1


def test_a_state_that_no_job_has_is_misuse(forecaster: Command) -> None:
    answer = forecaster("jobs", "history", "--state", "broken")
    assert answer.code == 2
    assert "dead" in answer.err
