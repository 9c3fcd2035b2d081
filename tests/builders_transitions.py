"""Plausible parameters for the families of rung transitions, without sampling."""

import numpy as np

from models.components.memory import INCIDENTS, SPANS
from models.inputs import Inputs

PER_THEATRE = {"ascent": 0.0, "proneness": 0.0, "descent": 0.0, "log_swing": np.log(0.25)}


def make_transition_draws(
    inputs: Inputs, *, draws: int = 20, seed: int = 1
) -> dict[str, np.ndarray]:
    """Draws of every variable that simulating and carrying need, of any number of theatres."""
    rng = np.random.default_rng(seed)
    theatres, rungs = len(inputs.measures.theatres), len(inputs.measures.rungs)
    memories = len(INCIDENTS[inputs.ladder.step]) + (not inputs.measures.is_level)
    regions, cells = len(set(inputs.measures.regions)), len(inputs.judged.rungs)
    sizes = (draws, rungs, max(rungs - 1, 1))
    found = {
        "tolerance": rng.normal(0.0, 0.2, (draws, rungs)),
        "ease": rng.normal(0.0, 0.2, (draws, rungs)),
        "quiet": rng.uniform(0.05, 0.2, draws),
        "push": rng.uniform(0.0, 0.1, (draws, memories)),
        "hold": rng.normal(0.0, 0.1, (draws, memories)),
        "slope_up": rng.uniform(0.8, 1.2, draws),
        "slope_down": rng.uniform(0.8, 1.2, draws),
        "blend": rng.dirichlet([4.0, 1.0, 1.0], draws)[:, : len(SPANS[inputs.ladder.step])],
        "jump_up": rng.uniform(0.0, 0.2, sizes),
        "jump_down": rng.uniform(0.0, 0.2, sizes),
        "level_mean": rng.normal(3.0, 0.2, draws),
        "level_spread": rng.uniform(0.3, 0.6, draws),
        "effect": rng.normal(0.0, 0.02, (draws, len(inputs.indicators.indicators))),
        "enter": rng.uniform(1e-4, 1e-1, (draws, cells)),
        "leave": rng.uniform(0.05, 0.5, (draws, cells)),
        "enter_spread": rng.uniform(0.2, 0.5, draws),
    }
    per_theatre = dict(PER_THEATRE)
    if inputs.measures.is_level:
        per_theatre.pop("log_swing")
        for name in ("slope_up", "slope_down", "blend", "level_mean", "level_spread"):
            found.pop(name)
    for name, middle in per_theatre.items():
        found[f"{name}_centre"] = rng.normal(middle, 0.2, draws)
        found[f"{name}_region"] = found[f"{name}_centre"][:, None] + np.zeros((draws, regions))
        found[f"{name}_spread"] = rng.uniform(0.1, 0.3, draws)
        found[name] = rng.normal(middle, 0.2, (draws, theatres))
    return found
