"""Small made-up cases on a real ladder: its own rungs and priors, few theatres, known readings.

What a case holds of outcomes is there to set exposures and bases; `generate` replaces it.
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import numpy as np

from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import PriorSet, PriorVersion
from forecaster.domain.reading import Readings
from forecaster.reference.panel import theatre_of
from forecaster.store.priors import set_name
from models.inputs import Inputs, build_inputs

WEEKLY_TOTAL = 1000.0
"""Events per week in all theatres together: about what the sources of the first ladder report."""

KNOWN_SHARE = 0.8
"""How much of the first indicator's history is known; the rest is missing."""

PAIRS = (
    "ind-pak", "chn-ind", "prk-rok", "chn-jpn",
    "irn-irq", "isr-syr", "egy-isr", "irq-kuw",
)  # fmt: skip
"""Pairs of states of two regions, by their ids."""

HEIGHT_STEP = 0.2
"""How far a neighbour's made-up height moves in a step, in rungs."""

CLASHING = 0.2
"""How often a pair of a made-up panel clashes, per month."""


def design(ladder: Ladder, weekly_total: float) -> Inputs:
    """Return a small case of a ladder: levels of pairs where it has a panel, else counts."""
    if ladder.panel is not None:
        return small_levels(small_panel(ladder))
    return with_heights(small_case(small_ladder(ladder), weekly_total=weekly_total))


def small_ladder(ladder: Ladder, *, theatres: int = 3, indicators: int = 2) -> Ladder:
    """Return the ladder with its first measured theatres and its first fed indicators alone.

    Its first concurrent indicator is kept beside them, and read in all theatres but the last.
    """
    measured = [t for t in ladder.theatres if t.measure is not None][:theatres]
    pushing = [i for i in ladder.indicators if not i.concurrent]
    fed = [i for i in pushing if any(key == "*" for key, _ in i.series)][:indicators]
    beside = [i for i in ladder.indicators if i.concurrent and i.series][:1]
    read = [replace(i, series=tuple((t.id, i.series[0][1]) for t in measured[:-1])) for i in beside]
    return replace(ladder, theatres=tuple(measured), indicators=(*fed, *read))


def small_case(
    ladder: Ladder, *, steps: int = 104, weekly_total: float = WEEKLY_TOTAL, seed: int = 1
) -> Inputs:
    """Return inputs of `small_ladder`'s kind: daily counts and indicators, the last week partial.

    Counts are there to set bases and exposures; a family's `generate` replaces them.
    """
    days = 7 * steps - 4
    start = datetime.combine(ladder.starts, time.min, UTC)
    start -= timedelta(days=start.weekday())
    readings = _made_up(ladder, days=days, start=start, weekly_total=weekly_total, seed=seed)
    return build_inputs(
        replace(ladder, starts=start.date()),
        readings=readings,
        judgements=(),
        as_of=start + timedelta(days=days) - timedelta(microseconds=1),
    )


def with_heights(inputs: Inputs, *, seed: int = 1) -> Inputs:
    """Return the inputs with made-up heights of the neighbours: walks around their usual ones."""
    panel, rng = inputs.neighbours, np.random.default_rng(seed)
    height = np.cumsum(rng.normal(0.0, HEIGHT_STEP, panel.height.shape), axis=0)
    height -= height.mean(axis=0)
    ahead = np.broadcast_to(height[-1], panel.ahead.shape)
    return replace(inputs, neighbours=replace(panel, height=height, ahead=ahead))


def small_panel(ladder: Ladder) -> Ladder:
    """Return the ladder of a panel with a few listed pairs of states, in two regions."""
    if ladder.panel is None:
        raise ValueError(f"ladder {ladder.id} has no panel: use small_ladder")
    theatres = tuple(theatre_of(pair, ladder.panel) for pair in PAIRS)
    regions = {t.region for t in theatres}
    return replace(
        ladder,
        theatres=theatres,
        regions=tuple(r for r in ladder.regions if r.id in regions),
        indicators=(),
    )


def small_levels(ladder: Ladder, *, months: int = 120, seed: int = 1) -> Inputs:
    """Return inputs of `small_panel`'s kind: monthly levels, every pair at risk, the last one late.

    Pairs clash in one month of five: often enough to stay at risk.
    """
    rng = np.random.default_rng(seed)
    first = np.datetime64(ladder.starts, "M")
    columns = []
    for k, pair in enumerate(PAIRS):
        begins = months // 3 if k == len(PAIRS) - 1 else 0
        chosen = rng.random(months) < CLASHING
        chosen[:begins], chosen[[begins, months - 1]] = False, True
        moments = (first + np.flatnonzero(chosen)).astype("datetime64[us]")
        columns.append((pair, moments, rng.integers(2, 6, len(moments)).astype(float)))
    end = (first + months).astype("datetime64[us]") - np.timedelta64(1, "us")
    return build_inputs(
        ladder,
        readings=_joined(columns),
        judgements=(),
        as_of=end.astype(datetime).replace(tzinfo=UTC),
    )


def own_priors(ladder: Ladder) -> PriorSet:
    """Return the priors that the ladder's file gives."""
    at = datetime(2000, 1, 1, tzinfo=UTC)
    versions = tuple(PriorVersion(ladder.id, p, 1, "", "", at) for p in ladder.priors)
    return PriorSet(ladder.id, set_name(ladder.id, versions), versions)


def _made_up(
    ladder: Ladder, *, days: int, start: datetime, weekly_total: float, seed: int
) -> Readings:
    rng = np.random.default_rng(seed)
    measures = [t.measure for t in ladder.theatres if t.measure is not None]
    counted = sorted({s for m in measures for s in (*m.series, *m.denominator)})
    watched = sorted({s for i in ladder.indicators for _, series in i.series for s in series})
    rate = weekly_total / 7.0 / len(counted)
    columns = {s: rng.poisson(rate, days).astype(float) for s in counted}
    for series in watched:
        columns.setdefault(series, rng.gamma(4.0, 2.0, days))
    for _, series in ladder.indicators[0].series if ladder.indicators else ():
        for name in series:
            columns[name] = columns[name][: int(KNOWN_SHARE * days)]
    return _as_readings(columns, start)


def _as_readings(columns: dict[str, np.ndarray], start: datetime) -> Readings:
    """Return daily readings from `start`, each known at once."""
    first = np.datetime64(start.replace(tzinfo=None), "us")
    days = {n: first + np.arange(len(c)).astype("timedelta64[D]") for n, c in columns.items()}
    return _joined([(n, days[n], columns[n]) for n in sorted(columns)])


def _joined(columns: list[tuple[str, np.ndarray, np.ndarray]]) -> Readings:
    """Return readings of several series, each (name, moments, values), known at once."""
    moments = np.concatenate([m for _, m, _ in columns])
    return Readings(
        "made-up",
        np.repeat(
            np.array([n for n, _, _ in columns], dtype=object), [len(v) for *_, v in columns]
        ),
        moments,
        moments,
        np.concatenate([v for *_, v in columns]),
        np.zeros(len(moments), dtype=bool),
    )
