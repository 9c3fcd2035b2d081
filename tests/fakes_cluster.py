"""A real Dask cluster on loopback, one process each, and a task in which a worker can be killed."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from forecaster.domain.backtest import LEVELS, OriginForecast
from jobs.provenance import data_digest
from jobs.workers import Answer, Task
from models.inputs import Known

WAIT_SECONDS = 60.0
"""No wait is longer; none is a guess at how long something takes."""
FATAL_TASK = 3
"""Which of its tasks a worker does not survive: by then it holds blocks and results."""

_ROOT = Path(__file__).parents[1]
_begun = 0


@dataclass(frozen=True)
class AsOf:
    """All that a toy block knows of an origin."""

    as_of: datetime


def until[T](look: Callable[[], T], what: str) -> T:
    """Return what `look` finds as soon as it finds something."""
    end = time.monotonic() + WAIT_SECONDS
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {WAIT_SECONDS:.0f} s in vain for {what}")
        time.sleep(0.02)
    return found


def echo(task: Task, block: tuple[Known, ...] | None = None) -> Answer:
    """Answer with forecasts whose numbers follow from all that was told, and from nothing else.

    No model is imported: that takes a worker longer than all that is asked of it here.
    """
    return Answer(task, tuple(_echoed(task, known) for known in block or task.block))


def echo_until_killed(note: Path, task: Task, block: tuple[Known, ...] | None = None) -> Answer:
    """Echo a task; the first process to begin a third one names itself in `note` and waits."""
    _wait_to_be_killed(note)
    return echo(task, block)


def answer(task: Task, block: tuple) -> Answer:
    """Say which block came."""
    return Answer(task, (), str(block))


def die(task: Task, block: tuple) -> Answer:
    """Take the worker down, as one is that runs out of memory."""
    time.sleep(0.5)  # as long as it takes Dask to see the block here
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def answer_until_killed(note: Path, task: Task, block: tuple) -> Answer:
    """Say which block came, and be killed likewise."""
    _wait_to_be_killed(note)
    return answer(task, block)


def _echoed(task: Task, known: Known) -> OriginForecast:
    theatres = tuple(t.id for t in known.ladder.theatres)
    rungs = tuple(r.id for r in known.ladder.track(known.domain) if r.resolution == "measured")
    horizons = known.ladder.horizons
    shape = (len(theatres), len(horizons))
    rng = np.random.default_rng(int(_digest(task, known), 16))
    return OriginForecast(
        forecaster=task.forecaster,
        version="1",
        origin=known.as_of,
        theatres=theatres,
        horizons=horizons,
        rungs=rungs,
        horizon_ends=(known.as_of,) * len(horizons),
        at=rng.dirichlet(np.ones(len(rungs)), shape),
        reach=rng.random((*shape, len(rungs))),
        quantiles=rng.random((*shape, len(LEVELS))),
        present=rng.integers(0, len(rungs), len(theatres)),
        diagnostics=None,
        seconds=0.0,
        seed=task.seed,
    )


def _digest(task: Task, known: Known) -> str:
    told = data_digest(
        known.readings, known.judgements, known.neighbours, reliability=known.reliability
    )
    words = (task.forecaster, task.priors, task.effort, task.seed)
    place = (known.ladder.digest, known.domain, known.as_of, told)
    return hashlib.sha256(repr((words, place)).encode()).hexdigest()


def _wait_to_be_killed(note: Path) -> None:
    global _begun
    _begun += 1
    if _begun == FATAL_TASK and _first(note):
        time.sleep(WAIT_SECONDS)
        raise TimeoutError("nobody killed this worker")


def _first(note: Path) -> bool:
    """Whether this process is the first to write its id into `note`, which appears whole."""
    draft = note.with_suffix(f".{os.getpid()}")
    draft.write_text(str(os.getpid()))
    try:
        note.hardlink_to(draft)
    except FileExistsError:
        return False
    return True


@dataclass
class Cluster:
    """A scheduler without workers, until some are started."""

    folder: Path
    address: str = ""
    workers: dict[int, subprocess.Popen] = field(default_factory=dict)

    def start_worker(self) -> None:
        """Start a process with one thread; it joins when it is ready."""
        made = self.run("dask_worker", self.address, "--nthreads", "1", "--no-nanny")
        self.workers[made.pid] = made

    def wait_for_workers(self, count: int) -> None:
        """Return when so many workers are at the scheduler's service."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=WAIT_SECONDS)

    def freeze(self, pid: int) -> None:
        """Let one of the workers keep its connections and answer nothing more."""
        self.workers[pid].send_signal(signal.SIGSTOP)

    def kill(self, pid: int) -> None:
        """Kill one of the workers as the kernel does it when memory runs out."""
        self.workers[pid].send_signal(signal.SIGKILL)
        self.workers[pid].wait(WAIT_SECONDS)

    def run(self, what: str, *arguments: str) -> subprocess.Popen:
        """Start a program of Dask's on loopback, without a page, on ports that are free."""
        return subprocess.Popen(
            [
                *(sys.executable, "-m", f"distributed.cli.{what}", *arguments),
                *("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"),
            ],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Hand out a cluster on loopback and end all its processes."""
    made, note = Cluster(folder), folder / "scheduler.json"
    scheduler = made.run("dask_scheduler", "--port", "0", "--scheduler-file", str(note))
    try:
        made.address = until(lambda: _address(note), "the scheduler's address")
        yield made
    finally:
        for process in (*made.workers.values(), scheduler):
            process.kill()
            process.wait(WAIT_SECONDS)


def _address(note: Path) -> str:
    try:
        return json.loads(note.read_text())["address"]
    except (FileNotFoundError, json.JSONDecodeError):
        return ""


@contextmanager
def meanwhile(act: Callable[[], None]) -> Iterator[None]:
    """Run `act` beside what follows, and raise at the end what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 — it is raised below
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if raised:
        raise raised[0]
