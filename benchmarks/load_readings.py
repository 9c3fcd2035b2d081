"""How fast readings load: `pandas.DataFrame.to_sql` against the store, into one PostgreSQL.

    python -m benchmarks.load_readings [postgresql://…]

Without a URL, a server of its own is started and removed again. The bars: a first load at least
5 times the rows per second of `to_sql`, an unchanged second one at most a fifth of the first.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median

import pandas as pd
from sqlalchemy import Engine, text

from benchmarks.bars import Bar, record, spread_of
from benchmarks.pages import markdown_table
from forecaster.domain.reading import Readings
from forecaster.reference.sample_readings import sample_readings
from forecaster.store.session import make_engine, migrate
from forecaster.store.unit_of_work import UnitOfWork

TABLES = ("readings", "batches", "series")
REPEATS = 5


def main() -> None:
    batches = list(sample_readings())
    with database() as url:
        engine = make_engine(url)
        migrate(engine)
        spent = measure(engine, batches)
        engine.dispose()
    bars = bars_of(spent)
    record(
        "bulk load",
        bars,
        command="python -m benchmarks.load_readings",
        body=table(spent, rows=sum(map(len, batches))),
    )


def measure(engine: Engine, batches: list[Readings]) -> dict[str, list[float]]:
    """Return the seconds of each way to load, one after the other in every round."""
    frame = pd.concat([to_frame(batch) for batch in batches])
    spent: dict[str, list[float]] = {}
    for _ in range(REPEATS):
        for name, load in (
            ("to_sql", lambda: frame.to_sql("benchmark_to_sql", engine, index=False)),
            ("first load", lambda: add(engine, batches)),
            ("unchanged load", lambda: add(engine, batches)),
        ):
            spent.setdefault(name, []).append(timed(load))
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE benchmark_to_sql"))
            connection.execute(text(f"TRUNCATE {', '.join(TABLES)}"))
    return spent


def bars_of(spent: dict[str, list[float]]) -> list[Bar]:
    first = median(spent["first load"])
    noise = f"first load: {spread_of(spent['first load'])}"
    return [
        Bar(
            "first load against pandas.to_sql",
            median(spent["to_sql"]) / first,
            5,
            "times",
            "at least",
            f"the packaged sample into PostgreSQL; {noise}; to_sql: {spread_of(spent['to_sql'])}",
        ),
        Bar(
            "unchanged load against the first",
            median(spent["unchanged load"]) / first,
            0.2,
            "times",
            "at most",
            f"the same sample again; {spread_of(spent['unchanged load'])}; {noise}",
        ),
    ]


def table(spent: dict[str, list[float]], *, rows: int) -> str:
    return markdown_table(
        ("way", "rows", "seconds", "rows a second"),
        [
            (name, f"{rows:,}", f"{median(took):.3f}", f"{rows / median(took):,.0f}")
            for name, took in spent.items()
        ],
    )


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


if __name__ == "__main__":
    main()
