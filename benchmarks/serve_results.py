"""How the latest results are served: polls and reads at 200 a second, and beside datasette.

    .venv-bench/bin/python -m benchmarks.serve_results [postgresql://… | sqlite:///…]

Without a URL, a PostgreSQL of its own with ten million rows of results is filled and removed
again; with one, the database has to hold a run of the ladder already. The service is a process of
its own with one worker; an update runs on the same database while it is asked. The bars: a poll
answered with 304 and a read of the latest results, each 200 times a second, with the 99th
percentile at most 50 ms; pages of the dashboard loaded in a browser while an update runs, each
within a second; and as many reads a second as datasette gives of the same rows, if it is installed.
"""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, text

from benchmarks.asked_by_http import Load, flat_out, steady, tag_of
from benchmarks.bars import Bar, record
from benchmarks.filled_store import counts, filled
from benchmarks.load_readings import database
from benchmarks.page_loads import loads, logged_in, new_admin
from forecaster import credentials
from forecaster.domain.account import Account, ApiKey
from forecaster.reference.load import load_ladder
from forecaster.store.session import make_engine, migrate
from forecaster.store.unit_of_work import UnitOfWork
from jobs.alongside import LESS_URGENT
from jobs.watch import watched_series

LADDER = "nato-russia"
RUNS = 500
PUBLISHED = ("2025-06-15", "2025-06-22")
BESIDE = "2025-06-08"
RATE = 200.0
SECONDS = 30.0
REQUESTS = 2_000
ROUNDS = 5
PAGES = (
    "/",
    f"/ladders/{LADDER}",
    f"/ladders/{LADDER}/theatres/donbas",
    f"/ladders/{LADDER}/changes",
    f"/ladders/{LADDER}/indicators",
    f"/ladders/{LADDER}/priors",
    f"/ladders/{LADDER}/judgements",
    "/sources",
    "/quarantine",
    "/evaluation",
    "/runs",
    "/jobs",
    "/admin",
)
WARM = 200
TOPIC = "serving"
COMMAND = ".venv-bench/bin/python -m benchmarks.serve_results"


def main() -> None:
    ladder = load_ladder(LADDER)
    with database() as url:
        if len(sys.argv) > 1:
            engine = make_engine(url)
            migrate(engine)
        else:
            engine = filled(url, ladder, watched_series(ladder), runs=RUNS)
        settle(engine)
        bars = measured(url, engine)
        engine.dispose()
    record(TOPIC, bars, command=COMMAND)


