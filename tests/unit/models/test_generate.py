"""A made-up history follows its parameters, and keeps what was not an outcome."""

from dataclasses import replace

import numpy as np
import pytest

from models.catalogue import families
from models.components.generate_tension import generate_tension
from models.components.generated import generated_judged, generated_measures
from models.predictive_checks import predictive_checks, statistics
from tests.builders_models import AID, SALVOS, make_draws, make_inputs, make_ladder, prior_draws


def one_draw(inputs, **given):
    draw = {name: values[:1] for name, values in make_draws(inputs, draws=1).items()}
    for name, value in given.items():
        draw[name] = np.full_like(draw[name], value)
    return draw


def steady(inputs, **given):
    """Parameters under which nothing moves but by counting."""
    still = {"level_spread": 1e-6, "wander": 1e-6}
    quiet = {**still, "phi": 0.0, "volatility": 1e-6, "noise": 1e-6, "loading": 0.0, "effects": 0.0}
    return one_draw(inputs, **{**quiet, **given})


def test_counts_have_the_mean_that_level_base_and_exposure_give():
    inputs = make_inputs(day=202)
    draw = steady(inputs, level=np.log(30.0))
    counts = np.mean(
        [
            generate_tension(inputs, draw, np.random.default_rng(i)).measures.count
            for i in range(400)
        ],
        axis=0,
    )
    expected = 0.30 * inputs.measures.base * inputs.measures.exposure
    np.testing.assert_allclose(counts, expected, rtol=0.1)
    assert inputs.measures.exposure[-1, 0] < 1  # the last step is partial, and scaled


def test_theatres_share_the_common_shock():
    inputs = make_inputs()
    draw = steady(inputs, level=3.0, loading=1.0)
    y = np.log(generate_tension(inputs, draw, np.random.default_rng(1)).measures.count + 0.5)
    assert np.corrcoef(y[:-1].T)[0, 1] > 0.8


def test_a_salvo_is_seen_in_its_step_and_gone_in_the_next():
    inputs = make_inputs(make_ladder(indicators=(AID, SALVOS)))
    draw = steady(inputs, level=6.0, passing_effects=0.5)
    made = generate_tension(inputs, draw, np.random.default_rng(1)).measures
    known = inputs.concurrent.missing[:, 0, 0] == 0.0
    y = np.log(made.measure[:, 0]) - 6.0
    np.testing.assert_allclose(
        y[known][:-1], 0.5 * inputs.concurrent.value[known, 0, 0][:-1], atol=0.15
    )
    coast = np.log(made.measure[:-1, 2]) - 6.0
    np.testing.assert_allclose(coast, 0.0, atol=0.15)


def test_what_was_not_seen_stays_unseen():
    inputs = make_inputs(make_ladder(places=("north", "gone")))
    made = generate_tension(inputs, one_draw(inputs), np.random.default_rng(1))
    assert np.isnan(made.measures.measure[:, 1]).all()
    assert made.indicators is inputs.indicators


def test_values_are_not_counted():
    measures = replace(make_inputs().measures, is_share=np.zeros(3, dtype=bool))
    made = generated_measures(
        measures, np.full(measures.count.shape, 1.5), np.random.default_rng(1)
    )
    np.testing.assert_allclose(made.measure[measures.exposure > 0], np.exp(1.5))


def test_a_wild_draw_is_no_overflow():
    measures = make_inputs().measures
    made = generated_measures(
        measures, np.full(measures.count.shape, 1e4), np.random.default_rng(1)
    )
    assert np.isfinite(made.count).all()


def test_judged_events_follow_rate_and_exposure():
    judged = make_inputs().judged
    rate = np.full(len(judged.rungs), 0.5)
    drawn = [generated_judged(judged, rate, rate, np.random.default_rng(i)) for i in range(300)]
    mean = np.mean([d.entered for d in drawn], axis=0)
    np.testing.assert_allclose(mean, 0.5 * judged.exposure, rtol=0.1)
    assert all((d.left == 0).all() for d in drawn)  # nowhere a rung was held


def test_statistics_of_a_history_told_by_hand():
    inputs = make_inputs(make_ladder(places=("north",)), day=28)
    share = np.array([10.0, 30.0, 30.0, 60.0])
    count = np.zeros_like(inputs.measures.count)
    count[:4, 0] = share * inputs.measures.base[:4, 0] / 100.0
    exposure = np.ones_like(count)
    exposure[4:] = 0.5  # not whole: it does not count
    found = statistics(replace(inputs.measures, count=count, exposure=exposure))
    shares = [found[f"share on {r}"][0] for r in ("calm", "clashes", "battle")]
    assert shares == pytest.approx([0.25, 0.5, 0.25])
    assert found["rung changes"][0] == 2
    assert found["largest jump of the logarithm"][0] == pytest.approx(np.log(3.0), abs=0.05)


def test_a_history_of_the_model_itself_is_not_extreme_and_another_one_is():
    family, inputs = families()["latent_tension"], make_inputs(make_ladder(indicators=()))
    draws = prior_draws(family, inputs, draws=100)
    own = generate_tension(inputs, {n: v[:1] for n, v in draws.items()}, np.random.default_rng(2))
    extreme = [c for c in predictive_checks(family, own, draws, seed=1) if c.extreme]
    assert len(extreme) <= 2
    count = own.measures.count.copy()
    count[::2] *= 40.0
    jumping = replace(own, measures=replace(own.measures, count=count))
    found = {(c.theatre, c.statistic): c for c in predictive_checks(family, jumping, draws, seed=1)}
    assert found["north", "lag-1 autocorrelation"].extreme
    assert found["north", "largest jump of the logarithm"].p < 0.03
