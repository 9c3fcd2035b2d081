"""How fast forecasts of a backtest are stored, one transaction each, and read back together.

    python -m benchmarks.store_backtests [postgresql://…]

On a SQLite file of its own and on PostgreSQL; without a URL, a server of its own is started and
removed again. The bars: 20 ms to add one origin of 300 theatres, 3 s to read 1,000 of them.
"""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from sqlalchemy import Engine

from benchmarks.load_readings import database
from forecaster.domain.backtest import OriginForecast
from forecaster.store.session import make_engine, migrate
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, ladder
from tests.builders_store_backtest import plan, said

ORIGINS = 1_000
THEATRES = 300


def main() -> None:
    print(f"{ORIGINS:,} origins of {THEATRES} theatres, numbers that hardly compress")
    print(f"{'':14}{'add, ms (bar: 20)':>20}{'read all, s (bar: 3)':>24}")
    with tempfile.TemporaryDirectory() as folder, database() as url:
        for address in (f"sqlite:///{Path(folder) / 'benchmark.sqlite'}", url):
            engine = make_engine(address)
            migrate(engine)
            add, read = measure(engine, noise())
            print(f"{engine.dialect.name:14}{add * 1000:>20.1f}{read:>24.2f}")
            engine.dispose()


def measure(engine: Engine, forecast: OriginForecast) -> tuple[float, float]:
    """Return the mean seconds that one origin takes to add, and those to read every one."""
    with UnitOfWork(engine) as work:
        backtest = work.backtests.begin(
            plan(),
            ladder=ladder(),
            data_digest="noise",
            prior_set="set-1",
            code_version="",
            at=day(0),
            fresh=True,
        )
        work.commit()
    start = time.perf_counter()
    for number in range(ORIGINS):
        with UnitOfWork(engine) as work:
            origin = replace(forecast, origin=day(number))
            work.backtests.add(backtest, origin, code_version="", at=day(0))
            work.commit()
    added = time.perf_counter()
    with UnitOfWork(engine, read_only=True) as work:
        work.backtests.forecasts(backtest)
    return (added - start) / ORIGINS, time.perf_counter() - added


def noise() -> OriginForecast:
    rng = np.random.default_rng(0)
    quiet = said(theatres=THEATRES)
    at = rng.dirichlet(np.ones(len(quiet.rungs)), quiet.at.shape[:2])
    return replace(quiet, at=at, quantiles=rng.normal(size=quiet.quantiles.shape))


if __name__ == "__main__":
    main()
