"""A PostgreSQL as years of use leave it: ten million readings, a million results of many runs.

Readings are those of the packaged sample, and of as many made-up series beside each of them; every
one is known in three vintages. They are laid down in the order in which they became known, as a
store grows, so those of one series lie scattered over the table. All of it is made by the server.
"""

import time
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, Engine, text

from forecaster.domain.ladder import Ladder
from forecaster.reference.sample_readings import sample_readings
from forecaster.store.session import make_engine, migrate
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day

TWINS = 16
VINTAGES = 3
LADDERS = 20
RUNS = 50

# A second stretch of the ladder's own series, long before the first: about as many readings as
# the publishers' full files hold.
_LONGER = """
INSERT INTO readings
SELECT r.series_id, r.observed_at - interval '14600 days', r.recorded_at - interval '14600 days',
    r.value, r.estimated, r.batch_id
FROM readings r JOIN series s ON s.id = r.series_id WHERE s.name = ANY(:watched)
"""
_ORIGIN = """
CREATE TEMP TABLE origin AS
SELECT r.*, s.name FROM readings r JOIN series s ON s.id = r.series_id
"""
_TWINS = """
INSERT INTO series (source, name)
SELECT source || '~' || twin, name || '~' || twin FROM series, generate_series(1, :twins) twin
"""
_READINGS = """
INSERT INTO readings
SELECT s.id, o.observed_at, o.recorded_at + vintage * interval '30 days',
    o.value * (1 + 0.001 * vintage), o.estimated AND vintage = 0, o.batch_id
FROM origin o
JOIN series s ON split_part(s.name, '~', 1) = o.name, generate_series(0, :vintages - 1) vintage
ORDER BY o.recorded_at + vintage * interval '30 days'
"""
_LADDERS = """
INSERT INTO ladders
SELECT id || '~' || twin, version, digest, name, definition, first_seen_at
FROM ladders, generate_series(2, :ladders) twin
"""
_RUNS = """
INSERT INTO runs (run_id, ladder, ladder_version, ladder_digest, as_of, issued_at, state,
    state_reason, family, family_version, prior_set, data_digest, code_version, seed, wall_seconds,
    passed, reason, max_rhat, min_ess_bulk, min_ess_tail, divergences, draws, min_bfmi, worst)
SELECT l.id || '-' || run, l.id, l.version, l.digest, moment, moment, 'published', '', 'family',
    '1', 'set-0123456789ab', 'sha256:' || repeat('0', 64), '0.1.0', run, 20, true, '', 1.001, 900,
    800, 0, 4000, 0.9, ''
FROM ladders l, generate_series(1, :runs) run,
    LATERAL (SELECT timestamptz '2025-06-01Z' + (run - :runs) * interval '1 day' AS moment) m
"""
_RESULTS = """
INSERT INTO results
SELECT r.run_id, r.ladder, r.ladder_version, theatre, domain, r.as_of, r.issued_at, horizon,
    r.as_of + horizon * interval '7 days', kind, rung, 0.5, 0.25, 0.75, 0.001, 0.25, 'published',
    '', r.family, r.family_version, r.prior_set, r.data_digest, r.code_version, r.seed,
    md5(cell) || md5(cell || '-'), md5(cell || '+') || md5(cell)
FROM runs r, unnest(CAST(:theatres AS text[])) theatre,
    unnest(CAST(:domains AS text[]), CAST(:rungs AS text[])) AS named (domain, rung),
    unnest(CAST(:horizons AS int[])) horizon, unnest(ARRAY['at', 'reach']) kind,
    LATERAL (SELECT concat_ws('/', r.run_id, theatre, domain, rung, horizon, kind) AS cell) c
"""
_LATEST = "INSERT INTO latest SELECT id, id || '-' || :runs, now(), 'benchmark' FROM ladders"


def filled(url: str, ladder: Ladder, watched: Collection[str], *, runs: int = RUNS) -> Engine:
    """Return a database at the newest schema, filled; `url` is that of an empty one.

    runs: how many of each of `LADDERS` ladders.
    """
    engine = make_engine(url)
    migrate(engine)
    with UnitOfWork(engine) as work:
        for batch in sample_readings():
            work.readings.add(batch)
        work.ladders.ensure(ladder, day(0))
        work.commit()
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL work_mem = '256MB'"))
        _fill_readings(connection, watched)
        _fill_results(connection, ladder, runs)
    _settle(engine)
    return engine


def counts(engine: Engine) -> Mapping[str, int]:
    """Return how many rows the large tables hold."""
    with engine.connect() as connection:
        return {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("readings", "series", "results", "runs")
        }


def _settle(engine: Engine) -> None:
    """Vacuum until every page counts as visible to all: an older snapshot may hold some back."""
    pages = "SELECT relallvisible >= relpages FROM pg_class WHERE relname = 'readings'"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(60):
            connection.execute(text("VACUUM (ANALYZE) readings, results, runs, series, latest"))
            if connection.execute(text(pages)).scalar_one():
                return
            time.sleep(1)
    raise RuntimeError("the pages of the readings stay invisible: another transaction is open")


def _fill_readings(connection: Connection, watched: Collection[str]) -> None:
    connection.execute(text(_LONGER), {"watched": sorted(watched)})
    connection.execute(text(_ORIGIN))
    connection.execute(text(_TWINS), {"twins": TWINS})
    connection.execute(text("TRUNCATE readings"))
    connection.execute(text(_READINGS), {"vintages": VINTAGES})


def _fill_results(connection: Connection, ladder: Ladder, runs: int) -> None:
    connection.execute(text(_LADDERS), {"ladders": LADDERS})
    connection.execute(text(_RUNS), {"runs": runs})
    cells = {
        "theatres": [theatre.id for theatre in ladder.theatres],
        "domains": [rung.domain for rung in ladder.rungs],
        "rungs": [rung.id for rung in ladder.rungs],
        "horizons": list(ladder.horizons),
    }
    connection.execute(text(_RESULTS), cells)
    connection.execute(text(_LATEST), {"runs": runs})
