"""Compiled paths against the same law written out with arrays, one step at a time."""

import numpy as np
import pytest

from models.components import tension_states
from models.components.counts import simulate_measures
from models.components.pushed import pushed
from models.components.simulate_tension import simulate_tension
from models.inputs import Inputs
from tests.builders_models import make_draws, make_inputs

PATHS = 20_000


def written_out(inputs: Inputs, draws, rng) -> np.ndarray:
    """Log tension of the open steps (draw, path, step, theatre)."""
    panel, effects = inputs.indicators, draws["effects"]
    drift, extra = pushed(panel.value, panel.missing, effects)
    now = tension_states.present_states(inputs, draws, PATHS, rng, drift=drift, extra=extra)
    drift, extra = pushed(panel.ahead, panel.ahead_variance, effects)
    state, steps = now.state, [now.past]
    for h in range(drift.shape[1]):
        state = tension_states.advance(
            draws, state, drift[:, None, h], rng, extra=extra[:, None, h]
        )
        steps.append(tension_states.log_tension(draws, state)[:, :, None])
    return np.concatenate(steps, axis=2)


def counted(inputs: Inputs, noise, log_rate, rng) -> np.ndarray:
    """Measures of shares with a common denominator: (draw, path, step, theatre)."""
    panel, first = inputs.measures, inputs.measures.first_open_step
    window = list(panel.national[:first, 0][-panel.window :])
    share = panel.count[:first][-panel.window :].sum() / sum(window)
    base, totals = panel.base[-1, 0], [np.full(log_rate.shape[:2], w) for w in window]
    out = np.empty_like(log_rate)
    for s in range(log_rate.shape[2]):
        step = first + s
        seen = np.minimum(panel.exposure[step], 1 - 1e-6) if step < len(panel.exposure) else 0.0
        count = panel.count[step] if step < len(panel.count) else 0.0
        error = noise[:, None] / np.sqrt(1 - seen) * rng.standard_normal(log_rate[:, :, s].shape)
        rate = (1 - seen) * np.asarray(base)[..., None] * np.exp(log_rate[:, :, s] + error) / 100
        whole = count + rng.poisson(rate)
        out[:, :, s] = 100 * whole / np.asarray(base)[..., None]
        totals.append(whole.sum(axis=-1) / share)
        base = np.mean(totals[-panel.window :], axis=0)
    return out


@pytest.fixture(scope="module")
def pair():
    inputs = make_inputs()
    draws = make_draws(inputs, draws=1)
    draws["effects"][:] = 0.1
    draws["loading"][:] = 0.15
    paths = simulate_tension(inputs, draws, PATHS, np.random.default_rng(1)).paths
    rng = np.random.default_rng(2)
    return paths.measure[0], counted(inputs, draws["noise"], written_out(inputs, draws, rng), rng)[
        0
    ]


def test_every_step_and_theatre_has_the_same_distribution(pair):
    levels = np.linspace(0.02, 0.98, 25)
    for new, old in zip(*(p.reshape(PATHS, -1).T for p in pair), strict=True):
        edges = np.quantile(old, levels)
        found = (new[:, None] <= edges).mean(axis=0)
        there = (old[:, None] <= edges).mean(axis=0)
        error = np.sqrt(2 * there * (1 - there) / PATHS)
        assert np.abs(found - there).max() < 5 * error.max()


def test_steps_and_theatres_hang_together_in_the_same_way(pair):
    new, old = (np.corrcoef(np.log(p.reshape(PATHS, -1) + 1).T) for p in pair)
    np.testing.assert_allclose(new, old, atol=5 * np.sqrt(2 / PATHS))


def test_totals_leave_the_window_after_its_length():
    measures = make_inputs().measures
    steps = 2 * measures.window
    log_rate = np.full((1, 4000, steps, 3), np.log(100.0 / 3))
    noise = np.full((1, 3), 1e-6)
    measure = simulate_measures(measures, noise, log_rate, np.random.default_rng(1))
    last = measure[0, :, -1]
    # Counting alone scatters a share: its variance over its mean is 100 over the base.
    base = 100.0 * last.mean(axis=0) / last.var(axis=0)
    np.testing.assert_allclose(base, measures.base[-1], rtol=0.3)
