"""Where pieces of a backtest are computed: here, on processes of this machine, or on a cluster.

The same function runs everywhere, one thread each, so that the numbers do not depend on where.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from forecaster.errors import ForecasterError, JobError

if TYPE_CHECKING:
    from distributed import Client, Future

    from forecaster.domain.backtest import Effort, OriginForecast
    from forecaster.domain.prior import PriorSet
    from models.backtest import Known


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
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from models.backtest import forecast_block

    try:
        with threadpool_limits(1):
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
    ahead: int = 2
    """How many tasks are on their way per worker: enough to keep it busy, few in memory."""

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield answers as they come in."""
        from distributed import as_completed

        waiting = iter(tasks)
        running = as_completed()
        most = max(1, self.ahead * len(self.client.scheduler_info()["workers"]))
        sent = _Sent(self.client)
        asked: dict[Any, Task] = {}
        for task in _next(waiting, most):
            running.add(sent.submit(task, asked))
        for future in running:
            yield replace(future.result(), task=asked.pop(future.key))
            for task in _next(waiting, 1):
                running.add(sent.submit(task, asked))


class _Sent:
    """Sends each block once, though several forecasters look at it."""

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._block: tuple[Known, ...] = ()
        self._data: Any = None

    def submit(self, task: Task, asked: dict[Any, Task]) -> "Future[Answer]":
        """Send a task on its way, and note it in `asked` by the key of its future."""
        if self._data is None or task.block is not self._block:
            self._block, self._data = (
                task.block,
                self._client.scatter(task.block, hash=False, broadcast=True),
            )
        future = self._client.submit(compute, replace(task, block=()), self._data, pure=False)
        asked[future.key] = task
        return future


def _next(tasks: Iterator[Task], count: int) -> Iterator[Task]:
    for _ in range(count):
        task = next(tasks, None)
        if task is None:
            return
        yield task


@contextmanager
def workers(count: int = 1, cluster: str | None = None) -> Iterator[Workers]:
    """Hand out the workers that a person asked for, and let them go at the end.

    Raises:
        JobError: the cluster does not answer.
    """
    if cluster is None and count == 1:
        yield Here()
        return
    with ExitStack() as closing:
        yield OnCluster(closing.enter_context(_client(count, cluster, closing)))


def _client(count: int, cluster: str | None, closing: ExitStack) -> "Client":
    """Return a client of a cluster, or of processes of this machine that end with `closing`."""
    from distributed import Client, LocalCluster

    try:
        if cluster is not None:
            return Client(cluster, timeout="10s")
        local = LocalCluster(
            n_workers=count, threads_per_worker=1, processes=True, dashboard_address=":0"
        )
        return Client(closing.enter_context(local))
    except (OSError, TimeoutError) as error:
        raise JobError(
            f"no Dask scheduler answers at {cluster} ({error}): start one with `dask scheduler`, "
            "or use --workers"
        ) from None
