"""`forecaster serve` with its scheduler beside it: one comes with the other, and goes with it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from forecaster.store.session import make_engine
from forecaster.store.unit_of_work import UnitOfWork
from tests.processes import running


def children(process: int) -> list[int]:
    return [child.pid for child in psutil.Process(process).children()]


def eventually(true: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_live(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).close()
    except OSError:
        return False
    return True


def is_gone(process: int) -> bool:
    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def service(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A service on a store of its own that answers, with its scheduler beside it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {"FORECASTER_DATA_DIR": str(tmp_path), "FORECASTER_LADDERS": "[]"}
    command = [sys.executable, "-m", "jobs", "serve", "--port", str(port)]
    with running(command, env=os.environ | told, stderr=subprocess.DEVNULL) as process:
        eventually(lambda: is_live(port) and bool(children(process.pid)))
        yield process
        process.terminate()
        process.wait(60)


@pytest.mark.e2e
def test_a_scheduler_runs_beside_the_service_is_started_again_and_ends_with_it(
    service: subprocess.Popen[bytes],
):
    (scheduler,) = children(service.pid)
    os.kill(scheduler, 9)
    eventually(lambda: children(service.pid) not in ([scheduler], []))
    (another,) = children(service.pid)
    service.terminate()
    assert service.wait(60) == 0
    eventually(lambda: is_gone(another))


@pytest.mark.e2e
def test_a_scheduler_leaves_by_itself_when_its_service_is_killed(
    service: subprocess.Popen[bytes], tmp_path: Path
):
    (scheduler,) = children(service.pid)
    service.kill()
    service.wait(60)
    eventually(lambda: is_gone(scheduler), seconds=30)
    engine = make_engine(f"sqlite:///{tmp_path / 'forecaster.sqlite'}")
    with UnitOfWork(engine, read_only=True) as work:
        assert work.ledger.list(state="running") == ()
    engine.dispose()


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "jobs", "serve", "--port", port],
            env=os.environ | {"FORECASTER_DATA_DIR": str(tmp_path), "FORECASTER_LADDERS": "[]"},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert ended.returncode == 1
    assert f"nothing can be served on 127.0.0.1:{port} (Address already in use)" in ended.stderr
    assert "serving on" not in ended.stdout + ended.stderr
