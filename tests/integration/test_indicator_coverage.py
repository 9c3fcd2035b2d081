"""In which weeks the packaged ladder's sanctions packages are known, on the packaged sample."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from forecaster.clock import end_of_day
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from jobs.known import known
from tests.builders_backtest_run import LADDER, sampled


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    made = sampled(tmp_path_factory.mktemp("sample"))
    yield made
    made.engine().dispose()


def packages(context: Context, day: date) -> tuple[np.ndarray, np.ndarray]:
    """What is known of the packages per week as of a day, and whether it is new."""
    with UnitOfWork(context.engine(), read_only=True) as work:
        panel = known(work, LADDER, end_of_day(day)).inputs().indicators
    here = panel.indicators.index("sanctions-packages")
    return panel.known[:, 0, here], panel.fresh[:, 0, here]


def test_a_week_within_the_list_is_known_and_without_a_package_it_is_a_zero(context: Context):
    value, fresh = packages(context, date(2024, 6, 30))
    assert np.isfinite(value).all()
    assert fresh.all()
    assert (value > value.min()).sum() == 13  # fourteen packages, two of them in one week


@pytest.mark.parametrize("day", [date(2023, 9, 3), date(2025, 6, 22)])
def test_a_week_after_the_last_entry_is_missing_and_no_zero(context: Context, day: date):
    value, fresh = packages(context, day)
    last = int(np.flatnonzero(np.isfinite(value))[-1])
    assert 60 < last < len(value) - 1
    assert np.isfinite(value[: last + 1]).all()
    assert np.isnan(value[last + 1 :]).all()
    assert not fresh[last + 1 :].any()
