"""Which earlier fit serves a run: the newest of the same kind, for a week, while it holds."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from forecaster.domain.prior import Prior
from forecaster.reference.sample_readings import sample_last_day
from forecaster.store.unit_of_work import UnitOfWork
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Slot
from jobs.moment import end_of_day
from jobs.runner import run_slot
from tests.builders_store import readings
from tests.fakes_jobs import QuickModel, make_context

LADDER = "nato-russia"
LAST = sample_last_day()


@pytest.fixture
def model() -> QuickModel:
    return QuickModel(fits=True)


@pytest.fixture
def context(tmp_path: Path, model: QuickModel) -> Iterator[Context]:
    made = make_context(tmp_path, model=model)
    yield made
    made.engine().dispose()


def run(context: Context, days_before: int, **asked: object) -> str:
    day: date = LAST - timedelta(days=days_before)
    job = "daily" if days_before == START else "update"  # the daily job loads the sample
    slot = Slot(context.clock(), end_of_day(day), LADDER, **asked)  # type: ignore[arg-type]
    return run_slot(context, all_jobs()[job], slot).run_id


START = 20


def test_a_fit_serves_for_a_week_and_is_then_made_anew(context: Context, model: QuickModel) -> None:
    first = run(context, START)
    run(context, START - 1)
    run(context, START - 6)
    fresh = run(context, START - 7)
    run(context, START - 8)
    assert model.served == [
        (None, True),
        (first, False),
        (first, False),
        (first, True),
        (fresh, False),
    ]


def test_who_asks_for_a_refit_gets_one(context: Context, model: QuickModel) -> None:
    first = run(context, START)
    run(context, START - 1, refit=True)
    assert model.served[1] == (first, True)


def test_a_run_for_an_earlier_day_never_uses_a_later_fit(
    context: Context, model: QuickModel
) -> None:
    run(context, START)
    run(context, START + 3)
    assert model.served[1] == (None, True)


def test_another_family_or_seed_has_fits_of_its_own(context: Context, model: QuickModel) -> None:
    run(context, START)
    run(context, START - 1, family="ewma")
    run(replace(context, seed=8), START - 1)
    assert model.served[1:] == [(None, True), (None, True)]


def test_a_new_prior_asks_for_a_refit(context: Context, model: QuickModel) -> None:
    run(context, START)
    with UnitOfWork(context.engine()) as work:
        held = work.priors.in_force(LADDER, context.clock()).versions[0].prior
        other = Prior(held.id, held.question, "normal", (("mean", 9.0), ("sd", 0.1)), held.unit)
        work.priors.set(LADDER, other, author="an analyst", reason="a test", at=context.clock())
        work.commit()
    run(context, START - 1)
    assert model.served[1] == (None, True)


def test_a_withdrawn_run_serves_nobody(context: Context, model: QuickModel) -> None:
    first = run(context, START)
    with UnitOfWork(context.engine()) as work:
        work.runs.withdraw(first, reason="wrong", actor="an analyst", at=context.clock())
        work.commit()
    run(context, START - 1)
    assert model.served[1] == (None, True)


def test_readings_stored_late_that_were_known_at_the_fit_ask_for_a_refit(
    tmp_path: Path, model: QuickModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new process reads the fit's data again, and finds other than what was fitted."""
    context = make_context(tmp_path, model=model)
    run(context, START)
    with UnitOfWork(context.engine()) as work:
        series = next(s for s in work.readings.series("viina"))
        late = readings([(series, -900.0, -899.0, 3.0, False)])
        work.readings.add(late)
        work.commit()
    monkeypatch.setattr("jobs.fits._kept", OrderedDict())
    run(context, START - 1)
    assert model.served[1] == (None, True)
    context.engine().dispose()


def test_a_fit_is_read_once_in_a_process(
    context: Context, model: QuickModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(context, START)
    run(context, START - 1)
    monkeypatch.setattr("jobs.fits._weighable", None)  # a second reading would fail
    run(context, START - 2)
    assert [served for served, _ in model.served[1:]] == [model.served[1][0]] * 2
