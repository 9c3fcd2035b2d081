"""Three routes between rungs: purposeful ascent, inadvertent ascent, descent.

From rung r of theatre k, with pressures g (`components.pressure`) against the lines above and
below, E the fading memories of incidents (`components.memory`), the hazards of one step are

    purposeful   exp(ascent[k] + tolerance[r] + slope_up g(above))
    inadvertent  exp(proneness[k] + tolerance[r] + slope_up g(above)) (quiet + push . E)
    descent      exp(descent[k] + ease[r] + slope_down g(below) - hold . log(1 + E))

They compete (Kalbfleisch and Prentice 2002, chapter 8): the theatre stays with probability
exp(-sum), and moves by a route in proportion to its hazard. So every step's probabilities sum to
one. Distances to the lines are those of the expected log measure, a weighted mean of memories;
an indicator of a route shifts it for that route, with the sign that the data give it, and one
that is not known widens it by the variance of its effect. Levels have no place within a rung:
there g is the shift itself, and only levels and incidents speak.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray

from models.components.pressure import pressure_graph
from models.components.transition_cells import TransitionCells
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Route = Literal["purposeful", "inadvertent", "descent"]

TINY = 1e-30
"""Added to hazards before their logarithm is taken, where a cell has no such move."""


@dataclass(frozen=True, slots=True)
class RouteParameters:
    """What the hazards are made of; graphs in the model, arrays (draw, …) in the simulation."""

    ascent: Any
    proneness: Any
    descent: Any
    tolerance: Any
    ease: Any
    quiet: Any
    push: Any
    hold: Any
    slope_up: Any
    slope_down: Any
    swing: Any
    blend: Any
    effect: Any


def acting(inputs: Inputs, route: Route) -> Array:
    """Return 1.0 for each indicator that acts by a route, else 0.0; `both` means both ascents."""
    by_id = {i.id: i.route for i in inputs.ladder.indicators}
    routes = [by_id[id] for id in inputs.indicators.indicators]
    also = "both" if route != "descent" else route
    return np.array([float(r in (route, also)) for r in routes])


def move_loglik(inputs: Inputs, cells: TransitionCells, p: RouteParameters, *, level: bool) -> Any:
    """Return the log likelihood of all cells' moves as a differentiable expression."""
    data = {
        name: pm.Data(f"cell_{name}", getattr(cells, name))
        for name in TransitionCells.__dataclass_fields__
    }
    place = _level_place(data) if level else _measured_place(data, p)
    shift = {r: _shift(inputs, data, p, r) for r in ("purposeful", "inadvertent", "descent")}
    rung, theatre = data["rung"], data["theatre"]
    purposeful = p.ascent[theatre] + place("up", shift["purposeful"])
    inadvertent = p.proneness[theatre] + place("up", shift["inadvertent"])
    up = pt.exp(p.tolerance[rung]) * (
        pt.exp(purposeful) + pt.exp(inadvertent) * (p.quiet + pt.matmul(data["incidents"], p.push))
    )
    held = pt.matmul(pt.log1p(data["incidents"]), p.hold)
    down = pt.exp(p.descent[theatre] + p.ease[rung] + place("down", shift["descent"]) - held)
    highest = len(inputs.measures.rungs) - 1
    return _competing(data, up * pt.lt(rung, highest), down * pt.gt(rung, 0))


def _competing(data: dict[str, Any], up: Any, down: Any) -> Any:
    either = up + down + TINY
    moved = pt.log(-pt.expm1(-either)) - pt.log(either)
    loglik = -data["stayed"] * either
    loglik += data["rose"] * (pt.log(up + TINY) + moved)
    loglik += data["fell"] * (pt.log(down + TINY) + moved)
    return loglik.sum()


def _shift(inputs: Inputs, data: dict[str, Any], p: RouteParameters, route: Route) -> Any:
    """Return what a route's indicators add to the expected log measure, and their variance."""
    which = acting(inputs, route)
    if not which.any():
        return 0.0, 0.0
    effect = p.effect * which
    return pt.matmul(data["value"], effect), pt.matmul(data["missing"], effect**2)


def _measured_place(data: dict[str, Any], p: RouteParameters) -> Any:
    expected = pt.matmul(data["means"], p.blend)
    variance = p.swing[data["theatre"]] ** 2

    def place(direction: str, shift: Any) -> Any:
        added, unknown = shift
        if direction == "up":
            spread = pt.sqrt(variance + data["counting_up"] + unknown)
            return p.slope_up * pressure_graph((expected + added - data["upper"]) / spread)
        spread = pt.sqrt(variance + data["counting_down"] + unknown)
        return p.slope_down * pressure_graph((data["lower"] - expected - added) / spread)

    return place


def _level_place(data: dict[str, Any]) -> Any:
    def place(direction: str, shift: Any) -> Any:
        added, unknown = shift
        return (added if direction == "up" else -added) + 0.5 * unknown

    return place
