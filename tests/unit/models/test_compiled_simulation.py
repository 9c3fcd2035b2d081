"""Compiled paths against the same law written out with arrays, one step at a time."""

import numpy as np
import pytest

from models.components import tension_states
from models.components.counts import simulate_measures
from models.components.pushed import pushed
from models.components.simulate_tension import acting_so_far, simulate_tension
from models.inputs import Inputs
from tests.builders_models import AID, SALVOS, make_draws, make_inputs, make_ladder

PATHS = 20_000


def written_out(inputs: Inputs, draws, rng) -> np.ndarray:
    """Log tension of the open steps (draw, path, step, theatre)."""
    panel, effects = inputs.indicators, draws["effects"]
    acting = acting_so_far(inputs, draws)
    now = tension_states.present_states(inputs, draws, PATHS, rng, acting=acting)
    drift, extra = pushed(panel.ahead, panel.ahead_variance, effects)
    state, steps = now.state, [now.past]
    for h in range(drift.shape[1]):
        state = tension_states.advance(
            draws, state, drift[:, None, h], rng, extra=extra[:, None, h]
        )
        steps.append(tension_states.log_tension(draws, state)[:, :, None])
    return np.concatenate(steps, axis=2)


def beside(inputs: Inputs, draws) -> tuple[np.ndarray, np.ndarray]:
    """What salvos add to the open steps, and its variance (draw, step, theatre)."""
    panel, first = inputs.concurrent, inputs.measures.first_open_step
    value = np.concatenate([panel.value[first:], panel.ahead])
    unknown = np.concatenate([panel.missing[first:], panel.ahead_variance])
    weight = draws["passing_effects"]
    return (
        np.einsum("tkj,dkj->dtk", value, weight),
        np.einsum("tkj,dkj->dtk", unknown, weight**2),
    )


def counted(inputs: Inputs, draws, log_rate, rng) -> np.ndarray:
    """Measures of shares with a common denominator: (draw, path, step, theatre)."""
    panel, first = inputs.measures, inputs.measures.first_open_step
    window = list(panel.national[:first, 0][-panel.window :])
    share = panel.count[:first][-panel.window :].sum() / sum(window)
    base, totals = panel.base[-1, 0], [np.full(log_rate.shape[:2], w) for w in window]
    noise, (passing, veil) = draws["noise"], beside(inputs, draws)
    out = np.empty_like(log_rate)
    for s in range(log_rate.shape[2]):
        step = first + s
        seen = np.minimum(panel.exposure[step], 1 - 1e-6) if step < len(panel.exposure) else 0.0
        count = panel.count[step] if step < len(panel.count) else 0.0
        spread = np.sqrt(noise[:, None] ** 2 / (1 - seen) + veil[:, None, s])
        error = passing[:, None, s] + spread * rng.standard_normal(log_rate[:, :, s].shape)
        rate = (1 - seen) * np.asarray(base)[..., None] * np.exp(log_rate[:, :, s] + error) / 100
        whole = count + rng.poisson(rate)
        out[:, :, s] = 100 * whole / np.asarray(base)[..., None]
        totals.append(whole.sum(axis=-1) / share)
        base = np.mean(totals[-panel.window :], axis=0)
    return out


@pytest.fixture(scope="module", params=[(AID,), (AID, SALVOS)], ids=["pushing", "concurrent"])
def pair(request):
    inputs = make_inputs(make_ladder(indicators=request.param))
    draws = make_draws(inputs, draws=1)
    draws["effects"][:] = 0.1
    draws["loading"][:] = 0.15
    draws["passing_effects"][:] = 0.4
    paths = simulate_tension(inputs, draws, PATHS, np.random.default_rng(1)).paths
    rng = np.random.default_rng(2)
    return paths.measure[0], counted(inputs, draws, written_out(inputs, draws, rng), rng)[0]


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
