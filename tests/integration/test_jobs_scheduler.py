"""The scheduler runs what is due, says what failed, and never lets one job stop the others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forecaster.store.unit_of_work import UnitOfWork
from jobs.agenda import due
from jobs.context import Context
from jobs.rounds import run_due
from tests.fakes_jobs import HandClock, make_context

NOW = datetime(2025, 7, 10, 12, tzinfo=UTC)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = make_context(tmp_path, clock=HandClock(NOW))
    yield made
    made.engine().dispose()


def test_nothing_is_begun_while_stopping(context: Context) -> None:
    assert run_due(context, stopping=lambda: True) == 0
    with UnitOfWork(context.engine(), read_only=True) as work:
        assert work.ledger.history() == ()


def test_what_ran_is_not_due_again_and_failures_stop_nobody(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every request goes to a port where nobody listens.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    said: list[str] = []
    listening = replace(context, say=said.append)
    wanted = due(listening)
    run_due(listening)
    sources = sum(job.per == "source" for job, _ in wanted)
    assert sources > 0
    assert sum("failed" in line for line in said) == sources
    assert due(listening) == ()
    (daily,) = [line for line in said if line.startswith("daily:nato-russia")]
    assert "done" in daily
    with UnitOfWork(context.engine(), read_only=True) as work:
        run = work.runs.latest("nato-russia")
    assert run is not None
    assert run.as_of == datetime(2025, 7, 10, 6, tzinfo=UTC)
