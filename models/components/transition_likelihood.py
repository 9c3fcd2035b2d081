"""The likelihood of rung moves for many draws at once: `transition_model`'s, in plain arrays."""

import numpy as np
from numpy.typing import NDArray

from models.components.judged import judged_log_likelihood
from models.components.pressure import pressure
from models.components.routes import TINY, Route, acting
from models.components.rung_history import rung_history
from models.components.transition_cells import JumpCounts, TransitionCells, transition_cells
from models.family import Draws
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Shift = tuple[Array | float, Array | float]

CHUNK = 4_000_000
"""Values, draws times cells, that are held at once."""

GONE_ON = 1e-12
"""Chances of going on are held away from 0 and 1, where a move that was not seen has no weight."""


def transition_log_likelihood(draws: Draws, now: Inputs) -> Array:
    """Return log p(what is known | draws) of draws that have its theatres and cells (draw)."""
    found = np.zeros(len(next(iter(draws.values()))))
    if now.measures.theatres:
        found += _measured(now, draws)
    if now.judged.rungs:
        found += judged_log_likelihood(now.judged, draws)
    return found


def _measured(now: Inputs, draws: Draws) -> Array:
    cells, jumps = transition_cells(now)
    size = max(CHUNK // len(cells.theatre), 1)
    names = [n for n, v in draws.items() if len(v)]
    count = len(draws["ascent"])
    parts = []
    for begin in range(0, count, size):
        some = {n: draws[n][begin : begin + size] for n in names}
        parts.append(_moves(now, cells, some) + _jumps(jumps, some))
    found = np.concatenate(parts)
    return found if now.measures.is_level else found + _usual_levels(now, draws)


def _moves(now: Inputs, c: TransitionCells, p: Draws) -> Array:
    """Return the log likelihood of staying, rising and falling; formulas in `routes`."""
    shift: dict[Route, Shift] = {
        route: _shift(now, c, p, route) for route in ("purposeful", "inadvertent", "descent")
    }
    purposeful = p["ascent"][:, c.theatre] + _place(now, c, p, "up", shift["purposeful"])
    inadvertent = p["proneness"][:, c.theatre] + _place(now, c, p, "up", shift["inadvertent"])
    pushed = p["quiet"].reshape(-1, 1) + p["push"] @ c.incidents.T
    up = np.exp(p["tolerance"][:, c.rung]) * (np.exp(purposeful) + np.exp(inadvertent) * pushed)
    held = p["hold"] @ np.log1p(c.incidents).T
    base = p["descent"][:, c.theatre] + p["ease"][:, c.rung]
    down = np.exp(base + _place(now, c, p, "down", shift["descent"]) - held)
    return _competing(c, up * (c.rung < len(now.measures.rungs) - 1), down * (c.rung > 0))


def _competing(c: TransitionCells, up: Array, down: Array) -> Array:
    either = up + down + TINY
    moved = np.log(-np.expm1(-either)) - np.log(either)
    found = -either @ c.stayed
    found += (np.log(up + TINY) + moved) @ c.rose
    return np.asarray(found + (np.log(down + TINY) + moved) @ c.fell)


def _shift(now: Inputs, c: TransitionCells, p: Draws, route: Route) -> Shift:
    which = acting(now, route)
    if not which.any():
        return 0.0, 0.0
    effect = p["effect"] * which
    return effect @ c.value.T, effect**2 @ c.missing.T


def _place(now: Inputs, c: TransitionCells, p: Draws, direction: str, shift: Shift) -> Array:
    added, unknown = shift
    if now.measures.is_level:
        return np.asarray((added if direction == "up" else -added) + 0.5 * unknown)
    expected, variance = p["blend"] @ c.means.T, np.exp(2.0 * p["log_swing"][:, c.theatre])
    if direction == "up":
        spread = np.sqrt(variance + c.counting_up + unknown)
        return p["slope_up"].reshape(-1, 1) * pressure((expected + added - c.upper) / spread)
    spread = np.sqrt(variance + c.counting_down + unknown)
    return p["slope_down"].reshape(-1, 1) * pressure((c.lower - expected - added) / spread)


def _jumps(counts: JumpCounts, p: Draws) -> Array:
    found = np.zeros(len(p["ascent"]))
    for name, seen in (("jump_up", counts.up), ("jump_down", counts.down)):
        on = np.clip(p[name], GONE_ON, 1.0 - GONE_ON)
        beyond = np.cumsum(seen[:, ::-1], axis=1)[:, ::-1] - seen
        possible = p[name] > 0  # a place where a move must stop has no chance of going on
        said = seen * np.log1p(-on) + beyond * np.log(on)
        found += np.where(possible, said, 0.0).sum(axis=(1, 2))
    return found


def _usual_levels(now: Inputs, p: Draws) -> Array:
    """Return what theatres' usual log measures say of their own distribution."""
    history = rung_history(now)
    seen = (history.rung >= 0).any(axis=0)
    usual = history.means.mean[-1, seen, -1]
    mean, spread = p["level_mean"].reshape(-1, 1), p["level_spread"].reshape(-1, 1)
    return np.asarray((-0.5 * ((usual - mean) / spread) ** 2 - np.log(spread)).sum(axis=1))
