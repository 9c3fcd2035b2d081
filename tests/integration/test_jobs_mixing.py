"""Which families speak for a ladder, and with what weights."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from forecaster.errors import PlanError
from forecaster.reference.load import load_ladder
from forecaster.reference.plan import load_plan
from forecaster.store.unit_of_work import UnitOfWork
from jobs.mixing import mixture_of
from tests.fakes_jobs import NOON, make_context

LADDER = load_ladder("nato-russia")


@pytest.fixture
def work(tmp_path: Path) -> Iterator[UnitOfWork]:
    context = make_context(tmp_path)
    with UnitOfWork(context.engine(), read_only=True) as opened:
        yield opened
    context.engine().dispose()


def test_without_a_backtest_the_prior_weights_of_the_plan_hold(work: UnitOfWork) -> None:
    mixture = mixture_of(work, LADDER, "", NOON)
    members = load_plan("nato-russia").members
    assert mixture is not None
    assert mixture.members == tuple(members)
    np.testing.assert_allclose(mixture.weights, np.tile(list(members.values()), (3, 1)))


def test_a_family_that_is_asked_for_speaks_alone(work: UnitOfWork) -> None:
    assert mixture_of(work, LADDER, "latent_tension", NOON) is None
    assert mixture_of(work, replace(LADDER, family=""), "", NOON) is None


def test_a_copied_ladder_without_a_plan_is_told_what_to_change(work: UnitOfWork) -> None:
    with pytest.raises(PlanError, match="`family` in the head of the ladder file"):
        mixture_of(work, replace(LADDER, id="my-crisis"), "", NOON)