def settle(engine: Engine) -> None:
    """Do what PostgreSQL does by itself some time after so many rows were put in at once."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE)")


def measured(url: str, engine: Engine) -> list[Bar]:
    """Return the bars of a database that holds a run of the ladder."""
    held = counts(engine)
    told = f"{held['results']:,} rows of results of {held['runs']:,} runs, {engine.dialect.name}"
    told += "; updates ran beside it, one after another"
    key = new_key(engine)
    publish(url, engine)
    with serving(url) as root:
        address = f"{root}/api/v1/results?ladder={LADDER}&limit=5000"
        headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "gzip"}
        known = headers | {"If-None-Match": tag_of(address, headers)}
        for warm in (known, headers):  # connections and imports of the first few are not asked for
            flat_out(address, warm, requests=WARM, connections=16)
        with updating(url):
            polls = steady(address, known, rate=RATE, seconds=SECONDS)
            reads = steady(address, headers, rate=RATE, seconds=SECONDS)
        bars = [_bar("poll", polls, 304, told), _bar("read", reads, 200, told)]
        bars.append(page_bar(url, engine, root))
        ours = flat_out(address, headers, requests=REQUESTS)
    return [*bars, *beside_datasette(engine, ours)]


def _bar(name: str, load: Load, status: int, told: str) -> Bar:
    if set(load.statuses) != {status}:
        raise RuntimeError(f"every {name} was to be answered with {status}, got {load.statuses}")
    how = (
        f"{len(load.seconds):,} at {load.per_second:.0f} a second, median "
        f"{load.percentile(50):.1f} ms, worst {load.percentile(100):.0f} ms; {told}"
    )
    title = f"{name} of the latest results, 99th percentile"
    return Bar(title, load.percentile(99), 50, "ms", "at most", how)


def publish(url: str, engine: Engine) -> None:
    """Publish a run of two days, by the code that is measured.

    Runs that were filled in have results and no forecast, which pages ask for, of the run that is
    shown and of the one before; ladders that were filled in are shown as not published.
    """
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM latest WHERE ladder <> :ladder"), {"ladder": LADDER})
    for day in PUBLISHED:
        subprocess.run(update_as_of(day), env=surroundings(url), check=True, capture_output=True)


def page_bar(url: str, engine: Engine, root: str) -> Bar:
    """Return the slowest load of the pages while updates run."""
    with logged_in(root, *new_admin(engine)) as page, updating(url):
        taken = loads(page, root, PAGES, rounds=ROUNDS)
    worst = max(taken, key=lambda path: max(taken[path]))
    every = [seconds for loaded in taken.values() for seconds in loaded]
    how = (
        f"{len(PAGES)} pages, {ROUNDS} loads each, in Chromium, from the click to the end of "
        f"loading; median {median(every):.2f} s, slowest {worst}; updates ran beside it"
    )
    return Bar("slowest load of a page", max(every), 1, "s", "at most", how)


def beside_datasette(engine: Engine, ours: Load) -> list[Bar]:
    """Return how many reads a second there are for one of datasette; nothing without it."""
    if find_spec("datasette") is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "latest.db"
        rows = copy_latest(engine, path)
        with datasette(path) as root:
            address = f"{root}/latest/results.json?_shape=array&_size=max"
            theirs = flat_out(address, {"Accept-Encoding": "gzip"}, requests=REQUESTS)
    how = (
        f"{rows:,} rows per answer, 8 connections, {REQUESTS:,} answers each: "
        f"{ours.per_second:.0f} and {theirs.per_second:.0f} a second"
    )
    ratio = ours.per_second / theirs.per_second
    return [Bar("reads a second beside datasette", ratio, 1, "×", "at least", how)]


def copy_latest(engine: Engine, path: Path) -> int:
    """Write the latest results of the ladder into an SQLite file, and return how many they are."""
    import sqlite3

    asked = text("SELECT * FROM results_latest WHERE ladder = :ladder")
    with engine.connect() as connection:
        found = connection.execute(asked, {"ladder": LADDER})
        names, rows = list(found.keys()), [tuple(map(_plain, row)) for row in found]
    with sqlite3.connect(path) as copy:
        copy.execute(f"CREATE TABLE results ({', '.join(names)})")
        places = ", ".join("?" * len(names))
        copy.executemany(f"INSERT INTO results VALUES ({places})", rows)
    return len(rows)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def new_key(engine: Engine) -> str:
    """Return the API key of a new reader."""
    key, prefix = credentials.new_key()
    now = datetime.now(UTC)
    name = f"benchmark-{secrets.token_hex(4)}"
    with UnitOfWork(engine) as work:
        work.accounts.add(Account(name, "viewer", "TLP:CLEAR", now), password_hash="none")
        kept = ApiKey(prefix, name, "viewer", "TLP:CLEAR", "benchmark", now)
        work.accounts.add_key(kept, digest=credentials.digest_of(key))
        work.commit()
    return key


@contextmanager
def serving(url: str) -> Iterator[str]:
    """Run the service on a database, one worker, without a scheduler, until the block is left."""
    port = free_port()
    command = [sys.executable, "-m", "jobs", "serve", "--port", str(port), "--no-schedule"]
    with running(command, surroundings(url) | {"FORECASTER_LOGIN": "true"}):
        wait_for(port)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def datasette(path: Path) -> Iterator[str]:
    """Run datasette on a file, as it comes but for the size of a page."""
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(path)]
    command += ["--port", str(port), "--setting", "max_returned_rows", "5000"]
    with running(command, dict(os.environ)):
        wait_for(port)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def updating(url: str) -> Iterator[None]:
    """Update the ladder on the same database, again and again, until the block is left.

    The updates are as urgent as the scheduler that `forecaster serve` keeps beside itself, and of a
    day before those published, so that what readers see stays.
    """
    command = ["nice", "-n", str(LESS_URGENT), *update_as_of(BESIDE)]
    left = threading.Event()

    def again() -> None:
        while not left.is_set():
            with running(command, surroundings(url)) as process:
                while process.poll() is None and not left.wait(0.1):
                    pass

    beside = threading.Thread(target=again)
    beside.start()
    try:
        yield
    finally:
        left.set()
        beside.join()


def update_as_of(day: str) -> list[str]:
    """Return the command that fits the ladder anew as of a day, and publishes what comes of it."""
    command = [sys.executable, "-m", "jobs", "update", "--ladder", LADDER, "--refit"]
    return [*command, "--as-of", day]


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process until the block is left."""
    process = subprocess.Popen(
        command,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def surroundings(url: str) -> dict[str, str]:
    """Return the environment of a process on that database, which may ask as often as it likes."""
    return dict(os.environ) | {
        "FORECASTER_DATABASE_URL": url,
        "FORECASTER_READ_LIMIT": "10000000/minute",
    }


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, *, seconds: float = 60.0) -> None:
    """Return once somebody listens on the port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens on port {port} after {seconds:.0f} s")


if __name__ == "__main__":
    main()
