"""Three real scheduler processes on one store, killed by SIGKILL at random, with a quick clock.

`python -m tests.fakes_scheduler_process URL SEED FOLDER` imports once, forks the schedulers, kills
and replaces them until the simulated month is over and all of it is done, and prints what it did.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from forecaster.settings import Settings
from forecaster.store.ledger import JobRun
from forecaster.store.session import make_engine
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from jobs.job import Outcome, Slot
from jobs.rounds import run_due
from tests import builders_schedule as month

REAL_SECONDS_A_DAY = 0.15
SCHEDULERS = 3
LONGEST = 60.0


def month_clock(began: float) -> datetime:
    """Return the simulated present; every process began at the same real instant."""
    return month.START + timedelta(days=(time.time() - began) / REAL_SECONDS_A_DAY)


def work(context: Context, slot: Slot) -> Outcome:
    """Take a little while before and after the effect, so that a kill may fall anywhere."""
    time.sleep(0.004)
    month.take_effect(context, slot)
    time.sleep(0.004)
    return Outcome("done", "")


def schedule(url: str, began: float, settings: Settings) -> None:
    """Be one scheduler until killed."""
    engine = make_engine(url)
    owner = f"process-{os.getpid()}"
    context = Context(settings, lambda: engine, lambda: month_clock(began), seed=1, owner=owner)
    while True:
        run_due(context, jobs=month.month_jobs(work))
        time.sleep(0.01)


def begin(url: str, began: float, settings: Settings) -> int:
    """Fork a scheduler and return its process id."""
    child = os.fork()
    if child == 0:
        try:
            schedule(url, began, settings)
        except Exception:  # noqa: BLE001 — it must be heard of before the process is gone
            traceback.print_exc()
        finally:
            os._exit(1)
    return child


def ledger(url: str) -> tuple[JobRun, ...]:
    """Return all that the ledger holds now."""
    engine = make_engine(url)
    with UnitOfWork(engine, read_only=True) as work:
        runs = work.ledger.history(limit=month.ALL)
    engine.dispose()
    return runs


def is_done(runs: Sequence[JobRun]) -> bool:
    """Return whether every slot of the month is done.

    A job's slots are run in order: with a later one, those of the month are finished.
    """
    return {run.job for run in runs if run.slot > month.END} == set(month.JOBS)


def was_taken_over(runs: Sequence[JobRun]) -> bool:
    """Return whether any slot was lost with its process and begun again."""
    return any(run.failures for run in runs)


def main(url: str, seed: int, folder: str) -> int:
    """Kill and replace schedulers for a month, and until one died at work; return how many died.

    Raises:
        RuntimeError: it took too long, or a scheduler ended by itself.
    """
    # A lease of 0.3 real seconds, renewed every 0.05: as simulated time, in which leases count.
    days = 0.3 / REAL_SECONDS_A_DAY
    settings = month.settings_of(
        Path(folder), lease_seconds=days * 86_400, heartbeat_seconds=0.05, retry_seconds=3600.0
    )
    chance, began, died = month.fates(seed), time.time(), 0
    living = [begin(url, began, settings) for _ in range(SCHEDULERS)]
    over = False
    while not over and time.time() - began < LONGEST:
        time.sleep(chance.uniform(0.02, 0.25))
        runs = ledger(url) if month_clock(began) > month.END else ()
        if not was_taken_over(runs):
            died += 1
            place = chance.randrange(SCHEDULERS)
            end(living[place])
            living[place] = begin(url, began, settings)
        over = is_done(runs) and was_taken_over(runs)
    for child in living:
        end(child)
    if not over:
        raise RuntimeError(f"the month was not done after {LONGEST:g} seconds")
    return died


def end(child: int) -> None:
    """Kill a scheduler that this process began, whatever it is doing.

    Raises:
        RuntimeError: it had ended by itself; its reason stands above.
    """
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError("a scheduler ended before it was killed")


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1], int(sys.argv[2]), sys.argv[3])}\n")
