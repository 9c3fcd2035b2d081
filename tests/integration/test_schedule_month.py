"""Three schedulers over thirty simulated days with deaths at random: each slot takes effect once.

One thread and a seed: whoever pauses past its lease is overtaken by another scheduler that runs
in the middle of its work, and then goes on as if nothing had happened.
"""

from collections import Counter
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from forecaster.errors import JobError
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from jobs.job import Outcome, Slot
from jobs.rounds import run_due
from tests import builders_schedule as month
from tests.fakes_jobs import HandClock

SCHEDULERS = 3


class Simulation:
    """A clock, three processes, and a job in which anything may happen to whoever runs it."""

    def __init__(self, engine: Engine, folder: Path, seed: int) -> None:
        self.engine = engine
        self.settings = month.settings_of(folder)
        self.clock = HandClock(month.START)
        self.chance = month.fates(seed)
        self.names = (f"process-{number}" for number in count())
        self.living = [self.born() for _ in range(SCHEDULERS)]
        self.busy: list[int] = []
        self.seen: Counter[str] = Counter()
        self.jobs = month.month_jobs(self.work)

    def born(self) -> month.Process:
        return month.Process(self.engine, next(self.names))

    def work(self, context: Context, slot: Slot) -> Outcome:
        me = next(process for process in self.living if process.owner == context.owner)
        self.perhaps_die(me, 0.08, "died before")
        if self.chance.random() < 0.08:
            self.pause()
        if self.chance.random() < 0.08:
            self.seen["failed"] += 1
            raise JobError("the well is dry: dig deeper")
        month.take_effect(context, slot)
        self.perhaps_die(me, 0.08, "died after")
        return Outcome("done", "")

    def perhaps_die(self, me: month.Process, share: float, what: str) -> None:
        if self.chance.random() < share:
            self.seen[what] += 1
            me.kill()

    def pause(self) -> None:
        """Stand still past the lease, while the others go on."""
        if len(self.busy) < SCHEDULERS:
            self.seen["paused"] += 1
            self.clock.now += timedelta(hours=2)
            self.tick()

    def tick(self) -> None:
        """Let one living scheduler look; a dead one is replaced by a new process."""
        place = self.chance.choice([n for n in range(SCHEDULERS) if n not in self.busy])
        process = self.living[place]
        self.busy.append(place)
        try:
            run_due(process.context(self.settings, self.clock), jobs=self.jobs)
        except month.Killed:
            self.living[place] = self.born()
        finally:
            self.busy.pop()

    def run(self) -> None:
        while self.clock.now < month.END:
            outage = self.chance.random() < 0.02
            self.clock.now += timedelta(
                days=3 if outage else 0, minutes=self.chance.randint(20, 200)
            )
            self.tick()
        self.clock.now = month.END
        while self.unfinished():
            self.clock.now += timedelta(hours=1)
            self.tick()

    def unfinished(self) -> bool:
        with UnitOfWork(self.engine, read_only=True) as work:
            runs = work.ledger.history(limit=month.ALL)
        newest = {run.job: max(r.slot for r in runs if r.job == run.job) for run in runs}
        behind = any(slot < month.END - timedelta(days=1) for slot in newest.values())
        return behind or any(run.state != "done" for run in runs)


@pytest.mark.parametrize("seed", range(2))
def test_every_slot_takes_effect_once(engine: Engine, tmp_path: Path, seed: int) -> None:
    month.make_effects(engine)
    simulation = Simulation(engine, tmp_path, seed)
    simulation.run()
    with UnitOfWork(engine, read_only=True) as work:
        runs = work.ledger.history(limit=month.ALL)
    first = {job: min(run.slot for run in runs if run.job == job) for job in month.JOBS}
    done = Counter((run.job, run.slot.isoformat()) for run in runs if run.slot <= month.END)
    wanted = month.expected(first, simulation.settings)
    assert dict(done) == wanted
    effects = month.effects(engine)
    assert {key: effects[key] for key in wanted} == wanted
    assert max(effects.values()) == 1
    assert len(wanted) > 130
    assert {"died before", "died after", "paused", "failed"} <= set(simulation.seen)
