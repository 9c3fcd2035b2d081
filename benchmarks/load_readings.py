"""How fast readings load: `pandas.DataFrame.to_sql` against the store, into one PostgreSQL.

    python -m benchmarks.load_readings [postgresql://…]

Without a URL, a server of its own is started and removed again. The bars: a first load at least
5 times the rows per second of `to_sql`, an unchanged second one at most a fifth of the first.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from sqlalchemy import Engine, text

from forecaster.domain.reading import Readings
from forecaster.reference.sample_readings import sample_readings
from forecaster.store.session import make_engine, migrate
from forecaster.store.unit_of_work import UnitOfWork

TABLES = ("readings", "batches", "series")
REPEATS = 3


def main() -> None:
    batches = list(sample_readings())
    with database() as url:
        engine = make_engine(url)
        migrate(engine)
        print_table(measure(engine, batches), rows=sum(map(len, batches)))
        engine.dispose()


def measure(engine: Engine, batches: list[Readings]) -> dict[str, float]:
    """Return the best of three times, in seconds, of each way to load."""
    frame = pd.concat([to_frame(batch) for batch in batches])
    seconds: dict[str, float] = {}
    for _ in range(REPEATS):
        for name, load in (
            ("to_sql", lambda: frame.to_sql("benchmark_to_sql", engine, index=False)),
            ("first load", lambda: add(engine, batches)),
            ("unchanged load", lambda: add(engine, batches)),
        ):
            seconds[name] = min(seconds.get(name, np.inf), timed(load))
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE benchmark_to_sql"))
            connection.execute(text(f"TRUNCATE {', '.join(TABLES)}"))
    return seconds


def add(engine: Engine, batches: list[Readings]) -> None:
    with UnitOfWork(engine) as uow:
        for batch in batches:
            uow.readings.add(batch)
        uow.commit()


def timed(load: Callable[[], object]) -> float:
    start = time.perf_counter()
    load()
    return time.perf_counter() - start


def to_frame(batch: Readings) -> pd.DataFrame:
    columns = ("series", "observed_at", "recorded_at", "value", "estimated")
    frame = pd.DataFrame({name: getattr(batch, name) for name in columns})
    for name in ("observed_at", "recorded_at"):
        frame[name] = frame[name].dt.tz_localize("UTC")
    return frame.assign(source=batch.source)


@contextlib.contextmanager
def database() -> Iterator[str]:
    if len(sys.argv) > 1:
        yield sys.argv[1]
        return
    from tests import postgres

    folder = postgres.new_folder()
    try:
        with postgres.database(postgres.shared_server(folder), migrated=False) as url:
            yield url
    finally:
        postgres.stop(folder)


def print_table(seconds: dict[str, float], *, rows: int) -> None:
    print(f"the packaged sample, best of {REPEATS}")
    print(f"{'':16}{'rows':>10}{'seconds':>10}{'rows/s':>12}")
    for name, spent in seconds.items():
        print(f"{name:16}{rows:>10,}{spent:>10.3f}{rows / spent:>12,.0f}")
    first = seconds["first load"]
    print(f"first load is {seconds['to_sql'] / first:.1f} times as fast as to_sql (bar: 5)")
    print(f"unchanged load takes {seconds['unchanged load'] / first:.2f} of it (bar: 0.20)")


if __name__ == "__main__":
    main()
