"""A regression on rungs or knots per horizon, as a direct forecast and as scored on the past."""

import numpy as np
from numpy.typing import NDArray

from models.components.direct import Direct
from models.components.features import Features
from models.components.held_out import Design, Learner, enough, predict_now, predict_past
from models.components.knots import cut_places, placed, pooled_cumulative
from models.components.past import Past
from models.components.rolling import mean_rps

type Array = NDArray[np.float64]

QUIET_STEPS, QUIET_EVERY, LONGEST = 60, 6, 360
"""On a panel of levels: a pair without an event for so many steps is quiet, one in so many quiet
cases without an outcome is kept, and so many of the last steps are learnt from."""


def columns_of(seen: Features, *, part: bool, indicators: bool) -> Array:
    """Return the features that a candidate looks at (t, theatre, feature)."""
    chosen = [seen.plain]
    if part:
        chosen.append(seen.part)
    if indicators:
        chosen.append(seen.indicators)
    return np.concatenate(chosen, axis=-1)


def design_of(past: Past, knots: Array, x: Array) -> Design:
    """Return what a regression on the places among `knots` learns from."""
    y = placed(past, knots)
    if not past.levels:
        return Design(x, y, np.zeros(y.shape, dtype=bool))
    return Design(x, y, _quiet(past), every=QUIET_EVERY, longest=LONGEST, blocks=1)


def direct_of(past: Past, knots: Array, design: Design, learn: Learner) -> Direct:
    """Return the forecasts of every horizon now, and those of past origins by earlier fits.

    A horizon with too short a past has the frequencies of all that was seen.
    """
    leads = [int(lead) for lead in past.leads]
    now = np.stack([_now(past, knots, design, lead, learn) for lead in leads])
    found = [predict_past(design, lead, learn) for lead in leads]
    at = found[-1][0]
    for origins, _ in found:
        at = np.intersect1d(at, origins)
    if not len(at):
        return Direct(knots, now, np.zeros((0, *now.shape[:2], len(past.cuts))), at)
    place = cut_places(past, knots)
    then = np.stack([p[np.isin(o, at)][..., place] for o, p in found], axis=1)
    return Direct(knots, now, then, at)


def past_loss(past: Past, knots: Array, design: Design, learn: Learner) -> float:
    """Return the mean score on the last blocks of the past; of a panel of levels the middle lead.

    NaN where the past is too short.
    """
    leads = past.leads[[len(past.leads) // 2]] if past.levels else past.leads
    each = []
    for lead in map(int, leads):
        at, predicted = predict_past(design, lead, learn)
        if len(at):
            cumulative = predicted[..., cut_places(past, knots)]
            each.append(mean_rps(cumulative, past.rung[at + lead]))
    return float(np.mean(each)) if each else float("nan")


def _now(past: Past, knots: Array, design: Design, lead: int, learn: Learner) -> Array:
    if not enough(design, lead):
        return pooled_cumulative(past, knots)
    return predict_now(design, lead, learn)


def _quiet(past: Past) -> NDArray[np.bool_]:
    """Return whether nothing was seen above the lowest rung for long (T, theatre)."""
    last = np.full(past.rung.shape[1], -QUIET_STEPS)
    quiet = np.zeros(past.rung.shape, dtype=bool)
    for t, row in enumerate(past.rung):
        quiet[t] = t - last >= QUIET_STEPS
        last = np.where(row > 0, t, last)
    return quiet
