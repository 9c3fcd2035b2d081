"""A backtest belongs to what its forecasters were told: other judgements are another backtest."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forecaster.clock import end_of_day
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.reference.files import PACKAGED
from forecaster.reference.load import load_ladder, packaged_judgements
from forecaster.store.unit_of_work import UnitOfWork
from jobs.backtesting.origins import resolved_by
from jobs.backtesting.run import run_backtest
from jobs.backtesting.told import told_digest
from jobs.context import Context
from jobs.known import readings_as_of, reliability_of
from jobs.provenance import data_digest
from jobs.workers import Answer, Task
from tests.builders_backtest_run import LADDER, PLAN

NEIGHBOUR = load_ladder("regime-stability")
LAST = end_of_day(PLAN.last)


class Gone:
    """Workers that have left, so that a backtest is begun and no more."""

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        raise KeyboardInterrupt
        yield


def begun(context: Context, ladder: Ladder = LADDER) -> str:
    """Return the id under which the plan runs now."""
    with pytest.raises(KeyboardInterrupt):
        run_backtest(context, ladder, PLAN, Gone())
    with UnitOfWork(context.engine(), read_only=True) as work:
        latest = work.backtests.latest(ladder.id)
    assert latest is not None
    return latest.backtest_id


def state(context: Context, ladder: Ladder, *, recorded_at: datetime) -> None:
    """State that the highest judged rung of a theatre of its began in February 2025."""
    rung = max((r for r in ladder.rungs if r.resolution == "judged"), key=lambda r: r.order)
    theatre = next(t for t in ladder.theatres if rung in ladder.rungs_of(t, rung.domain))
    began = datetime(2025, 2, 1, tzinfo=UTC)
    said = Judgement(
        ladder.id, theatre.id, rung.domain, rung.id, began, None, "A. Marsh", "a test", recorded_at
    )
    with UnitOfWork(context.engine()) as work:
        work.judgements.add([said])
        work.commit()


@pytest.mark.parametrize("ladder", [LADDER, NEIGHBOUR], ids=["own", "neighbour's"])
def test_another_judgement_is_another_backtest(context: Context, ladder: Ladder) -> None:
    first = begun(context)
    assert begun(context) == first
    state(context, ladder, recorded_at=LAST + timedelta(hours=1))  # nobody knew at any origin
    assert begun(context) == first
    state(context, ladder, recorded_at=LAST - timedelta(days=7))
    assert begun(context) != first


def test_whether_a_neighbour_is_stored_yet_makes_no_difference(context: Context) -> None:
    first = begun(context)
    with UnitOfWork(context.engine()) as work:
        work.judgements.add(packaged_judgements(NEIGHBOUR))
        work.commit()
    assert begun(context) == first


def test_a_neighbour_that_is_defined_otherwise_is_told_otherwise(
    context: Context, tmp_path: Path
) -> None:
    copied = tmp_path / "regime-stability.toml"
    for name in (copied.name, "regime-stability.judgements.toml"):
        shutil.copy(PACKAGED / name, tmp_path / name)
    near = replace(LADDER, couplings=(replace(LADDER.couplings[0], ladder=str(copied)),))
    with UnitOfWork(context.engine(), read_only=True) as work:
        same = told_digest(work, near, PLAN)
        assert same == told_digest(work, LADDER, PLAN)
        text = copied.read_text("utf-8")
        copied.write_text(text + "# meant otherwise\n", "utf-8")
        assert told_digest(work, near, PLAN) != same


def test_without_judgements_and_neighbours_it_is_the_digest_of_the_readings(
    context: Context,
) -> None:
    alone = replace(LADDER, id="alone", couplings=())
    with UnitOfWork(context.engine(), read_only=True) as work:
        readings = readings_as_of(work, alone, resolved_by(PLAN, alone))
        trusted = reliability_of(work, alone, readings)
        assert told_digest(work, alone, PLAN) == data_digest(readings, (), reliability=trusted)
