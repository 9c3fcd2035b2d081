"""Schedulers in a simulated month: a job that counts its effects, and processes that die at it."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from forecaster.clock import Clock
from forecaster.errors import StoreError
from forecaster.settings import Settings
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from jobs.job import Cron, Job, Outcome, Slot
from jobs.slots import Calendar, due_slots

START = datetime(2025, 3, 20, 12, tzinfo=UTC)
DAYS = 30
END = START + timedelta(days=DAYS)
ZONE = "Europe/Berlin"  # its clocks change within these thirty days
ALL = 10_000
JOBS = ("tally", "count")


class Killed(BaseException):
    """A process ends here, as by SIGKILL: nothing of it is heard again."""


def make_effects(engine: Engine) -> None:
    """Make the table of effects, which has no unique key: twice done is seen twice."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE effects (job TEXT, slot TEXT, owner TEXT)"))


def effects(engine: Engine) -> Counter[tuple[str, str]]:
    """Return how often each slot of each job took effect."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT job, slot FROM effects")).all()
    return Counter((job, slot) for job, slot in rows)


def take_effect(context: Context, slot: Slot) -> None:
    """Insert a row and note it under the fence, in one transaction, as a real job does."""
    assert slot.claim is not None
    if slot.claim.run_id:
        return
    with UnitOfWork(context.engine()) as work:
        row = {"job": slot.claim.job, "slot": slot.due.isoformat(), "owner": context.owner}
        work._session.connection().execute(
            text("INSERT INTO effects VALUES (:job, :slot, :owner)"), row
        )
        work.ledger.mark(slot.claim, f"{row['job']} {row['slot']}")
        work.commit()


def month_jobs(run: Callable[[Context, Slot], Outcome]) -> Mapping[str, Job]:
    """Return a daily job and one of every six hours, that are never given up."""
    expressions = {"tally": "0 {hour} * * *", "count": "30 0,6,12,18 * * *"}
    return {
        id: Job(id, "For a test.", Cron(expressions[id]), "once", run, catch_up=ALL, attempts=ALL)
        for id in JOBS
    }


def settings_of(folder: Path, **changed: object) -> Settings:
    """Return settings whose leases outlive an hour of simulated time."""
    given = {"lease_seconds": 3600.0, "retry_seconds": 600.0, "time_zone": ZONE, "daily_hour": 2}
    return Settings(data_dir=folder, **(given | changed))  # type: ignore[arg-type]


def expected(first: Mapping[str, datetime], settings: Settings) -> dict[tuple[str, str], int]:
    """Return every slot of the month that must have taken effect: since the first one that ran."""
    calendar = Calendar(settings.daily_hour, settings.zone)
    return {
        (job.id, slot.isoformat()): 1
        for job in month_jobs(lambda *_: Outcome("done", "")).values()
        for slot in due_slots(
            job.schedule, calendar, after=first[job.id] - timedelta(seconds=1), until=END
        )
    }


@dataclass
class Process:
    """A scheduler's process in a simulation: once dead, it never reaches the database again."""

    database: Engine
    owner: str
    alive: bool = True

    def engine(self) -> Engine:
        """Return the database, if the process lives."""
        if not self.alive:
            raise StoreError("this process is dead")
        return self.database

    def context(self, settings: Settings, clock: Clock) -> Context:
        """Return the context of the process."""
        return Context(settings, self.engine, clock, seed=1, owner=self.owner)

    def kill(self) -> None:
        """End the process here and now."""
        self.alive = False
        raise Killed


def fates(seed: int) -> random.Random:
    """Return what decides who dies when."""
    return random.Random(seed)
