"""A store with a row or more in nearly every table, and all of its rows to be compared."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select

from forecaster.domain.judgement import Judgement
from forecaster.domain.reading import Reject, SourceStatus
from forecaster.store.tables import METADATA
from forecaster.store.tables.fits import FitRow
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day, forecast, ladder, prior, readings, refused, run
from tests.builders_store_backtest import came, plan, said, score

AWKWARD = 'a "quoted", tab\t, backslash \\N, newline\n, ümlaut – 語 and nothing: '
"""What a text may hold that a careless copy would change."""


def fill(engine: Engine) -> None:
    """Put rows into a migrated store."""
    with UnitOfWork(engine) as work:
        work.ladders.ensure(ladder(), day(0))
        work.priors.ensure("toy", (prior(),), at=day(0))
        work.readings.add(
            readings([("a", n, n + 0.25, 0.1 + n / 3, n % 2 == 0) for n in range(50)]), at=day(60)
        )
        work.quarantine.add([Reject("viina", 7, AWKWARD, "")], at=day(1))
        work.sources.record(_status(day(1)))
        work.judgements.add([_judgement()])
        work.forecasts.publish(run(), forecast())
        work.forecasts.refuse(refused(), forecast(cells=()))
        work.forecasts.publish(run("run-2", as_of=day(7)), forecast(fire=0.1 + 0.2))
        work.runs.withdraw("run-2", reason="a mistake", actor="anna", at=day(9))
        begun = work.backtests.begin(
            plan(),
            ladder=ladder(),
            data_digest="data-1",
            prior_set="set-1",
            code_version="0.1.0",
            at=day(1),
        )
        work.backtests.add(begun, said(), code_version="0.1.0", at=day(1))
        work.backtests.put_outcomes(begun, came(), at=day(2))
        work.backtests.put_scores(begun, [score()], at=day(3))
        work.ledger.claim("daily:toy", day(1), "test", day(1))
        work.commit()
    with engine.begin() as connection:
        connection.execute(insert(FitRow), [fit_row("run-1", day(0))])


def fit_row(run_id: str, as_of: datetime, **changes: object) -> dict[str, Any]:
    """A fit whose payload is every byte there is."""
    return {
        "run_id": run_id,
        "ladder": "toy",
        "ladder_version": "1",
        "ladder_digest": "text-1",
        "as_of": as_of,
        "asked": "stack",
        "prior_set": "set-1",
        "data_digest": "abc",
        "seed": 2**40,
        "payload": bytes(range(256)),
        **changes,
    }


def _status(at: datetime) -> SourceStatus:
    return SourceStatus(
        source="viina",
        state="fresh",
        reason="",
        checked_at=at,
        last_observed_at=None,
        rows_received=50,
        rows_new=50,
        rows_rejected=1,
        rows_expected=50,
    )


def _judgement() -> Judgement:
    return Judgement(
        ladder="toy",
        theatre="north",
        domain="kinetic",
        rung="war",
        starts_at=day(3),
        ends_at=None,
        author="anna",
        evidence=AWKWARD,
        recorded_at=day(4),
    )


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, in an order of their own."""
    with engine.execution_options(read_only=True).connect() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(select(*table.columns))), key=repr
            )
            for table in METADATA.sorted_tables
        }
