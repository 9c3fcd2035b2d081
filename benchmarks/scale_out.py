"""Does a backtest go twice as fast on two workers, and survive the death of one?

    python -m benchmarks.scale_out

References and one sampled family on the packaged sample, with the origins and fits of the packaged
plan, by the code that `forecaster backtest --workers` runs: in this process, on one worker, on two,
and on two of which one is killed. Each worker is a process with one thread, and is warm before
anything is timed. What the coordinator takes of the same two cores is told beside. The bars: two
workers at least 1.8 times as fast as one, and not one number lost or changed.
"""

import os
import pickle
import signal
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np

from benchmarks.bars import Bar, record, spread_of
from forecaster.domain.backtest import Effort, Forecaster, OriginForecast, Plan
from forecaster.reference.load import load_ladder
from forecaster.reference.plan import load_plan
from forecaster.settings import load_settings
from forecaster.store.unit_of_work import UnitOfWork
from jobs.backtesting.members import run_members
from jobs.context import Context
from jobs.known import introduce
from jobs.wiring import keep_compiled_models
from jobs.workers import Answer, Here, OnCluster, Task, Workers, connected, workers
from tests.builders_backtest_run import sampled

COMMAND = "python -m benchmarks.scale_out"
LADDER = load_ladder("nato-russia")
PLAN = replace(
    load_plan("nato-russia"),
    forecasters=(
        Forecaster("climatology_12", "reference"),
        Forecaster("persistence", "reference"),
        Forecaster("latent_tension", "bayesian"),
    ),
)
WARMING = replace(
    PLAN,
    last=PLAN.first + timedelta(weeks=11),
    effort=Effort(tune=60, draws=60, chains=2, kept_draws=60, paths=16),
)
REPEATS = 3
KILLED_AFTER = 3
"""So many answers are in when a worker is killed."""

type Forecasts = tuple[OriginForecast, ...]


@dataclass(frozen=True)
class Run:
    """What came of a backtest's forecasters, and the seconds that they took.

    coordinating: seconds of processor time of this process, which reads, sends and stores.
    """

    forecasts: Forecasts
    seconds: float
    coordinating: float


@dataclass
class Watched:
    """Workers whose tasks are weighed as they are sent; with `kill` one dies after some answers."""

    staff: Workers
    kill: bool = False
    task_bytes: int = 0
    block_bytes: int = 0

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield what the workers answer."""
        for number, answer in enumerate(self.staff.answers(self._weighed(tasks)), start=1):
            yield answer
            if self.kill and number == KILLED_AFTER:
                _kill_one(self.staff)

    def _weighed(self, tasks: Iterable[Task]) -> Iterator[Task]:
        for task in tasks:
            if not self.task_bytes:
                self.task_bytes = len(pickle.dumps(replace(task, block=())))
                self.block_bytes = len(pickle.dumps(task.block))
            yield task


def main() -> None:
    keep_compiled_models(load_settings())
    with tempfile.TemporaryDirectory() as folder:
        context = sampled(Path(folder))
        here = run(context, PLAN, Here())
        one, two, watched = raced(context)
        with workers(2) as staff:
            run(context, WARMING, staff)
            killed = run(context, PLAN, Watched(staff, kill=True))
        context.engine().dispose()
    wrong = sum(differing(here.forecasts, other.forecasts) for other in (one[0], two[0]))
    record(
        "scale-out",
        [_ratio(one, two), _same(wrong), _survives(here, killed), _shipped(watched)],
        command=COMMAND,
        body=body(here, one, two, watched),
    )


def raced(context: Context) -> tuple[list[Run], list[Run], Watched]:
    """Return runs on one worker and on two, taken in turns."""
    one, two = [], []
    with connected(2, None) as pair, connected(1, None) as alone:
        both, single = OnCluster(pair), OnCluster(alone)
        for staff in (single, both):
            run(context, WARMING, staff)
        watched = Watched(both)
        for _ in range(REPEATS):
            one.append(run(context, PLAN, single))
            two.append(run(context, PLAN, watched))
    return one, two, watched


def run(context: Context, plan: Plan, staff: Workers) -> Run:
    """Run a plan's forecasters as a backtest of its own, and read what is stored then."""
    now = context.clock()
    with UnitOfWork(context.engine()) as work:
        introduce(work, LADDER, now)
        priors = work.priors.in_force(LADDER.id, now)
        id = work.backtests.begin(
            plan,
            ladder=LADDER,
            data_digest="benchmark",
            prior_set=priors.name,
            code_version="benchmark",
            at=now,
            fresh=True,
        )
        work.commit()
    began, busy = perf_counter(), process_time()
    run_members(context, LADDER, plan, priors, staff, id)
    seconds, busy = perf_counter() - began, process_time() - busy
    print(f"{plan.first} to {plan.last}: {seconds:.1f} s", flush=True)
    with UnitOfWork(context.engine(), read_only=True) as work:
        return Run(work.backtests.forecasts(id), seconds, busy)


def differing(left: Forecasts, right: Forecasts) -> int:
    """Return how many forecasts are in one alone, or differ in a number."""
    a, b = ({(f.forecaster, f.origin): f for f in found} for found in (left, right))
    alone = set(a) ^ set(b)
    changed = [
        key
        for key in set(a) & set(b)
        if not all(
            np.array_equal(getattr(a[key], name), getattr(b[key], name), equal_nan=True)
            for name in ("at", "reach", "quantiles")
        )
    ]
    return len(alone) + len(changed)


def _kill_one(staff: Workers) -> None:
    assert isinstance(staff, OnCluster)
    victim = min(staff.client.run(os.getpid).values())
    os.kill(victim, signal.SIGKILL)


def _ratio(one: list[Run], two: list[Run]) -> Bar:
    ratios = [a.seconds / b.seconds for a, b in zip(one, two, strict=True)]
    how = f"{_size()}; runs taken in turns, {spread_of(ratios)}"
    return Bar("two workers over one", median(ratios), 1.8, "times as fast", "at least", how)


def _same(wrong: int) -> Bar:
    how = "one worker and two against this process, number by number"
    return Bar(
        "forecasts that differ by where they are made", wrong, 0, "forecasts", "at most", how
    )


def _survives(here: Run, killed: Run) -> Bar:
    how = (
        f"one of two workers killed after {KILLED_AFTER} of {len(here.forecasts)} forecasts' tasks"
    )
    value = differing(here.forecasts, killed.forecasts)
    return Bar("forecasts lost or changed by a death", value, 0, "forecasts", "at most", how)


def _shipped(watched: Watched) -> Bar:
    how = (
        f"its readings go apart from it, {watched.block_bytes / 1e6:.1f} MB once for all that look "
        f"at the same {PLAN.refit_every} origins"
    )
    return Bar("shipped with a task", watched.task_bytes / 1e3, 100, "kB", "at most", how)


def _size() -> str:
    families = ", ".join(f.id for f in PLAN.forecasters)
    return (
        f"{families} over {PLAN.first} to {PLAN.last}, fitted at every {PLAN.refit_every}th origin"
    )


def body(here: Run, one: list[Run], two: list[Run], watched: Watched) -> str:
    """Return the seconds of each way."""
    each = {"one worker": one, "two workers": two}
    lines = [
        f"- {n}: {median([r.seconds for r in runs]):.1f} s, and "
        f"{median([r.coordinating for r in runs]):.1f} s of processor time of the coordinator"
        for n, runs in each.items()
    ]
    return "\n".join([f"- in this process, compiling included: {here.seconds:.1f} s", *lines])


if __name__ == "__main__":
    main()
