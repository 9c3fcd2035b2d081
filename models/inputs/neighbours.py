"""Other ladders that drive this one: how high their theatres stand, as of the same moment.

The height of a neighbour is the mean rung of its theatres on one domain, in rungs, less its mean
over the record: a rung is cut from the last measure seen whole, or held by a judgement. What acts
on a step is the height at its beginning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Coupling, Ladder, Theatre
from forecaster.domain.reading import Readings
from models.inputs.calendar import Calendar, make_calendar
from models.inputs.measure import build_measures
from models.inputs.series import index_series

type Array = NDArray[np.float64]

HALF_LIFE = 8.0
"""Steps in which the distance of a neighbour's height from its usual one is expected to halve."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What is known of another ladder, read as of the moment of the update."""

    ladder: Ladder
    readings: Readings
    judgements: Sequence[Judgement]


@dataclass(frozen=True, slots=True)
class NeighbourPanel:
    """The couplings of a ladder, in its order; arrays are (step, coupling).

    height: in rungs from the usual height, at the beginning of the step; 0 where nothing was
    known. ahead: the same for the steps after the present one, (ahead step, coupling); whoever
    simulates the other ladder may put its expected heights here.
    """

    couplings: tuple[Coupling, ...]
    height: Array
    ahead: Array

    @property
    def ids(self) -> tuple[str, ...]:
        """The name of each coupling."""
        return tuple(coupling.id for coupling in self.couplings)


def build_neighbours(
    ladder: Ladder, neighbours: Sequence[Neighbour], calendar: Calendar, *, steps_ahead: int
) -> NeighbourPanel:
    """Return the heights of all neighbours that `ladder` names; 0 for one that is not given."""
    known = {n.ladder.id: n for n in neighbours}
    moments = _beginnings(calendar)
    height = np.zeros((len(moments), len(ladder.couplings)))
    for c, coupling in enumerate(ladder.couplings):
        neighbour = known.get(coupling.id.removesuffix(f".{coupling.domain}"))
        if neighbour is not None:
            height[:, c] = _centred(_heights(neighbour, coupling.domain, calendar.as_of, moments))
    fade = 0.5 ** (np.arange(steps_ahead) / HALF_LIFE)
    return NeighbourPanel(ladder.couplings, height[:-1], fade[:, None] * height[-1])


def _beginnings(calendar: Calendar) -> NDArray[np.datetime64]:
    """Return the beginning of every step, and the present in place of that of the next one."""
    moments = calendar.edges.astype("datetime64[us]")
    moments[-1] = _moment(calendar.as_of)
    return moments


def _moment(when: datetime) -> np.datetime64:
    return np.datetime64(when.replace(tzinfo=None), "us")


def _centred(height: Array) -> Array:
    known = np.isfinite(height)
    usual = height[known].mean() if known.any() else 0.0
    return np.where(known, height - usual, 0.0)


def _heights(
    neighbour: Neighbour, domain: str, as_of: datetime, moments: NDArray[np.datetime64]
) -> Array:
    """Return the mean rung of a neighbour's theatres at moments, NaN before its record begins."""
    ladder = neighbour.ladder
    places = [t for t in ladder.theatres if len(ladder.rungs_of(t, domain)) > 1]
    began = _moment(datetime.combine(ladder.starts, datetime.min.time()))
    if not places or as_of.date() < ladder.starts:
        return np.full(len(moments), np.nan)
    held = np.stack([_judged(neighbour, place, domain, moments) for place in places], axis=1)
    measured = _measured(neighbour, domain, as_of, moments)
    for k, place in enumerate(places):
        if place.id in measured:
            held[:, k] = np.maximum(held[:, k], measured[place.id])
    return np.where(moments >= began, held.mean(axis=1), np.nan)


def _judged(
    neighbour: Neighbour, theatre: Theatre, domain: str, moments: NDArray[np.datetime64]
) -> Array:
    """Return the order of the highest rung that a judgement holds at each moment, else 0."""
    orders = {r.id: r.order for r in neighbour.ladder.track(domain)}
    height = np.zeros(len(moments))
    for j in neighbour.judgements:
        if (j.theatre, j.domain) == (theatre.id, domain) and j.rung in orders:
            inside = moments >= _moment(j.starts_at)
            if j.ends_at is not None:
                inside &= moments < _moment(j.ends_at)
            height = np.where(inside, np.maximum(height, orders[j.rung]), height)
    return height


def _measured(
    neighbour: Neighbour, domain: str, as_of: datetime, moments: NDArray[np.datetime64]
) -> dict[str, Array]:
    """Return the measured rung of each theatre in the last step that it saw whole by a moment."""
    ladder = neighbour.ladder
    orders = np.array([r.order for r in ladder.track(domain) if r.resolution == "measured"])
    if not len(orders):
        return {}
    calendar = make_calendar(step=ladder.step, starts=ladder.starts, as_of=as_of)
    panel = build_measures(ladder, index_series(neighbour.readings), calendar)
    ended = np.searchsorted(calendar.edges[1:], moments.astype("datetime64[D]"), side="right")
    found = {}
    for k, theatre in enumerate(panel.theatres):
        whole = np.where(panel.complete[:, k], np.arange(len(panel.count)), -1)
        last = np.concatenate([[-1], np.maximum.accumulate(whole)])[ended]
        rung = orders[np.minimum(panel.rung_of(panel.measure[:, k]), len(orders) - 1)]
        found[theatre] = np.where(last >= 0, rung[np.maximum(last, 0)], 0.0).astype(float)
    return found
