"""The states behind `components.tension`, one posterior draw at a time: now, next, and in answer.

Arrays are (draw, path, …). A state is opaque to those who use it: only `log_tension` reads it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.common_shocks import ShockBelief, shocks_given
from models.components.filtering import Dynamics, Filtered, filter_states, sample_back
from models.components.local_level_filter import long_run_variance
from models.components.observation import LogObservations, log_observations
from models.components.pushed import Acting
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
    acting: Acting,
) -> Present:
    """Return states of the present given all that was seen, jointly with the open steps before it.

    Args:
        inputs: what was seen.
        draws: of the variables of `components.tension`.
        paths: per draw.
        rng: the generator to draw from.
        acting: on the steps up to the present one.
    """
    seen = log_observations(inputs.measures)
    shock = draws["shock"][:, : len(seen.y)]
    first = min(inputs.measures.first_open_step, inputs.calendar.last)
    filtered, dynamics = _filtered(seen, draws, shock, acting, first=first)
    x, level = sample_back(filtered, dynamics, paths=paths, rng=rng)
    open_steps = inputs.calendar.last + 1 - inputs.measures.first_open_step
    past = (x + level)[:, :, x.shape[2] - open_steps :]
    return Present(past, State(x[:, :, -1], level[:, :, -1]))


def unknown_shocks(inputs: Inputs, draws: Draws, acting: Acting) -> ShockBelief:
    """Return the common shocks that draws leave open (NaN), given all that was seen.

    Shocks are open from some step on, the same one in every draw, up to the present step.
    Arguments are those of `present_states`.
    """
    seen = log_observations(inputs.measures)
    shock = draws["shock"][:, : len(seen.y)]
    first = int(np.isfinite(shock[0]).sum())
    known = np.where(np.isfinite(shock), shock, 0.0)
    filtered, dynamics = _filtered(seen, draws, known, acting, first=first)
    return shocks_given(
        filtered, phi=dynamics.phi, loading=draws["loading"], observed=seen.observed[first:]
    )


def _filtered(
    seen: LogObservations, draws: Draws, shock: Array, acting: Acting, *, first: int
) -> tuple[Filtered, Dynamics]:
    """Return the filter over all steps, its states kept from `first` on, and what moved them."""
    variance = draws["volatility"][:, None] ** 2 + acting.extra
    moved = draws["volatility"] ** 2 + draws["loading"] ** 2
    variance[:, 0] += draws["phi"] ** 2 * long_run_variance(draws["phi"], moved)
    dynamics = Dynamics(
        phi=draws["phi"],
        w=draws["wander"] ** 2,
        drift=acting.drift + shock[:, :, None] * draws["loading"][:, None],
        q=variance,
    )
    filtered = filter_states(
        y=seen.y - acting.passing,
        observed=seen.observed,
        level=draws["level"],
        start=np.broadcast_to(draws["level_spread"][:, None] ** 2, draws["level"].shape),
        dynamics=dynamics,
        r=draws["noise"][:, None] ** 2 / seen.exposure + seen.counting + acting.veil,
        first=first,
    )
    return filtered, dynamics


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
