"""`forecaster scores` on a store that holds a scored backtest."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from forecaster.clock import utc_now
from forecaster.domain.backtest import Score
from forecaster.reference.load import load_ladder
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store_backtest import plan
from tests.e2e.conftest import Command
from tests.fakes_jobs import make_context

LADDER = "nato-russia"
ONE = Score("stack", "rps", "*", "*", 4, 20, 0.04321, 0.04, 0.05)
SCORES = (
    ONE,
    replace(ONE, theatre="donbas", value=0.031),
    replace(ONE, horizon_steps=13, value=float("nan"), lower=None, upper=None),
    replace(ONE, score="brier", rung="harassment", value=0.01),
    replace(ONE, forecaster="ewma", value=0.05),
    replace(ONE, score="rps_difference", value=-0.00679, reference="ewma"),
)


@pytest.fixture
def backtest(data_dir: Path) -> str:
    """The id of a scored backtest in the store that the command looks at."""
    context, now = make_context(data_dir), utc_now()
    with UnitOfWork(context.engine()) as work:
        id = work.backtests.begin(
            plan(ladder=LADDER),
            ladder=load_ladder(LADDER),
            data_digest="data",
            prior_set="set-1",
            code_version="0.1.0",
            at=now - timedelta(hours=1),
        )
        work.backtests.put_scores(id, SCORES, at=now)
        work.commit()
    context.engine().dispose()
    return id


def test_the_table_is_of_all_theatres_and_rungs_together(
    forecaster: Command, backtest: str
) -> None:
    answer = forecaster("scores")
    assert answer.code == 0
    assert backtest in answer.err
    assert len(answer.out.splitlines()) == 2 + 4
    assert "0.0432" in answer.out
    assert "nan" not in answer.out
    assert "donbas" not in answer.out


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        (("--theatre", "donbas"), 1),
        (("--score", "brier"), 1),
        (("--forecaster", "ewma"), 1),
        (("--horizon", "13"), 1),
        (("--forecaster", "stack", "--score", "rps"), 2),
    ],
    ids=str,
)
def test_options_choose_rows(
    forecaster: Command, backtest: str, options: tuple[str, ...], rows: int
) -> None:
    answer = forecaster("scores", "--backtest", backtest, *options)
    assert answer.code == 0, answer.err
    assert len(answer.out.splitlines()) == 2 + rows


def test_every_score_is_in_the_forms_for_programs(forecaster: Command, backtest: str) -> None:
    as_json = json.loads(forecaster("scores", "--format", "json").out)
    as_csv = list(csv.DictReader(io.StringIO(forecaster("scores", "--format", "csv").out)))
    assert len(as_json) == len(as_csv) == len(SCORES)
    assert list(as_csv[0]) == list(as_json[0])
    assert {row["backtest_id"] for row in as_json} == {backtest}
    assert sum(row["value"] is None for row in as_json) == 1
    assert sum(row["value"] == "" for row in as_csv) == 1


def test_a_score_that_is_not_there_is_misuse_that_says_what_there_is(
    forecaster: Command, backtest: str
) -> None:
    answer = forecaster("scores", "--score", "luck")
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert "rps_difference" in answer.err


def test_a_backtest_without_scores_says_so(forecaster: Command, data_dir: Path) -> None:
    context = make_context(data_dir)
    with UnitOfWork(context.engine()) as work:
        work.backtests.begin(
            plan(ladder=LADDER),
            ladder=load_ladder(LADDER),
            data_digest="data",
            prior_set="set-1",
            code_version="0.1.0",
            at=utc_now(),
        )
        work.commit()
    context.engine().dispose()
    answer = forecaster("scores")
    assert answer.code == 2
    assert "no scores yet" in answer.err
    assert "forecaster backtest" in answer.err
