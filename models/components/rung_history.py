"""Rungs as they were seen, and what each theatre carried with it when the next step began."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.components.counts import UNKNOWN_BASE
from models.components.memory import INCIDENTS, SPANS, Means, keeps, precision
from models.components.observation import LogObservations, log_observations
from models.inputs import Inputs, MeasurePanel

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

NEIGHBOUR_SPAN = 1
"""Which memory of incidents, by its place among the half-lives, is felt by neighbours."""

LEAST_WEIGHT = 1e-9
"""Below this weight a mean fades no more: its value stands until something new is seen."""


@dataclass(frozen=True, slots=True)
class RungHistory:
    """What was seen; arrays (step, theatre), memories (step + 1, theatre, memory).

    rung: -1 where a step was not seen whole. means, incidents: as they stood when the step began,
    the last row when the first step after the present one does.
    """

    seen: LogObservations
    rung: Index
    means: Means
    incidents: Array


def rung_history(inputs: Inputs) -> RungHistory:
    """Return the rungs of every measured theatre, and its memories step by step."""
    panel = inputs.measures
    seen = log_observations(panel)
    whole = panel.complete & (seen.observed > 0.5)
    rung = np.where(whole, panel.rung_of(panel.measure), -1)
    step = inputs.ladder.step
    return RungHistory(
        seen=seen,
        rung=rung,
        means=_means(seen, keeps(SPANS[step])),
        incidents=_incidents(rung, keeps(INCIDENTS[step]), level=inputs.measures.is_level),
    )


def upper_lines(panel: MeasurePanel) -> Array:
    """Return the logarithm of each rung's upper threshold (rung), infinite for the highest."""
    with np.errstate(divide="ignore"):
        return np.append(np.log(np.maximum(panel.thresholds, 0.0)), np.inf)


def lower_lines(panel: MeasurePanel) -> Array:
    """Return the logarithm of each rung's own threshold (rung), infinite below the lowest."""
    return np.insert(upper_lines(panel)[:-1], 0, -np.inf)


def counting_at(panel: MeasurePanel, base: Array, line: Array) -> Array:
    """Return the counting variance of a log measure that lies on `line`, 0 for values."""
    events = np.exp(np.clip(line, -2.0, 5.0)) * base / 100.0
    return np.where(panel.is_share, 1.0 / (events + 1.0), 0.0)


def present_base(panel: MeasurePanel) -> Array:
    """Return each theatre's last known base of a share (theatre)."""
    known = np.isfinite(panel.base)
    last = np.where(known, np.arange(len(known))[:, None], -1).max(axis=0)
    base = panel.base[np.maximum(last, 0), np.arange(known.shape[1])]
    return np.where(last >= 0, base, UNKNOWN_BASE)


def incidents_of(before: Index, after: Index, *, level: bool) -> Array:
    """Return 1.0 where a step is an incident: a move upward, or any level above the lowest.

    Where levels are observed directly, each step above the lowest is an incident of its own; a
    measure is never at rest, and only its moves upward are.
    """
    if level:
        return (after > 0).astype(float)
    return ((after > before) & (before >= 0)).astype(float)


def with_neighbours(own: Array, *, level: bool) -> Array:
    """Return incidents (…, theatre, memory), with the mean of the others' as one more memory.

    Pairs of states have no neighbours: levels keep their own incidents alone.
    """
    if level:
        return own
    recent = own[..., NEIGHBOUR_SPAN]
    others = max(recent.shape[-1] - 1, 1)
    mean = (recent.sum(axis=-1, keepdims=True) - recent) / others
    return np.concatenate([own, mean[..., None]], axis=-1)


def _means(seen: LogObservations, keep: Array) -> Means:
    steps, theatres = seen.y.shape
    total = np.zeros((steps + 1, theatres, len(keep)))
    weight = np.full_like(total, LEAST_WEIGHT)
    known = seen.observed > 0.5
    total[0] = LEAST_WEIGHT * _first(seen.y, known)[:, None]
    says = np.where(known, precision(seen.exposure, seen.counting), 0.0)
    for t in range(steps):
        now = Means(total[t], weight[t]).seen(seen.y[t], says[t])
        fading = np.where(now.weight > LEAST_WEIGHT, keep, 1.0)
        total[t + 1], weight[t + 1] = fading * now.total, fading * now.weight
    return Means(total, weight)


def _first(y: Array, known: NDArray[np.bool_]) -> Array:
    """Return each theatre's first observation; 0 if it has none."""
    first: Array = y[np.argmax(known, axis=0), np.arange(y.shape[1])]
    return first


def _incidents(rung: Index, keep: Array, *, level: bool) -> Array:
    found = np.zeros((len(rung) + 1, rung.shape[1], len(keep)))
    before = np.full(rung.shape[1], -1)
    for t, row in enumerate(rung):
        new = incidents_of(before, row, level=level)
        found[t + 1] = keep * (found[t] + new[:, None])
        before = row
    return with_neighbours(found, level=level)
