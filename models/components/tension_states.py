"""The states behind `components.tension`, one posterior draw at a time: now, next, and in answer.

Arrays are (draw, path, …). A state is opaque to those who use it: only `log_tension` reads it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.filtering import Dynamics, filter_states, sample_back
from models.components.local_level import long_run_variance
from models.components.observation import log_observations
from models.family import Draws
from models.inputs import Inputs

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class State:
    """A theatre's deviation and level, each (draw, path, theatre)."""

    deviation: Array
    level: Array

    @property
    def shape(self) -> tuple[int, int, int]:
        """Draws, paths and theatres."""
        draws, paths, theatres = self.deviation.shape
        return draws, paths, theatres


@dataclass(frozen=True, slots=True)
class Present:
    """Log tension of the steps from the first open one to the present one, and the state there.

    past (draw, path, step, theatre).
    """

    past: Array
    state: State


def present_states(
    inputs: Inputs,
    draws: Draws,
    paths: int,
    rng: np.random.Generator,
    *,
    drift: Array,
    extra: Array,
) -> Present:
    """Return states of the present given all that was seen, jointly with the open steps before it.

    Args:
        inputs: what was seen.
        draws: of the variables of `components.tension`.
        paths: per draw.
        rng: the generator to draw from.
        drift: expected push (draw, step, theatre) up to the present step.
        extra: its variance (draw, step, theatre).
    """
    seen = log_observations(inputs.measures)
    shock, spread = _shocks(draws, len(seen.y))
    loading = draws["loading"][:, None]
    variance = draws["volatility"][:, None] ** 2 + extra + spread * loading**2
    moved = draws["volatility"] ** 2 + draws["loading"] ** 2
    variance[:, 0] += draws["phi"] ** 2 * long_run_variance(draws["phi"], moved)
    dynamics = Dynamics(
        phi=draws["phi"],
        w=draws["wander"] ** 2,
        drift=drift + shock * loading,
        q=variance,
    )
    filtered = filter_states(
        y=seen.y,
        observed=seen.observed,
        level=draws["level"],
        start=np.broadcast_to(draws["level_spread"][:, None] ** 2, draws["level"].shape),
        dynamics=dynamics,
        r=draws["noise"][:, None] ** 2 / seen.exposure + seen.counting,
    )
    first = min(inputs.measures.first_open_step, inputs.calendar.last)
    x, level = sample_back(filtered, dynamics, first=first, paths=paths, rng=rng)
    open_steps = inputs.calendar.last + 1 - inputs.measures.first_open_step
    past = (x + level)[:, :, x.shape[2] - open_steps :]
    return Present(past, State(x[:, :, -1], level[:, :, -1]))


def _shocks(draws: Draws, steps: int) -> tuple[Array, Array]:
    """Return common shocks (draw, step, 1) and their variance: 0 where drawn, 1 where not.

    Steps that came after the fit have no draw (NaN): their shock widens each theatre on its own.
    """
    shock = draws["shock"][:, :steps, None]
    known = np.isfinite(shock)
    return np.where(known, shock, 0.0), np.where(known, 0.0, 1.0)


def respond(draws: Draws, state: State, drift: Array) -> State:
    """Return the expected next state, pushed by `drift` (draw, path or 1, theatre)."""
    return State(draws["phi"][:, None] * state.deviation + drift, state.level)


def advance(
    draws: Draws,
    state: State,
    drift: Array,
    rng: np.random.Generator,
    *,
    extra: Array | float = 0.0,
) -> State:
    """Return the next state, with shocks of each theatre and those shared by all.

    extra: variance that what is not known of the push adds (draw, 1, theatre).
    """
    common = rng.standard_normal((*state.shape[:2], 1)) * draws["loading"][:, None]
    spread = np.sqrt(draws["volatility"][:, None] ** 2 + extra)
    own = rng.standard_normal(state.shape) * spread
    walked = rng.standard_normal(state.shape) * draws["wander"][:, None]
    expected = respond(draws, state, drift)
    return State(expected.deviation + common + own, expected.level + walked)


def log_tension(draws: Draws, state: State) -> Array:
    """Return the logarithm of the expected measure (draw, path, theatre)."""
    return state.deviation + state.level


def deviation(state: State) -> Array:
    """Return how far a state lies from the theatre's level (draw, path, theatre)."""
    return state.deviation


def at_rest(draws: Draws) -> State:
    """Return the state in which nothing has happened, one path per draw."""
    level = draws["level"][:, None]
    return State(np.zeros_like(level), level)
