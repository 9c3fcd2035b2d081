"""Controlled indicators: those that people move, and that can therefore answer what happens.

A ladder names them by its levers, or by a family that speaks of decisions. An indicator read from
one series for all theatres is one column, not one for each theatre.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.indicator import Indicator
from forecaster.domain.ladder import Ladder
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

CONTROLLED_FAMILIES = ("aid", "sanctions", "posture", "exercises", "diplomacy")
"""Families of indicators that are decisions by their nature, whether or not a lever moves them."""


@dataclass(frozen=True, slots=True)
class Levers:
    """Controlled indicators that have a series; arrays are per column unless said otherwise.

    indicators: ids, in the order of the panel. ids: of the columns: the indicator's, with the
    first theatre that is served where others have a series of their own. indicator: index of each
    column into `indicators`. place: index of each of `indicators` into those of the panel.
    serves: 1.0 where a column is read for a theatre (column, theatre). lag: steps until it acts.
    delay: steps until it is known, at least 1. spacing: usual steps between new values.
    known, fresh: as in `IndicatorPanel` (step, column): as observed, because people answer with
    what is published, and the spread of their answers is a parameter of its own. rest: the value
    between new ones where they are pulses, NaN where the last one is held. reliability: share of
    the variance of `known` that is signal; only that pushes (`components.reaction_paths`).
    """

    indicators: tuple[str, ...]
    ids: tuple[str, ...]
    indicator: Index
    place: Index
    serves: Array
    lag: Index
    delay: Index
    spacing: Index
    known: Array
    fresh: NDArray[np.bool_]
    rest: Array
    reliability: Array


def controlled(ladder: Ladder) -> tuple[Indicator, ...]:
    """Return the indicators with a series that a lever moves, or whose family is of decisions."""
    moved = {id for lever in ladder.levers for id in lever.moves}
    return tuple(
        i
        for i in ladder.indicators
        if i.series and not i.concurrent and (i.id in moved or i.family in CONTROLLED_FAMILIES)
    )


def levers_of(inputs: Inputs) -> Levers:
    """Return the controlled indicators of a ladder's measured theatres, one column per series."""
    panel, theatres = inputs.indicators, inputs.measures.theatres
    chosen = controlled(inputs.ladder)
    columns = [(j, k, served) for j, i in enumerate(chosen) for k, served in _served(i, theatres)]
    place = np.array([panel.indicators.index(i.id) for i in chosen], dtype=np.int64)
    known = [panel.known[:, k[0], place[j]] for j, k, _ in columns]
    fresh = [panel.fresh[:, k[0], place[j]] for j, k, _ in columns]
    whole = len(panel.known)
    spacing = [_spacing(column) for column in fresh]
    return Levers(
        indicators=tuple(i.id for i in chosen),
        ids=tuple(_name(chosen[j].id, k, theatres) for j, k, _ in columns),
        indicator=np.array([j for j, _, _ in columns], dtype=np.int64),
        place=place,
        serves=np.array([served for _, _, served in columns], dtype=float).reshape(
            len(columns), len(theatres)
        ),
        lag=np.array([max(1, chosen[j].lag_steps) for j, _, _ in columns], dtype=np.int64),
        delay=np.array(
            [max(1, round(panel.delay[k[0], place[j]])) for j, k, _ in columns], dtype=np.int64
        ),
        spacing=np.array(spacing, dtype=np.int64),
        known=np.stack(known, axis=1) if columns else np.zeros((whole, 0)),
        fresh=np.stack(fresh, axis=1) if columns else np.zeros((whole, 0), dtype=bool),
        rest=np.array(
            [
                _rest(chosen[j], v, f, s)
                for (j, _, _), v, f, s in zip(columns, known, fresh, spacing, strict=True)
            ]
        ),
        reliability=np.array([panel.reliability[k[0], place[j]] for j, k, _ in columns]),
    )


def _served(
    indicator: Indicator, theatres: tuple[str, ...]
) -> list[tuple[tuple[int, ...], list[float]]]:
    """Return for each series of an indicator the theatres it serves, as indices and mask."""
    by_series: dict[tuple[str, ...], list[int]] = {}
    for k, theatre in enumerate(theatres):
        if indicator.series_for(theatre):
            by_series.setdefault(indicator.series_for(theatre), []).append(k)
    return [
        (tuple(found), [float(k in found) for k in range(len(theatres))])
        for found in by_series.values()
    ]


def _name(id: str, served: tuple[int, ...], theatres: tuple[str, ...]) -> str:
    return id if len(served) == len(theatres) else f"{id}.{theatres[served[0]]}"


def _spacing(fresh: NDArray[np.bool_]) -> int:
    steps = np.flatnonzero(fresh)
    return max(1, int(np.median(np.diff(steps)))) if len(steps) > 1 else 1


def _rest(indicator: Indicator, known: Array, fresh: NDArray[np.bool_], spacing: int) -> float:
    """Return what a change is between two new values: no change; NaN where a level is held."""
    if spacing == 1 or not indicator.transform.endswith("difference"):
        return float("nan")
    between = known[np.isfinite(known) & ~fresh]
    return float(np.median(between)) if len(between) else 0.0
