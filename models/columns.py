"""Probabilities per posterior draw of every cell: `at`, `reach` and `fall`, per horizon.

Measured rungs are counted over simulated paths; judged rungs are solved exactly per draw, because
rare events are lost in paths. `parts` joins the two.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import product

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import Rung, Theatre
from models.family import JudgedRates, Simulation
from models.inputs import Inputs
from models.judged_chain import JudgedOutlook, outlook
from models.occupancy import Counted, count
from models.parts import Column, JudgedSide, MeasuredSide, Part
from models.threads import pool

type Array = NDArray[np.float64]


THREADS = 2
"""Chains of judged rungs that are solved at once."""

type Outlooks = Mapping[tuple[int, int], JudgedOutlook]
"""What judged rates say of each group (its place in the panel) at each horizon."""


def judged_outlooks(inputs: Inputs, rates: JudgedRates | None) -> Outlooks:
    """Return what judged rates say of every group at every horizon; nothing without rates."""
    if rates is None:
        return {}
    asked = list(product(range(len(inputs.judged.standing)), inputs.ladder.horizons))

    def solve(one: tuple[int, int]) -> JudgedOutlook:
        group, horizon = one
        own, standing = inputs.judged.cells_of(group), int(inputs.judged.standing[group])
        steps = horizon_steps_ahead(inputs, horizon)
        return outlook(rates.enter[:, own], rates.leave[:, own], standing=standing, steps=steps)

    with pool(THREADS) as threads:  # compiled loops leave the other free to run
        return dict(zip(asked, threads.map(solve, asked), strict=True))


def columns(inputs: Inputs, simulation: Simulation) -> list[Column]:
    """Return the probabilities per draw of every cell, in the ladder's order.

    A simulation without judged rates (a reference) answers for measured rungs only.
    """
    counted = None if simulation.paths is None else count(inputs, simulation.paths)
    return counted_columns(inputs, counted, judged_outlooks(inputs, simulation.judged))


def counted_columns(inputs: Inputs, counted: Counted | None, outlooks: Outlooks) -> list[Column]:
    """Return `columns` of a simulation whose paths were counted and judged rates solved."""
    found: list[Column] = []
    for h, horizon in enumerate(inputs.ladder.horizons):
        for theatre in inputs.ladder.theatres:
            for domain in inputs.ladder.domains:
                measured = _measured_side(inputs, theatre, domain, counted, h)
                judged = _judged_side(inputs, outlooks, theatre.id, domain, horizon)
                settled = _settled(inputs, theatre, domain, judged)
                part = Part(theatre.id, domain, horizon, settled, measured, judged)
                found += part.columns()
    return _never_sinking(found)


def horizon_steps_ahead(inputs: Inputs, horizon: int) -> float:
    """Return how many steps lie between `as_of` and the end of the horizon; rarely whole."""
    end = inputs.calendar.end_of(inputs.calendar.last + horizon)
    return (end - inputs.calendar.as_of) / timedelta(days=inputs.calendar.usual_days)


def _settled(
    inputs: Inputs, theatre: Theatre, domain: str, judged: JudgedSide | None
) -> tuple[Rung, ...]:
    """Return the rungs of a theatre that this simulation can answer for."""
    rungs = inputs.ladder.rungs_of(theatre, domain)
    return rungs if judged else tuple(r for r in rungs if r.resolution == "measured")


def _measured_side(
    inputs: Inputs, theatre: Theatre, domain: str, counted: Counted | None, h: int
) -> MeasuredSide | None:
    track = inputs.ladder.track(domain)
    if counted is None or theatre.measure is None:
        return None
    if not any(r.resolution == "measured" and r.threshold is not None for r in track):
        return None
    k, there = inputs.measures.theatres.index(theatre.id), counted.occupied[h]
    present = inputs.measures.present_rung(k)
    return MeasuredSide(
        there.at[:, k], there.reach[:, k], there.below[:, k], present, counted.paths
    )


def _judged_side(
    inputs: Inputs, outlooks: Outlooks, theatre: str, domain: str, horizon: int
) -> JudgedSide | None:
    group = inputs.judged.group_of(theatre, domain)
    if group is None or not outlooks:
        return None
    own, standing = inputs.judged.cells_of(group), int(inputs.judged.standing[group])
    return JudgedSide(
        outlooks[group, horizon], tuple(inputs.judged.rungs[i] for i in own), standing
    )


def _never_sinking(found: list[Column]) -> list[Column]:
    """Make `fall` grow with the horizon, which its rule for judged rungs could break slightly."""
    highest: dict[tuple[str, str], Array] = {}
    result = []
    for column in found:
        if column.kind == "fall":
            key = (column.theatre, column.domain)
            highest[key] = np.maximum(column.probability, highest.get(key, 0.0))
            column = replace(column, probability=highest[key])
        result.append(column)
    return result
