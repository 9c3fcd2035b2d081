"""How long today's data take in a warm service, beside a full fit of the same day.

    python -m benchmarks.sequential_update [--days 6]

Needs readings in the data folder (`forecaster ingest`), of which it works on a copy. In one
process, as a service is: a run is fitted in full and stored, and each of the days after it is
answered from its draws, week after week. Each is the whole job: read what is
known, weigh, simulate, count, write and commit.
"""

import argparse
import logging
import sqlite3
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.bars import Bar, record, spread_of
from benchmarks.stored_case import end_of
from forecaster.reference.load import load_ladder
from forecaster.settings import load_settings
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from jobs.job import Slot
from jobs.known import known
from jobs.tasks.update import JOB
from jobs.wiring import make_context
from models.catalogue import families
from models.fitting import fit
from models.reweighting import importance_weights, resampled
from models.sampling import SamplingOptions
from models.update import LIVE

LADDER = "nato-russia"
FIRST = date(2025, 6, 1)
MOST_SECONDS = 1.0
LEAST_RATIO = 100.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        context = copied(Path(folder))
        logging.disable(logging.WARNING)
        compile_all = run(context, FIRST, refit=True)
        fits, updates = [], []
        for n in range(asked.rounds):
            first = FIRST + timedelta(weeks=n)
            fits.append(run(context, first, refit=True))
            week = [run(context, first + timedelta(days=d)) for d in range(1, asked.days + 1)]
            updates += week if n else week[1:]  # the first of all compiles its loops
        methods = ways(context)
        sampled, weighed = posteriors(context, FIRST + timedelta(days=1))
    report(compile_all, fits, updates, methods, sampled, weighed)


def copied(folder: Path) -> Context:
    """Return a context on a copy of the operator's SQLite store, its compiled models shared."""
    own = make_context()
    source = own.settings.data_dir / "forecaster.sqlite"
    with sqlite3.connect(source) as held, sqlite3.connect(folder / source.name) as copy:
        held.backup(copy)
    settings = load_settings().model_copy(update={"data_dir": folder, "database_url": None})
    from jobs.wiring import open_database

    return replace(own, settings=settings, engine=lambda: open_database(settings))


def run(context: Context, day: date, *, refit: bool = False) -> float:
    """Return the wall seconds of one whole update as of the end of a day."""
    slot = Slot(due=context.clock(), as_of=end_of(day), subject=LADDER, refit=refit)
    began = time.perf_counter()
    outcome = JOB.run(context, slot)
    seconds = time.perf_counter() - began
    assert outcome.state == "done", outcome.detail
    return seconds


def posteriors(context: Context, day: date) -> tuple[list[float], list[float]]:
    """Return seconds of sampling latent tension's posterior, and of weighing it, as of a day."""
    ladder, family = load_ladder(LADDER), families()["latent_tension"]
    with UnitOfWork(context.engine(), read_only=True) as work:
        then, now = (known(work, ladder, end_of(d)).inputs() for d in (FIRST, day))
        priors = work.priors.in_force(LADDER, context.clock())
    options = SamplingOptions(seed=1, tune=LIVE.tune, draws=LIVE.draws, chains=LIVE.chains)
    sampled, weighed = [], []
    for _ in range(3):
        began = time.perf_counter()
        posterior, _ = fit(family, family.build(then, priors), options)
        sampled.append(time.perf_counter() - began)
        draws = posterior.flat(posterior.diverging.size // LIVE.kept_draws)
        before = family.carry(then, draws, then, np.random.default_rng(1)).log_likelihood
        began = time.perf_counter()
        carried = family.carry(then, draws, now, np.random.default_rng(1))
        weights = importance_weights(carried.log_likelihood - before)
        resampled(carried.draws, weights, np.random.default_rng(2))
        weighed.append(time.perf_counter() - began)
    return sampled, weighed


def ways(context: Context) -> list[str]:
    with UnitOfWork(context.engine(), read_only=True) as work:
        runs = work.runs.list(LADDER, limit=1000)
        return [work.forecasts.read(r.run_id).updating.method for r in runs]


def report(
    first: float,
    fits: list[float],
    updates: list[float],
    methods: list[str],
    sampled: list[float],
    weighed: list[float],
) -> None:
    whole, again = median(updates), median(fits)
    counted = (
        f"{methods.count('reweight')} answered from stored draws, {methods.count('refit')} fitted"
    )
    bars = [
        Bar(
            "update of one day, whole job, warm",
            whole,
            MOST_SECONDS,
            "s",
            "at most",
            f"read, weigh, simulate, count, write, commit; {spread_of(updates)}; {counted}",
        ),
        Bar(
            "full fit of the same day over that update, both whole jobs",
            again / whole,
            LEAST_RATIO,
            "times",
            "at least",
            f"warm process; a full fit takes {again:.1f} s, {spread_of(fits)}; "
            f"the first, which compiles or reads compiled code, {first:.0f} s",
        ),
    ]
    bars.append(
        Bar(
            "posterior sampled over posterior weighed, nothing else counted",
            median(sampled) / median(weighed),
            LEAST_RATIO,
            "times",
            "at least",
            f"latent tension: sampling {median(sampled):.1f} s, {spread_of(sampled)}; likelihood, "
            f"weights, resampling of {LIVE.kept_draws} draws {median(weighed):.3f} s, "
            f"{spread_of(weighed)}",
        )
    )
    record("sequential update", bars, command="python -m benchmarks.sequential_update")


if __name__ == "__main__":
    main()
