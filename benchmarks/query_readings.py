"""How fast readings and results are asked for, at ten million readings in PostgreSQL.

    python -m benchmarks.query_readings [postgresql://…]

Without a URL, a server of its own is started and removed again; with one, the database has to be
empty, and stays filled. The bars: an as-of read of the ladder's readings into arrays at most
300 ms, the latest results of a ladder at most 10 ms; and what changed within a day, at most 50 ms.
"""

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

from sqlalchemy import Engine, text
from threadpoolctl import threadpool_limits

from benchmarks.bars import Bar, record, spread_of
from benchmarks.filled_store import LADDERS, VINTAGES, counts, filled
from benchmarks.load_readings import database
from forecaster.clock import end_of_day
from forecaster.domain.overlay import overlaid
from forecaster.reference.load import load_ladder
from forecaster.store import bulk_read
from forecaster.store.unit_of_work import UnitOfWork
from jobs.watch import watched_series

LADDER = "nato-russia"
AS_OF = end_of_day(date(2025, 6, 22))
BEFORE = AS_OF - timedelta(days=1)
REPEATS = 15
LATEST = "SELECT * FROM results_latest WHERE ladder = %(ladder)s"


def main() -> None:
    ladder = load_ladder(LADDER)
    watched = watched_series(ladder)
    with database() as url, threadpool_limits(1):
        engine = filled(url, ladder, watched)
        bars = [as_of_bar(engine, watched), latest_bar(engine), changed_bar(engine, watched)]
        record(
            "ingest and query",
            bars,
            command="python -m benchmarks.query_readings",
            body=body(engine, watched),
        )
        engine.dispose()


def as_of_bar(engine: Engine, watched: frozenset[str]) -> Bar:
    def read() -> int:
        with UnitOfWork(engine, read_only=True) as work:
            return len(work.readings.as_of(watched, AS_OF))

    first, later, rows = timed(read)
    held = counts(engine)
    return Bar(
        "as-of read of one ladder",
        median(later) * 1000,
        300,
        "ms",
        "at most",
        f"{rows:,} readings of {len(watched)} series out of {held['readings']:,} rows of "
        f"{held['series']:,} series, {VINTAGES} vintages each, as arrays; {spread_of(later)}; "
        f"the first read of a new connection took {first * 1000:.0f} ms",
    )


def latest_bar(engine: Engine) -> Bar:
    def read() -> int:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            return len(driver.execute(LATEST, {"ladder": LADDER}, binary=True).fetchall())

    first, later, rows = timed(read)
    held = counts(engine)
    return Bar(
        "results_latest of one ladder",
        median(later) * 1000,
        10,
        "ms",
        "at most",
        f"{rows:,} rows of all columns out of {held['results']:,} of {held['runs']:,} runs of "
        f"{LADDERS} ladders, as psycopg rows; {spread_of(later)}; the first read of a new "
        f"connection took {first * 1000:.0f} ms",
    )


def changed_bar(engine: Engine, watched: frozenset[str]) -> Bar:
    with UnitOfWork(engine, read_only=True) as work:
        batch = work.readings.newest_batch()
        earlier = work.readings.as_of(watched, BEFORE)

    def read() -> int:
        with UnitOfWork(engine, read_only=True) as work:
            changed = work.readings.since(watched, BEFORE, AS_OF, after_batch=batch)
        overlaid(earlier, changed)
        return len(changed)

    _, later, rows = timed(read)
    return Bar(
        "what changed in a day, laid over the day before",
        median(later) * 1000,
        50,
        "ms",
        "at most",
        f"{rows:,} readings over {len(earlier):,}; a bar of our own; {spread_of(later)}",
    )


def timed(read: Callable[[], int]) -> tuple[float, list[float], int]:
    """Return the seconds of a first call, those of the calls after it, and how many rows."""
    spent = []
    for _ in range(1 + REPEATS):
        began = time.perf_counter()
        rows = read()
        spent.append(time.perf_counter() - began)
    return spent[0], spent[1:], rows


def body(engine: Engine, watched: frozenset[str]) -> str:
    asked = text("SELECT id FROM series WHERE name = ANY(:names) ORDER BY id")
    with engine.connect() as connection:
        keys = list(connection.execute(asked, {"names": sorted(watched)}).scalars())
    told = {"keys": keys, "known": AS_OF, "since": bulk_read.BEGINNING}
    day = {"keys": keys, "known": AS_OF, "then": BEFORE, "batch": 2**31 - 1}
    plans = (
        ("As-of read of one ladder", bulk_read.LAST_POSTGRES, told),
        (
            "Latest results of one ladder",
            LATEST,
            {"ladder": LADDER},
        ),
        ("What changed in a day", bulk_read.CHANGED.postgresql, day),
    )
    parts = [
        "Rows lie in the order in which they became known, the tables are vacuumed, and the "
        "server runs with its own defaults (128 MB of shared buffers) without fsync. The plans, "
        "as PostgreSQL explains them, with its own timing of every node, which slows them down:"
    ]
    for title, sql, parameters in plans:
        parts.append(f"### {title}\n\n```text\n{explained(engine, sql, parameters)}\n```")
    return "\n\n".join(parts)


def explained(engine: Engine, sql: str, parameters: dict[str, object]) -> str:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        lines = driver.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", parameters).fetchall()
    shortened = (re.sub(r"'\{[^}]*\}'", "'{…}'", line) for (line,) in lines)
    return "\n".join(shortened)


if __name__ == "__main__":
    main()
