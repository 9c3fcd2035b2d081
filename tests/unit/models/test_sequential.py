"""The sequential update: an earlier fit serves a later day, or says why it cannot."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from forecaster.domain.backtest import Effort
from forecaster.domain.fit import Fit
from models import sequential
from models.agreement import agreement, compared
from models.catalogue import families
from models.conformance import assert_cells_coherent
from models.inputs import Inputs
from models.reweighting import Weights
from models.sequential import DriftError, ready_fit, reweigh
from models.update import update_ladder
from tests.builders_fits import make_fit
from tests.builders_models import (
    known_at,
    make_counts,
    make_inputs,
    make_ladder,
    make_priors,
    prior_draws,
)

EFFORT = Effort(tune=1, draws=1, chains=2, kept_draws=200, paths=8)
THEN = make_inputs(day=202)
RUN = "20240721T000000-aaaaaa"


def known(day: int) -> dict[str, object]:
    """What `update_ladder` is told as of the end of a day."""
    ladder = make_ladder()
    moment = make_inputs(day=day).calendar.as_of
    return {
        "readings": known_at(make_counts(), moment),
        "judgements": (),
        "priors": make_priors(ladder),
        "as_of": moment,
        "seed": 1,
        "effort": EFFORT,
    }


@pytest.fixture(scope="module")
def fit() -> Fit:
    return make_fit(THEN)


@pytest.mark.parametrize("day", [202, 203, 206, 209])
def test_draws_of_an_earlier_day_answer_a_later_one(fit: Fit, day: int) -> None:
    found = update_ladder(make_ladder(), **known(day), ready=ready_fit(RUN, fit, THEN), refit=False)
    assert found.fit is None
    way = found.forecast.updating
    assert (way.method, way.fit_run, way.fit_as_of) == ("reweight", RUN, THEN.calendar.as_of)
    assert {m.family for m in found.forecast.members} == {"latent_tension", "climatology_12"}
    assert_cells_coherent(found.forecast.cells, make_inputs(day=day), "reweighed")
    horizons = {c.horizon_end for c in found.forecast.cells}
    assert min(horizons) > make_inputs(day=day).calendar.as_of


def test_the_same_day_weighs_all_draws_alike(fit: Fit) -> None:
    _, way = reweigh(ready_fit(RUN, fit, THEN), THEN, effort=EFFORT, seed=1)
    assert (way.k_hat, way.relative_size) == (None, 1.0)


def test_the_same_arguments_give_the_same_answer(fit: Fit) -> None:
    first, second = (
        update_ladder(make_ladder(), **known(206), ready=ready_fit(RUN, fit, THEN), refit=False)
        for _ in range(2)
    )
    said = [[(c.probability, c.lower, c.mc_se) for c in f.forecast.cells] for f in (first, second)]
    assert said[0] == said[1]


def test_a_revision_of_an_old_reading_moves_the_weights(fit: Fit) -> None:
    counts = make_counts()
    old = counts.observed_at < np.datetime64("2024-03-01")
    louder = replace(counts, value=np.where(old, counts.value * 3.0, counts.value))
    now = make_inputs(readings=louder, day=202)
    ready = ready_fit(RUN, fit, THEN)
    try:
        _, way = reweigh(ready, now, effort=EFFORT, seed=1)
    except DriftError as drift:
        assert "latent_tension" in str(drift)  # noqa: PT017 — either says that it mattered
    else:
        assert way.relative_size < 1.0


def test_other_theatres_need_another_fit(fit: Fit) -> None:
    now = make_inputs(make_ladder(places=("north", "south")), day=206)
    with pytest.raises(DriftError, match="fit the family anew"):
        reweigh(ready_fit(RUN, fit, THEN), now, effort=EFFORT, seed=1)


def test_a_family_of_another_version_needs_another_fit(fit: Fit) -> None:
    old = replace(fit, members=(replace(fit.members[0], version="0"), fit.members[1]))
    with pytest.raises(DriftError, match="now, 0 was fitted"):
        ready_fit(RUN, old, THEN)


class Sampled:
    """Stands for the sampler: the draws of `make_fit`, whatever it is told."""

    def __init__(self) -> None:
        self.calls: list[datetime] = []

    def __call__(self, inputs: Inputs, priors: object, mixture: object, *_: object, **__: object):
        self.calls.append(inputs.calendar.as_of)
        fit, family = make_fit(inputs), families()["latent_tension"]
        return fit, [prior_draws(family, inputs, draws=50), None]


@pytest.fixture
def sampler(monkeypatch: pytest.MonkeyPatch) -> Sampled:
    sampled = Sampled()
    monkeypatch.setattr("models.update._fit", sampled)
    return sampled


def test_weights_that_will_not_do_lead_to_a_refit_that_says_so(
    fit: Fit, sampler: Sampled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def heavy(log_ratio: np.ndarray) -> Weights:
        return Weights(np.full(len(log_ratio), 1.0 / len(log_ratio)), 0.83, 0.5)

    monkeypatch.setattr(sequential, "importance_weights", heavy)
    found = update_ladder(make_ladder(), **known(206), ready=ready_fit(RUN, fit, THEN), refit=False)
    assert len(sampler.calls) == 1
    assert found.fit is not None
    way = found.forecast.updating
    assert (way.method, way.reason) == ("refit", "latent_tension: Pareto k 0.83 at or above 0.7")
    assert way.agreement is None


def test_a_refit_that_is_due_says_how_the_fit_before_would_have_done(
    fit: Fit, sampler: Sampled
) -> None:
    found = update_ladder(make_ladder(), **known(209), ready=ready_fit(RUN, fit, THEN), refit=True)
    assert len(sampler.calls) == 1
    way = found.forecast.updating
    assert (way.method, way.reason) == ("refit", "")
    assert way.agreement is not None
    assert 0.0 <= way.agreement <= 1.0


def cells_of(fit: Fit, day: int) -> tuple[object, ...]:
    ready = ready_fit(RUN, fit, THEN)
    return update_ladder(make_ladder(), **known(day), ready=ready, refit=False).forecast.cells


def test_agreement_counts_cells_within_the_larger_error(fit: Fit) -> None:
    cells = cells_of(fit, 206)
    same = agreement(cells, cells)
    assert (same.share, same.largest) == (1.0, 0.0)
    few = [
        replace(c, probability=min(c.probability + 0.02, 1.0), mc_se=0.0) if i < 10 else c
        for i, c in enumerate(cells)
    ]
    exact = [replace(c, mc_se=0.0) for c in cells]
    moved = agreement(exact, [replace(c, mc_se=0.0) for c in few])
    expected = sum(b.probability - a.probability > 0.01 for a, b in zip(cells, few, strict=True))
    assert moved.share == pytest.approx(1.0 - expected / len(cells))
    noisy = agreement(exact, [replace(c, mc_se=0.01) for c in few])
    assert noisy.share == 1.0
    assert agreement(cells, ()) is None


def test_an_answer_without_an_error_is_held_to_the_other_ones_or_the_tolerance() -> None:
    fitted = np.array([[0.50, np.nan], [0.50, np.nan], [0.50, 0.01]])
    weighed = np.array([[0.52, np.nan], [0.505, np.nan], [0.52, np.nan]])
    apart, within = compared(fitted, weighed)
    np.testing.assert_allclose(apart, [0.02, 0.005, 0.02])
    assert within.tolist() == [False, True, True]
