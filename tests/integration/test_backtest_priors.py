"""A backtest belongs to the priors in force: others are other forecasts of what is sampled."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from forecaster.domain.backtest import Forecaster, OriginForecast
from forecaster.store.unit_of_work import UnitOfWork
from jobs.backtesting.run import run_backtest
from jobs.context import Context
from jobs.workers import Answer, Task, compute
from models.catalogue import families
from tests.builders_backtest_run import LADDER, plan_of

REFERENCE, SAMPLED, ORIGINS = "persistence", "latent_tension", 5


class Quick:
    """Workers that lend a sampled family the reference's numbers, and end before the scores."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.priors: set[str] = set()

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        for task in tasks:
            self.asked += [task.forecaster] * len(task.block)
            self.priors.add(task.priors.name)
            lent = compute(replace(task, forecaster=REFERENCE))
            assert not lent.error
            yield Answer(task, tuple(as_of_family(f, task.forecaster) for f in lent.forecasts))
        raise KeyboardInterrupt


def as_of_family(forecast: OriginForecast, family: str) -> OriginForecast:
    return replace(forecast, forecaster=family, version=families()[family].version)


def run(context: Context, *, weight: float = 0.5) -> tuple[str, Quick]:
    """Run a plan's forecasters and return the id of its backtest, and who computed what."""
    staff = Quick()
    plan = plan_of(
        Forecaster(REFERENCE, "reference", weight),
        Forecaster(SAMPLED, "bayesian", 0.5),
        Forecaster("stack", "published"),
    )
    with pytest.raises(KeyboardInterrupt):
        run_backtest(context, LADDER, plan, staff)
    with UnitOfWork(context.engine(), read_only=True) as work:
        latest = work.backtests.latest(LADDER.id)
        assert latest is not None
        assert {len(origins) for origins in work.backtests.done(latest.backtest_id).values()} == {
            ORIGINS
        }
        assert staff.priors <= {latest.prior_set}
        return latest.backtest_id, staff


def set_a_prior(context: Context) -> None:
    now = context.clock()
    with UnitOfWork(context.engine()) as work:
        prior = work.priors.in_force(LADDER.id, now).versions[0].prior
        (name, number), *others = prior.parameters
        changed = replace(prior, parameters=((name, number + 0.01), *others))
        work.priors.set(LADDER.id, changed, author="A. Marsh", reason="a test", at=now)
        work.commit()


def test_a_changed_prior_is_another_backtest_and_nothing_sampled_is_taken_over(
    context: Context,
) -> None:
    first, staff = run(context)
    assert sorted(staff.asked) == sorted([REFERENCE, SAMPLED] * ORIGINS)
    set_a_prior(context)
    second, staff = run(context)
    assert second != first
    assert staff.asked == [SAMPLED] * ORIGINS
    again, staff = run(context)
    assert (again, staff.asked) == (second, [])


def test_under_the_same_priors_what_was_sampled_is_taken_over(context: Context) -> None:
    first, _ = run(context)
    second, staff = run(context, weight=0.7)
    assert second != first
    assert staff.asked == []
