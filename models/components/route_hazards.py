"""Hazards of the three routes for simulated theatres: the formulas of `components.routes`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.memory import Means
from models.components.pressure import pressure
from models.components.routes import Route, RouteParameters, acting
from models.components.rung_history import (
    counting_at,
    lower_lines,
    present_base,
    upper_lines,
)
from models.family import Draws
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Carried:
    """Where simulated theatres stand: rung (draw, path, theatre), and their memories.

    incidents: own ones alone (draw, path, theatre, memory).
    """

    rung: Index
    means: Means
    incidents: Array


@dataclass(frozen=True, slots=True)
class Hazards:
    """Hazards of one step by route (draw, path, theatre)."""

    purposeful: Array
    inadvertent: Array
    descent: Array


@dataclass(frozen=True, slots=True)
class Lines:
    """Log thresholds above and below each rung, and what counting adds at them (rung, theatre)."""

    upper: Array
    lower: Array
    counting_up: Array
    counting_down: Array


def lines_of(inputs: Inputs) -> Lines:
    """Return the lines between rungs, with the counting variance of today's base."""
    panel, base = inputs.measures, present_base(inputs.measures)
    upper, lower = upper_lines(panel), lower_lines(panel)
    return Lines(
        upper,
        lower,
        counting_at(panel, base, upper[:, None]),
        counting_at(panel, base, lower[:, None]),
    )


def parameters_of(draws: Draws) -> RouteParameters:
    """Return posterior draws as parameters that broadcast over (draw, path, theatre)."""
    per_draw = {
        n: draws[n][:, None, None] for n in ("quiet", "slope_up", "slope_down") if n in draws
    }
    swing = np.exp(draws["log_swing"])[:, None] if "log_swing" in draws else None
    return RouteParameters(
        ascent=draws["ascent"][:, None],
        proneness=draws["proneness"][:, None],
        descent=draws["descent"][:, None],
        tolerance=draws["tolerance"],
        ease=draws["ease"],
        push=draws["push"],
        hold=draws["hold"],
        swing=swing,
        blend=draws.get("blend"),
        effect=draws.get("effect"),
        quiet=per_draw["quiet"],
        slope_up=per_draw.get("slope_up"),
        slope_down=per_draw.get("slope_down"),
    )


def hazards(
    inputs: Inputs,
    p: RouteParameters,
    lines: Lines,
    rung: Index,
    felt: Array,
    expected: Array | None,
    shifts: dict[Route, tuple[Array, Array]],
) -> Hazards:
    """Return the hazards of one step; none upward from the highest rung, none down from the lowest.

    Args:
        inputs: of the update.
        p: parameters, from `parameters_of`.
        lines: from `lines_of`.
        rung: where theatres stand (draw, path, theatre).
        felt: incidents, with the neighbours' if the ladder has them (draw, path, theatre, memory).
        expected: expected log measure (draw, path, theatre), None for levels.
        shifts: of each route's indicators, from `shifts_at`.
    """
    draw = np.arange(len(p.tolerance))[:, None, None]
    up = {
        route: np.exp(_place(p, lines, rung, expected, shifts[route], "up"))
        for route in _distinct(shifts)
    }
    climbing = np.exp(p.tolerance[draw, rung]) * (rung < len(inputs.measures.rungs) - 1)
    pushed = p.quiet + _weighted(felt, p.push)
    held = p.descent + p.ease[draw, rung] - _weighted(np.log1p(felt), p.hold)
    down = np.exp(held + _place(p, lines, rung, expected, shifts["descent"], "down"))
    return Hazards(
        purposeful=climbing * np.exp(p.ascent) * up["purposeful"],
        inadvertent=climbing
        * np.exp(p.proneness)
        * up.get("inadvertent", up["purposeful"])
        * pushed,
        descent=down * (rung > 0),
    )


def shifts_at(inputs: Inputs, p: RouteParameters, ahead: int) -> dict[Route, tuple[Array, Array]]:
    """Return what indicators add to each route's expected log measure, and the variance.

    Arrays (draw, 1, theatre). ahead: steps after the present one; 0 or less is a step of the past.
    """
    panel = inputs.indicators
    past = ahead < 1
    row = inputs.calendar.last + ahead if past else min(ahead, len(panel.ahead)) - 1
    value = (panel.value if past else panel.ahead)[row]
    unknown = (panel.missing if past else panel.ahead_variance)[row]
    found: dict[Route, tuple[Array, Array]] = {}
    for route in ("purposeful", "inadvertent", "descent"):
        if p.effect is None or not panel.indicators:
            found[route] = np.zeros((1, 1, 1)), np.zeros((1, 1, 1))
            continue
        effect = p.effect * acting(inputs, route)
        found[route] = (effect @ value.T)[:, None], (effect**2 @ unknown.T)[:, None]
    return found


def spread_at(inputs: Inputs, p: RouteParameters, expected: Array) -> Array:
    """Return the standard deviation of the next log measure around what is expected."""
    counting = counting_at(inputs.measures, present_base(inputs.measures), expected)
    return np.asarray(np.sqrt(p.swing**2 + counting))


def expected_of(p: RouteParameters, means: Means) -> Array:
    """Return the expected log measure (draw, path, theatre): the blend of the memories."""
    return _weighted(means.mean, p.blend)


def _weighted(memories: Array, weights: Array) -> Array:
    """Return the weighted sum over memories: (draw, path, theatre)."""
    summed: Array = (memories @ weights[:, None, :, None])[..., 0]
    return summed


def _distinct(shifts: dict[Route, tuple[Array, Array]]) -> tuple[Route, ...]:
    """Return the routes upward whose shifts differ, so that equal ones are computed once."""
    one, other = shifts["purposeful"], shifts["inadvertent"]
    same = all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    return ("purposeful",) if same else ("purposeful", "inadvertent")


def _place(
    p: RouteParameters,
    lines: Lines,
    rung: Index,
    expected: Array | None,
    shift: tuple[Array, Array],
    direction: str,
) -> Array:
    added, unknown = shift
    if expected is None:
        return np.asarray((added if direction == "up" else -added) + 0.5 * unknown)
    theatre = np.arange(rung.shape[-1])
    if direction == "up":
        spread = np.sqrt(p.swing**2 + lines.counting_up[rung, theatre] + unknown)
        return np.asarray(p.slope_up * pressure((expected + added - lines.upper[rung]) / spread))
    spread = np.sqrt(p.swing**2 + lines.counting_down[rung, theatre] + unknown)
    return np.asarray(p.slope_down * pressure((lines.lower[rung] - expected - added) / spread))
