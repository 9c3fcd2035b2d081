"""Joint paths of the measure from the posterior of latent tension, vectorised over draws."""

import numpy as np
from numpy.typing import NDArray

from models.components import tension_states
from models.components.counts import simulate_measures
from models.components.jit import jit
from models.components.passing import passing_open, passing_so_far
from models.components.pushed import Acting, effects_of, pushed
from models.family import Draws, JudgedRates, MeasurePaths, Simulation
from models.inputs import Inputs

type Array = NDArray[np.float64]


def simulate_tension(
    inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator
) -> Simulation:
    """Return joint paths of all measured theatres and the rates of all judged cells."""
    measured = bool(inputs.measures.theatres)
    return Simulation(
        paths=_measure_paths(inputs, draws, paths, rng) if measured else None,
        judged=JudgedRates(draws["enter"], draws["leave"]) if inputs.judged.rungs else None,
    )


def _measure_paths(
    inputs: Inputs, draws: Draws, paths: int, rng: np.random.Generator
) -> MeasurePaths:
    acting = acting_so_far(inputs, draws)
    now = tension_states.present_states(inputs, draws, paths, rng, acting=acting)
    log_rate = _walked(inputs, draws, now, rng)
    passing, veil = passing_open(inputs, draws)
    log_rate += passing[:, None]
    measured = simulate_measures(inputs.measures, draws["noise"], log_rate, rng, veil=veil)
    return MeasurePaths(inputs.measures.first_open_step, measured)


def acting_so_far(inputs: Inputs, draws: Draws) -> Acting:
    """Return what acts on tension up to the present step."""
    panel, effects = inputs.indicators, effects_of(inputs, draws, "effects")
    pushing = pushed(panel.value, panel.missing, effects)
    return Acting(*pushing, *passing_so_far(inputs, draws))


def _walked(
    inputs: Inputs, draws: Draws, now: tension_states.Present, rng: np.random.Generator
) -> Array:
    """Return log tension of the open steps, past and to come: (draw, path, step, theatre)."""
    panel, effects = inputs.indicators, effects_of(inputs, draws, "effects")
    drift, extra = pushed(panel.ahead, panel.ahead_variance, effects)
    past = now.past.shape[2]
    steps = past + drift.shape[1]
    log_rate = np.empty((*now.past.shape[:2], steps, now.past.shape[3]))
    log_rate[:, :, :past] = now.past
    _walk_on(
        np.ascontiguousarray(now.state.deviation),
        np.ascontiguousarray(now.state.level),
        draws["phi"],
        draws["loading"],
        draws["wander"],
        drift,
        np.sqrt(draws["volatility"][:, None] ** 2 + extra),
        rng,
        log_rate,
    )
    return log_rate


@jit
def _walk_on(
    deviation: Array,
    level: Array,
    phi: Array,
    loading: Array,
    wander: Array,
    drift: Array,
    spread: Array,
    rng: np.random.Generator,
    log_rate: Array,
) -> None:
    """Fill the last steps of `log_rate` with log tension, as `tension_states.advance` moves it.

    deviation, level (draw, path, theatre): of now; they are moved in place. phi, loading, wander
    (draw, theatre). drift: expected push (draw, step, theatre). spread: standard deviation of each
    theatre's own shocks (draw, step, theatre). log_rate (draw, path, step, theatre).
    """
    draws, paths, theatres = deviation.shape
    ahead = drift.shape[1]
    past = log_rate.shape[2] - ahead
    for d in range(draws):
        for p in range(paths):
            x, slow = deviation[d, p], level[d, p]
            for h in range(ahead):
                shared = rng.standard_normal()
                for k in range(theatres):
                    own = spread[d, h, k] * rng.standard_normal() + loading[d, k] * shared
                    x[k] = phi[d, k] * x[k] + drift[d, h, k] + own
                    slow[k] += wander[d, k] * rng.standard_normal()
                    log_rate[d, p, past + h, k] = x[k] + slow[k]
