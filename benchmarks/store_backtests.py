"""How fast forecasts of a backtest are stored, one transaction each, and read back together.

    python -m benchmarks.store_backtests [postgresql://…]

On a SQLite file of its own and on PostgreSQL; without a URL, a server of its own is started and
removed again. The bars: 20 ms to add one origin of 300 theatres, 3 s to read 1,000 of them.
"""

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
from sqlalchemy import Engine

from benchmarks.bars import Bar, record, spread_of
from benchmarks.load_readings import database
from forecaster.domain.backtest import OriginForecast
from forecaster.store.session import make_engine, migrate
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, ladder
from tests.builders_store_backtest import plan, said

ORIGINS = 1_000
READS = 3
THEATRES = 300


def main() -> None:
    bars = []
    with tempfile.TemporaryDirectory() as folder, database() as url:
        for address in (f"sqlite:///{Path(folder) / 'benchmark.sqlite'}", url):
            engine = make_engine(address)
            migrate(engine)
            bars += bars_of(engine.dialect.name, *measure(engine, noise()))
            engine.dispose()
    record("stored backtests", bars, command="python -m benchmarks.store_backtests")


def bars_of(database: str, added: list[float], read: list[float]) -> list[Bar]:
    what = f"of {THEATRES} theatres, numbers that hardly compress"
    return [
        Bar(
            f"add one origin, {database}",
            median(added) * 1000,
            20,
            "ms",
            "at most",
            f"{what}, a transaction each; {spread_of(added)}",
        ),
        Bar(
            f"read {ORIGINS:,} origins, {database}",
            median(read),
            3,
            "s",
            "at most",
            f"{what}; {spread_of(read)}",
        ),
    ]


def measure(engine: Engine, forecast: OriginForecast) -> tuple[list[float], list[float]]:
    """Return the seconds that each origin took to add, and those that reading every one took."""
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
    added = []
    for number in range(ORIGINS):
        start = time.perf_counter()
        with UnitOfWork(engine) as work:
            origin = replace(forecast, origin=day(number))
            work.backtests.add(backtest, origin, code_version="", at=day(0))
            work.commit()
        added.append(time.perf_counter() - start)
    read = []
    for _ in range(READS):
        start = time.perf_counter()
        with UnitOfWork(engine, read_only=True) as work:
            work.backtests.forecasts(backtest)
        read.append(time.perf_counter() - start)
    return added, read


def noise() -> OriginForecast:
    rng = np.random.default_rng(0)
    quiet = said(theatres=THEATRES)
    at = rng.dirichlet(np.ones(len(quiet.rungs)), quiet.at.shape[:2])
    return replace(quiet, at=at, quantiles=rng.normal(size=quiet.quantiles.shape))


if __name__ == "__main__":
    main()
