"""Made-up ladders and inputs of any size, for what they cost: what they say is of no matter.

Rungs, regions and priors are those of a real ladder; its theatres, indicators and history are
repeated until there are as many as are asked for.
"""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta

import numpy as np

from forecaster.domain.ladder import Ladder, Theatre
from forecaster.domain.reading import Readings
from models.inputs import Inputs, build_inputs

EVENTS_PER_WEEK = 100.0
"""Per theatre: about what the sources of the first ladder report."""


@dataclass(frozen=True)
class Size:
    """How large a case is: theatres, indicators, steps of history and posterior draws."""

    theatres: int = 8
    indicators: int = 10
    steps: int = 200
    draws: int = 500

    def with_one(self, axis: str, value: int) -> "Size":
        """Return the size with one of its numbers replaced."""
        return replace(self, **{axis: value})

    def named(self) -> dict[str, int]:
        """Return the numbers by name."""
        return asdict(self)


def grown_ladder(ladder: Ladder, size: Size) -> Ladder:
    """Return a ladder like `ladder` of so many theatres and indicators, each a series of its own.

    Indicators share the prior of the first one.
    """
    measured = [t for t in ladder.theatres if t.measure is not None]
    counted = tuple(f"events.{k}" for k in range(size.theatres))
    theatres = tuple(_theatre(measured[k % len(measured)], k, counted) for k in range(len(counted)))
    like = ladder.indicators[0]
    prior = next(p for p in ladder.priors if p.id == f"effect.{like.id}")
    ids = tuple(f"watched-{j}" for j in range(size.indicators))
    return replace(
        ladder,
        theatres=theatres,
        indicators=tuple(
            replace(like, id=id, series=(("*", (id,)),), transform="level", lag_steps=1)
            for id in ids
        ),
        levers=(),
        couplings=(),
        priors=(*ladder.priors, *(replace(prior, id=f"effect.{id}") for id in ids)),
    )


def grown_readings(ladder: Ladder, size: Size, *, seed: int = 1) -> Readings:
    """Return daily readings of every series of a grown ladder, known at once, over the steps."""
    rng = np.random.default_rng(seed)
    days = 7 * size.steps - 4
    first = np.datetime64(_monday(ladder).replace(tzinfo=None), "us")
    moments = first + np.arange(days).astype("timedelta64[D]")
    counted = [f"events.{k}" for k in range(size.theatres)]
    watched = [i.id for i in ladder.indicators]
    counts = rng.poisson(EVENTS_PER_WEEK / 7.0, (len(counted), days)).astype(float)
    values = np.concatenate([counts, rng.gamma(4.0, 2.0, (len(watched), days))])
    names = np.array([*counted, *watched], dtype=object)
    moment = np.tile(moments, len(names))
    return Readings(
        "made-up",
        np.repeat(names, days),
        moment,
        moment,
        values.ravel(),
        np.zeros(values.size, dtype=bool),
    )


def grown_inputs(ladder: Ladder, readings: Readings, size: Size) -> Inputs:
    """Return the inputs of a grown ladder, the last week seen in part."""
    start = _monday(ladder)
    return build_inputs(
        replace(ladder, starts=start.date()),
        readings=readings,
        judgements=(),
        as_of=start + timedelta(days=7 * size.steps - 4) - timedelta(microseconds=1),
    )


def _theatre(like: Theatre, number: int, counted: tuple[str, ...]) -> Theatre:
    if like.measure is None:
        raise ValueError(f"theatre {like.id} has no measure: give one that has")
    measure = replace(like.measure, series=(counted[number],), denominator=counted)
    return replace(like, id=f"theatre-{number}", name=f"Theatre {number}", measure=measure)


def _monday(ladder: Ladder) -> datetime:
    start = datetime.combine(ladder.starts, time.min, UTC)
    return start - timedelta(days=start.weekday())
