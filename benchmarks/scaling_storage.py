"""How many bytes a reading and a published run take in the store, on the packaged sample."""

import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, text

from forecaster.reference.load import load_ladder
from forecaster.reference.sample_readings import sample_readings
from jobs.catalogue import all_jobs
from jobs.context import Context, update_by_model
from jobs.job import Slot
from jobs.watch import watched_series
from tests.builders_backtest_run import sampled

LADDER = "nato-russia"
RUNS = 10
RECENT = timedelta(days=365)


@dataclass(frozen=True)
class Storage:
    """Bytes of a reading and of a run, and how many of each there are, for so many theatres."""

    theatres: int
    reading_bytes: float
    readings_per_day: float
    run_bytes: float


def storage() -> Storage:
    """Return what the store takes, by how its file grows."""
    with tempfile.TemporaryDirectory() as folder:
        context = replace(sampled(Path(folder)), update=update_by_model)
        engine = context.engine()
        held = size_of(engine)
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT count(*) FROM readings")).scalar_one()
        _publish(context, 1)  # the ladder, its priors and judgements come with the first
        before = size_of(engine)
        _publish(context, RUNS)
        grown = size_of(engine) - before
        engine.dispose()
    return Storage(_measured(), held / rows, _readings_per_day(), grown / RUNS)


def size_of(engine: Engine) -> int:
    """Return the bytes of an embedded database."""
    with engine.connect() as connection:
        pages, each = (
            connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("page_count", "page_size")
        )
    return int(pages * each)


def _publish(context: Context, count: int) -> None:
    moment = _last_day()
    for back in range(count):
        slot = Slot(
            due=context.clock(),
            as_of=moment - timedelta(days=back + count),
            subject=LADDER,
            family="persistence",
        )
        all_jobs()["update"].run(context, slot)


def _last_day() -> datetime:
    newest = max(batch.recorded_at.max() for batch in sample_readings())
    from forecaster.clock import end_of_day

    return end_of_day(newest.astype(datetime).date())


def _readings_per_day() -> float:
    """Return rows recorded per day of the series that the ladder watches, over the last year."""
    ladder = load_ladder(LADDER)
    wanted = np.array(sorted(watched_series(ladder)), dtype=object)
    newest = max(batch.recorded_at.max() for batch in sample_readings())
    rows = sum(
        int(((b.recorded_at > newest - np.timedelta64(RECENT)) & np.isin(b.series, wanted)).sum())
        for b in sample_readings()
    )
    return rows / RECENT.days


def _measured() -> int:
    return sum(theatre.measure is not None for theatre in load_ladder(LADDER).theatres)
