"""Where each theatre stands as of a day, and how often each judged rung was reached."""

from datetime import timedelta
from math import ceil

import numpy as np

from forecaster.domain.forecast import JudgedRecord, Standing
from models.inputs import Inputs, MeasurePanel

LEVELS_SHOWN = 120
"""How many of its last whole steps a level's history keeps: a panel has hundreds of theatres."""


def standings(inputs: Inputs) -> tuple[Standing, ...]:
    """Return the present rung of every theatre and domain, labelled where it is not data."""
    found = []
    for theatre in inputs.ladder.theatres:
        for domain in inputs.ladder.domains:
            rungs = inputs.ladder.rungs_of(theatre, domain)
            measured = any(r.resolution == "measured" and r.threshold is not None for r in rungs)
            if len(rungs) > 1 and measured:
                found.append(_measured(inputs, theatre.id, domain))
            elif len(rungs) > 1:
                found.append(_judged(inputs, theatre.id, domain))
    return tuple(found)


def judged_records(inputs: Inputs) -> tuple[JudgedRecord, ...]:
    """Return events and exposure of every judged rung: what "0 of n" is made of."""
    judged = inputs.judged
    return tuple(
        JudgedRecord(
            judged.theatres[g], judged.domains[g], rung, int(judged.entered[i]), judged.exposure[i]
        )
        for i, (g, rung) in enumerate(zip(judged.group, judged.rungs, strict=True))
    )


def _measured(inputs: Inputs, theatre: str, domain: str) -> Standing:
    calendar, k = inputs.calendar, inputs.measures.theatres.index(theatre)
    panel, current = inputs.measures.of_theatre(k), inputs.measures.first_open_step
    measure, exposure = panel.measure[:, 0], panel.exposure[:, 0]
    whole, seen = np.flatnonzero(panel.complete[:, 0]), np.flatnonzero(exposure > 0)
    judged = _judged_rung(inputs, theatre, domain)
    if not len(seen):
        base = inputs.ladder.track(domain)[0].id
        return Standing(theatre, domain, judged or base, None, None, 0.0, "prior-driven: no data")
    through = calendar.start_of(int(seen[-1])) + timedelta(
        days=float(exposure[seen[-1]] * calendar.days_in_step[seen[-1]])
    )
    gap = calendar.last - int(seen[-1])
    last = float(measure[whole[-1]]) if len(whole) else None
    shown = whole[-LEVELS_SHOWN:] if panel.is_level else whole
    return Standing(
        theatre=theatre,
        domain=domain,
        present_rung=judged or panel.rungs[panel.present_rung(0)],
        observed_through=through - timedelta(microseconds=1),
        measure=last,
        exposure=float(exposure[current]) if current < len(exposure) else 0.0,
        label=_label(inputs, panel, current, gap, last),
        history=tuple((calendar.start_of(int(t)), float(measure[t])) for t in shown),
    )


def _usual_gap(inputs: Inputs) -> int:
    """Return how many steps may be missing at the end before it is worth a word."""
    panel = inputs.ladder.panel
    if panel is None:
        return 1
    lag = next((d.lag_days for d in inputs.ladder.drops if d.id == panel.source), 0)
    return 1 + ceil(lag / inputs.calendar.usual_days)


def _label(inputs: Inputs, panel: MeasurePanel, current: int, gap: int, last: float | None) -> str:
    """Say what keeps a standing from being today's data: silence, or a history too short."""
    step = inputs.calendar.step
    if gap > _usual_gap(inputs):
        return f"no data for {gap} {step}s"
    if last is None:
        return f"prior-driven: no whole {step} seen"
    return _climbed(inputs, panel, current)


def _climbed(inputs: Inputs, panel: MeasurePanel, step: int) -> str:
    """Say which higher rung what was seen of a step that was not seen whole has already reached."""
    if step >= len(panel.count) or not panel.is_share[0]:
        return ""
    so_far = np.array(100.0 * panel.count[step, 0] / panel.base[step, 0])
    rung = int(panel.rung_of(so_far))
    if rung <= panel.present_rung(0):
        return ""
    order = next(r.order for r in inputs.ladder.rungs if r.id == panel.rungs[rung])
    which = "unfinished" if step >= inputs.calendar.last else "partly seen last"
    return f"already on rung {order} in the {which} {inputs.calendar.step}"


def _judged(inputs: Inputs, theatre: str, domain: str) -> Standing:
    base = inputs.ladder.track(domain)[0].id
    rung = _judged_rung(inputs, theatre, domain)
    label = "" if _has_events(inputs, theatre, domain) else "prior-driven: no event on record"
    return Standing(theatre, domain, rung or base, inputs.calendar.as_of, None, 0.0, label)


def _judged_rung(inputs: Inputs, theatre: str, domain: str) -> str | None:
    judged = inputs.judged
    group = judged.group_of(theatre, domain)
    if group is None or judged.standing[group] == 0:
        return None
    return judged.rungs[int(judged.cells_of(group)[judged.standing[group] - 1])]


def _has_events(inputs: Inputs, theatre: str, domain: str) -> bool:
    group = inputs.judged.group_of(theatre, domain)
    return group is not None and bool(inputs.judged.entered[inputs.judged.cells_of(group)].any())
