"""Three real scheduler processes on one store, killed by SIGKILL at random, with a quick clock.

`python -m tests.fakes_scheduler_process URL SEED FOLDER` imports once, forks the schedulers, kills
and replaces them until the simulated month is over and all of it is done, and prints what it did.
"""

import os
import signal
import sys
import time
import traceback
from datetime import datetime, timedelta
from pathlib import Path

from forecaster.settings import Settings
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


def is_over(url: str) -> bool:
    """Return whether the month is over and every slot of it is done."""
    engine = make_engine(url)
    with UnitOfWork(engine, read_only=True) as work:
        runs = work.ledger.history(limit=month.ALL)
    engine.dispose()
    # A job's slots are run in order: with a later one, those of the month are finished.
    return {run.job for run in runs if run.slot > month.END} == set(month.JOBS)


def main(url: str, seed: int, folder: str) -> int:
    """Kill and replace schedulers until all is done; return how many died."""
    # A lease of 0.3 real seconds, renewed every 0.05: as simulated time, in which leases count.
    days = 0.3 / REAL_SECONDS_A_DAY
    settings = month.settings_of(
        Path(folder), lease_seconds=days * 86_400, heartbeat_seconds=0.05, retry_seconds=3600.0
    )
    chance, began, died = month.fates(seed), time.time(), 0
    living = [begin(url, began, settings) for _ in range(SCHEDULERS)]
    while time.time() - began < LONGEST and not (month_clock(began) > month.END and is_over(url)):
        time.sleep(chance.uniform(0.02, 0.25))
        if month_clock(began) < month.END:
            died += 1
            place = chance.randrange(SCHEDULERS)
            end(living[place])
            living[place] = begin(url, began, settings)
    late = not is_over(url)
    for child in living:
        end(child)
    if late:
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
