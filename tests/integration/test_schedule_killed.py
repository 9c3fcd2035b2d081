"""Real processes, really killed: three schedulers on one store, and one that is asked to stop."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from forecaster.store.ledger import JobRun
from forecaster.store.unit_of_work import UnitOfWork
from tests import builders_schedule as month
from tests.processes import ROOT, running


def test_every_slot_takes_effect_once_though_processes_are_killed(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    month.make_effects(engine)
    done = subprocess.run(
        [sys.executable, "-m", "tests.fakes_scheduler_process", database_url, "1", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 5  # fewer where the machine is busy
    with UnitOfWork(engine, read_only=True) as work:
        runs = work.ledger.history(limit=month.ALL)
    assert sum(run.failures for run in runs) > 0  # some were taken over
    first = {job: min(run.slot for run in runs if run.job == job) for job in month.JOBS}
    wanted = month.expected(first, month.settings_of(tmp_path))
    in_month = [run for run in runs if run.slot <= month.END]
    assert {run.state for run in in_month} == {"done"}
    assert sorted((run.job, run.slot.isoformat()) for run in in_month) == sorted(wanted)
    effects = month.effects(engine)
    assert {key: effects[key] for key in wanted} == wanted
    assert max(effects.values()) == 1


def tell(process: subprocess.Popen[str]) -> None:
    """Ask a scheduler to stop."""
    process.send_signal(signal.SIGTERM)


def leave(process: subprocess.Popen[str]) -> None:
    """Be gone for a scheduler that runs beside us: what the system does for whoever is killed."""
    assert process.stdin is not None
    process.stdin.close()


either_way = pytest.mark.parametrize("ask", [tell, leave])


def stopped(
    ask: Callable[[subprocess.Popen[str]], None],
    engine: Engine,
    url: str,
    *,
    works: float,
    bound: float,
) -> JobRun:
    """Let a scheduler stop while it is at work on a request, and return what became of that."""
    with UnitOfWork(engine) as work:
        id = work.ledger.request("slow", "", asked_by="ann", at=datetime.now(UTC))
        work.commit()
    command = [sys.executable, "-m", "tests.fakes_stopped_process", url, str(works), str(bound)]
    pipe = subprocess.PIPE
    with running(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        while "at work" not in process.stdout.readline():
            assert process.poll() is None
        ask(process)
        assert process.wait(60) == 0
    with UnitOfWork(engine, read_only=True) as work:
        return work.ledger.get(id)


@either_way
def test_what_runs_is_finished_before_a_scheduler_stops(
    ask: Callable[[subprocess.Popen[str]], None], engine: Engine, database_url: str
) -> None:
    found = stopped(ask, engine, database_url, works=0.5, bound=30)
    assert (found.state, found.progress, found.attempts) == ("done", 1.0, 1)


@either_way
def test_what_takes_too_long_is_given_back(
    ask: Callable[[subprocess.Popen[str]], None], engine: Engine, database_url: str
) -> None:
    found = stopped(ask, engine, database_url, works=60, bound=0.3)
    assert (found.state, found.failures, found.lease_until) == ("queued", 0, None)
    assert found.detail.startswith("given back")
    with UnitOfWork(engine, read_only=True) as work:
        assert [run.id for run in work.ledger.ready(datetime.now(UTC))] == [found.id]


def test_a_signal_stops_a_scheduler_whenever_it_comes() -> None:
    command = [sys.executable, "-m", "tests.fakes_signalled_process", "5000"]
    with running(command) as process:
        assert process.wait(60) == 0
