"""Pieces of a backtest on a cluster of which a worker is killed in the middle of one."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from distributed import Client
from distributed.scheduler import KilledWorker

import jobs.workers
from forecaster.domain.backtest import Effort, OriginForecast
from forecaster.domain.prior import PriorSet
from forecaster.errors import JobError
from forecaster.store.unit_of_work import UnitOfWork
from jobs.backtesting.members import run_members
from jobs.context import Context
from jobs.known import introduce
from jobs.workers import Answer, Here, OnCluster, Task, Workers, workers
from tests import fakes_cluster
from tests.builders_backtest_run import LADDER, PLAN, assert_same
from tests.fakes_cluster import AsOf, Cluster, until
from tests.fakes_jobs import NOON

# distributed 2026.8 leaves a socket unclosed while it looks for a free port (2026-11).
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SHORT = replace(PLAN, last=date(2025, 2, 2))
ORIGINS = 5


class Counting:
    """Workers whose answers are counted by forecaster and origin."""

    def __init__(self, staff: Workers) -> None:
        self.staff = staff
        self.answered: Counter = Counter()

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        for answer in self.staff.answers(tasks):
            self.answered[answer.task.forecaster, answer.task.block[0].as_of] += 1
            yield answer


def forecasts_of(context: Context, staff: Workers) -> tuple[OriginForecast, ...]:
    """Run the plan's own forecasters as a backtest of its own, and read what is stored then."""
    now = context.clock()
    with UnitOfWork(context.engine()) as work:
        introduce(work, LADDER, now)
        priors = work.priors.in_force(LADDER.id, now)
        backtest_id = work.backtests.begin(
            SHORT,
            ladder=LADDER,
            data_digest="data",
            prior_set=priors.name,
            code_version="test",
            at=now,
            fresh=True,
        )
        work.commit()
    run_members(context, LADDER, SHORT, priors, staff, backtest_id)
    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.backtests.forecasts(backtest_id)


def kill_the_first_that_waits(cluster: Cluster, note: Path, *, heir: bool = False) -> None:
    """Kill the worker that names itself in `note`; with `heir`, once another has joined."""
    victim = int(until(lambda: note.exists() and note.read_text(), "a worker's third task"))
    if heir:
        cluster.start_worker()
        cluster.wait_for_workers(2)
    cluster.kill(victim)


def test_a_killed_worker_loses_no_origin_and_changes_no_number(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "victim"
    with fakes_cluster.cluster(tmp_path) as cluster:
        cluster.start_worker()
        cluster.start_worker()
        monkeypatch.setattr(jobs.workers, "compute", fakes_cluster.echo)
        here = forecasts_of(context, Here())
        fatal = partial(fakes_cluster.echo_until_killed, note)
        monkeypatch.setattr(jobs.workers, "compute", fatal)
        cluster.wait_for_workers(2)
        with (
            fakes_cluster.meanwhile(lambda: kill_the_first_that_waits(cluster, note)),
            workers(1, cluster.address) as made,
        ):
            staff = Counting(made)
            there = forecasts_of(context, staff)
        ended = [process.poll() for process in cluster.workers.values()]
    assert set(ended) == {-signal.SIGKILL, None}
    assert len(staff.answered) == len(here) == 2 * ORIGINS
    assert set(staff.answered.values()) == {1}
    assert_same(here, there)


def tasks(count: int) -> list[Task]:
    """Tasks of which every two share a block; the block is what tells them apart."""
    blocks = [(AsOf(NOON + timedelta(weeks=n)),) for n in range(count // 2)]
    priors = PriorSet("toy", "set-toy", ())
    return [Task("toy", block, priors, Effort(), seed) for block in blocks for seed in (1, 2)]


def test_blocks_that_died_with_their_only_worker_are_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, asked = tmp_path / "victim", tasks(12)
    monkeypatch.setattr(jobs.workers, "compute", partial(fakes_cluster.answer_until_killed, note))
    with fakes_cluster.cluster(tmp_path) as cluster:
        cluster.start_worker()
        cluster.wait_for_workers(1)
        with (
            fakes_cluster.meanwhile(lambda: kill_the_first_that_waits(cluster, note, heir=True)),
            workers(1, cluster.address) as staff,
        ):
            answers = list(staff.answers(iter(asked)))
    assert Counter((a.task.block, a.task.seed) for a in answers) == Counter(
        (task.block, task.seed) for task in asked
    )
    assert all(answer.error == str(answer.task.block) for answer in answers)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("which", [0, 1])
def test_a_worker_that_dies_while_a_block_is_sent_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    asked = tasks(8)
    monkeypatch.setattr(jobs.workers, "compute", fakes_cluster.answer)
    with fakes_cluster.cluster(tmp_path) as cluster:
        cluster.start_worker()
        cluster.start_worker()
        cluster.wait_for_workers(2)
        with workers(1, cluster.address) as staff:
            assert isinstance(staff, OnCluster)
            places = sorted(staff.client.run(os.getpid).items())  # blocks go out in this order
            victim = places[which][1]

            def die() -> None:
                time.sleep(1.0)  # by then a block is on its way
                cluster.kill(victim)

            cluster.freeze(victim)
            with fakes_cluster.meanwhile(die):
                answers = list(staff.answers(iter(asked)))
    assert Counter((a.task.block, a.task.seed) for a in answers) == Counter(
        (task.block, task.seed) for task in asked
    )


@pytest.mark.timeout(120)
def test_a_task_that_kills_every_worker_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its block dies with each worker, so that Dask itself does not count the deaths."""
    monkeypatch.setattr(jobs.workers, "compute", fakes_cluster.die)
    with (
        workers(2) as staff,
        pytest.raises(JobError, match="workers died at or beside toy from 2025-07-02: give them"),
    ):
        list(staff.answers(iter(tasks(2))))


def test_a_task_that_kills_every_worker_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def deadly(task: Task, block: tuple) -> Answer:
        raise KilledWorker("toy", SimpleNamespace(address="tcp://lost"), 3)

    monkeypatch.setattr(jobs.workers, "compute", deadly)
    with (
        Client(n_workers=1, processes=False, dashboard_address=":0") as client,
        pytest.raises(JobError, match="4 workers died at or beside toy from 2025-07-02: give them"),
    ):
        list(OnCluster(client).answers(tasks(2)))
