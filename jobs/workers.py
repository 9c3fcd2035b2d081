"""Where pieces of a backtest are computed: here, on processes of this machine, or on a cluster.

The same function runs everywhere, one thread each, so that the numbers do not depend on where.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from forecaster.errors import ForecasterError, JobError

if TYPE_CHECKING:
    from distributed import Client

    from forecaster.domain.backtest import Effort, OriginForecast
    from forecaster.domain.prior import PriorSet
    from models.inputs import Known

DASK_SETTINGS = {
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.admin.system-monitor.interval": "2s",
    "distributed.admin.tick.interval": "500ms",
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 256 * 2**20,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 32 * 2**20,
}
"""Dask looks at its own processes so often that they take a share of the processors they count, and
has them give back every piece of memory at once, only to ask the kernel for it again."""

MOST_SENT = 3
"""How often a block is sent before the workers are given up."""

MOST_LOST = 5
"""How often a task is sent again after its block was lost: at the deaths of others, too."""


@dataclass(frozen=True, slots=True)
class Task:
    """One forecaster's block of origins: all that a worker needs, and nothing that it can reach."""

    forecaster: str
    block: "tuple[Known, ...]"
    priors: "PriorSet"
    effort: "Effort"
    seed: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a task: forecasts, or the error with a remedy that kept them from being made."""

    task: Task
    forecasts: "tuple[OriginForecast, ...]"
    error: str = ""


class Workers(Protocol):
    """Computes tasks in any order."""

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield an answer for each task as it is done; a bug in a task is raised."""
        ...


def compute(task: Task, block: "tuple[Known, ...] | None" = None) -> Answer:
    """Return the answer to a task; the same on any machine with the same code.

    block: that of the task, where it travelled apart from it.
    """
    from models.backtest import forecast_block
    from models.threads import one_thread

    try:
        with one_thread():
            made = tuple(
                forecast_block(
                    task.forecaster,
                    block or task.block,
                    task.priors,
                    effort=task.effort,
                    seed=task.seed,
                )
            )
    except ForecasterError as error:
        return Answer(task, (), str(error))
    return Answer(task, made)


class Here:
    """Computes in this process, one task after another."""

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield each answer before the next task is looked at."""
        yield from map(compute, tasks)


@dataclass(frozen=True, slots=True)
class OnCluster:
    """Computes on the workers of a Dask scheduler; a task whose worker dies runs on another."""

    client: "Client"
    ahead: int = 9
    """How many tasks are on their way per worker: so many that the next blocks of origins are read
    and sent while fits run, also while short tasks wait behind a long one, and few in memory."""

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield answers as they come in.

        Raises:
            JobError: no worker is left, or a task has cost several workers their life.
        """
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        waiting, sent = iter(tasks), _Sent(self.client)
        sent.submit(islice(waiting, self._most()))
        for future in sent.running:
            task = sent.asked.pop(future.key)
            try:
                answer = future.result()
            except CancelledError:  # the workers that held its block are gone, and it with them
                sent.forget_block()
                sent.again(task)
                continue
            except KilledWorker as error:
                raise _deadly(task, error.allowed_failures + 1) from None
            yield replace(answer, task=task)
            sent.submit(islice(waiting, max(0, self._most() - len(sent.asked))))

    def _most(self) -> int:
        """Return how many tasks may be on their way: workers come and go."""
        return max(1, self.ahead * len(self.client.scheduler_info()["workers"]))


def _deadly(task: Task, deaths: int) -> JobError:
    return JobError(
        f"{deaths} workers died at or beside {task.forecaster} from "
        f"{task.block[0].as_of:%Y-%m-%d}: give them more memory, then run the same again, which "
        "keeps what is stored"
    )


class _Sent:
    """What is on its way, by the key of its future. A block that several look at is sent once."""

    def __init__(self, client: "Client") -> None:
        from distributed import as_completed

        self._client = client
        self.running = as_completed(loop=client.loop)
        self.asked: dict[Any, Task] = {}
        self._block: tuple[Known, ...] = ()
        self._held: Any = None
        self._lost: Counter[tuple[str, datetime, int]] = Counter()

    def submit(self, tasks: Iterable[Task]) -> None:
        """Send tasks on their way."""
        for task in tasks:
            if self._held is None or task.block is not self._block:
                self._block, self._held = task.block, self._scattered(task.block)
            less = replace(task, block=())
            future = self._client.submit(compute, less, self._held, pure=False)
            self.asked[future.key] = task
            self.running.add(future)

    def again(self, task: Task) -> None:
        """Send a task that was lost with its block once more.

        Raises:
            JobError: it was lost so often that it is what kills the workers.
        """
        place = (task.forecaster, task.block[0].as_of, task.seed)
        self._lost[place] += 1
        if self._lost[place] > MOST_LOST:
            raise _deadly(task, self._lost[place])
        self.submit([task])

    def forget_block(self) -> None:
        """Send the next task's block anew: workers that held one are gone."""
        self._held = None

    def _scattered(self, block: "tuple[Known, ...]") -> Any:  # noqa: ANN401 — Dask has no types
        """Give a block to one worker, again if that dies at this moment; others fetch it there.

        Not to all: distributed 2026.8 replicates for ever where one of them dies meanwhile.
        """
        for _ in range(MOST_SENT):
            try:
                return self._client.scatter(block, hash=False)
            except OSError as error:
                failure = error
        raise JobError(
            f"no Dask worker takes readings ({failure}): start one with `dask worker ADDRESS`, "
            "then run the same again, which keeps what is stored"
        )


@contextmanager
def workers(count: int = 1, cluster: str | None = None) -> Iterator[Workers]:
    """Hand out the workers that a person asked for, and let them go at the end.

    Raises:
        JobError: the cluster does not answer.
    """
    if cluster is None and count == 1:
        yield Here()
        return
    with connected(count, cluster) as client:
        yield OnCluster(client)


@contextmanager
def connected(count: int, cluster: str | None) -> Iterator["Client"]:
    """Hand out a client of a cluster, or else of so many processes of this machine.

    Raises:
        JobError: the cluster does not answer.
    """
    with ExitStack() as closing:
        yield closing.enter_context(_client(count, cluster, closing))


def _client(count: int, cluster: str | None, closing: ExitStack) -> "Client":
    """Return a client of a cluster, or of processes of this machine that end with `closing`."""
    import dask
    from distributed import Client, LocalCluster

    try:
        if cluster is not None:
            return Client(cluster, timeout="10s")
        closing.enter_context(dask.config.set(DASK_SETTINGS))
        local = LocalCluster(
            n_workers=count, threads_per_worker=1, processes=True, dashboard_address=":0"
        )
        return Client(closing.enter_context(local))
    except (OSError, TimeoutError) as error:
        raise JobError(
            f"no Dask scheduler answers at {cluster} ({error}): start one with `dask scheduler`, "
            "or use --workers"
        ) from None
