"""Draws of rung transitions fitted on earlier inputs, made to serve later ones."""

import numpy as np
from numpy.typing import NDArray

from models.components.transition_likelihood import transition_log_likelihood
from models.family import Carried, Draws
from models.inputs import Inputs

type Array = NDArray[np.float64]

THEATRE = ("ascent", "proneness", "descent", "log_swing")


def carry_transitions(
    fitted: Inputs, draws: Draws, inputs: Inputs, rng: np.random.Generator
) -> Carried:
    """Return draws for `inputs`: known theatres keep theirs, new ones come from the hierarchy.

    A new theatre is normal around its region, or, in a region that the fit did not know, around a
    region that is itself drawn. A judged cell that is new has the rates of its rung elsewhere.
    Their likelihood is given where theatres and cells are the same.

    Args:
        fitted: inputs that the draws were fitted on.
        draws: by name (draw, …), as `Family.needs` lists them.
        inputs: later inputs of the same ladder.
        rng: the generator to draw from.
    """
    carried = dict(draws)
    for name in THEATRE:
        if name in draws:
            carried[name] = _theatres(name, fitted, draws, inputs, rng)
    if inputs.judged.rungs and "enter" in draws:
        for name in ("enter", "leave"):
            carried[name] = _cells(name, fitted, draws, inputs, rng)
    same = fitted.measures.theatres == inputs.measures.theatres
    same &= fitted.judged.cells == inputs.judged.cells
    return Carried(carried, transition_log_likelihood(carried, inputs) if same else None)


def _theatres(
    name: str, fitted: Inputs, draws: Draws, inputs: Inputs, rng: np.random.Generator
) -> Array:
    places = {id: k for k, id in enumerate(fitted.measures.theatres)}
    regions = list(dict.fromkeys(fitted.measures.regions))
    spread, count = draws[f"{name}_spread"], len(draws[name])
    new_regions: dict[str, Array] = {}
    columns = []
    for id, region in zip(inputs.measures.theatres, inputs.measures.regions, strict=True):
        if id in places:
            columns.append(draws[name][:, places[id]])
            continue
        if region in regions:
            around = draws[f"{name}_region"][:, regions.index(region)]
        elif region in new_regions:
            around = new_regions[region]
        else:
            around = draws[f"{name}_centre"] + spread * rng.standard_normal(count)
            new_regions[region] = around
        columns.append(around + spread * rng.standard_normal(count))
    return np.stack(columns, axis=1) if columns else np.zeros((count, 0))


def _cells(
    name: str, fitted: Inputs, draws: Draws, inputs: Inputs, rng: np.random.Generator
) -> Array:
    known = _keys(fitted)
    columns = []
    for key in _keys(inputs):
        if key in known:
            columns.append(draws[name][:, known.index(key)])
            continue
        alike = [i for i, k in enumerate(known) if k[1:] == key[1:]] or list(range(len(known)))
        middle = np.log(draws[name][:, alike]).mean(axis=1)
        apart = draws.get("enter_spread", np.zeros(1)) * rng.standard_normal(len(middle))
        columns.append(np.exp(middle + (apart if name == "enter" else 0.0)))
    return np.stack(columns, axis=1)


def _keys(inputs: Inputs) -> list[tuple[str, str, str]]:
    judged = inputs.judged
    return [
        (judged.theatres[g], judged.domains[g], rung)
        for g, rung in zip(judged.group, judged.rungs, strict=True)
    ]
