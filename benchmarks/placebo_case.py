"""Noise among a ladder's indicators, and how a forecast with it does against one without."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

import numpy as np

from benchmarks.designs import own_priors
from forecaster.domain.indicator import Indicator
from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import Prior
from forecaster.domain.reading import Readings
from models.columns import columns
from models.compiling import compile_model
from models.family import Family
from models.inputs import Inputs
from models.sampling import SamplingOptions, sample

PLACEBOS = ("placebo-walk", "placebo-noise")
OPTIONS = SamplingOptions(seed=1, tune=400, draws=500, chains=2)
KEPT, PATHS = 500, 32


@dataclass(frozen=True)
class Fitted:
    """One fit: (mean, 5th, 95th percentile) of each effect, and RPS per theatre and horizon."""

    effects: dict[str, tuple[float, float, float]]
    rps: dict[tuple[str, int], float]


def placebo_ladder(ladder: Ladder) -> Ladder:
    """Return the ladder with the placebos, whose priors are those of its first indicator."""
    like = next(p for p in ladder.priors if p.id == f"effect.{ladder.indicators[0].id}")
    extra = tuple(
        Indicator(id, id, "placebo", (("*", (id,)),), "both", "free", "mean", "level")
        for id in PLACEBOS
    )
    priors = tuple(
        Prior(f"effect.{id}", "?", like.distribution, like.parameters) for id in PLACEBOS
    )
    return replace(
        ladder, indicators=(*ladder.indicators, *extra), priors=(*ladder.priors, *priors)
    )


def with_placebos(known: Readings, ladder: Ladder, as_of: datetime) -> Readings:
    """Return what was known, with one made-up value a day of each placebo, known at once."""
    rng = np.random.default_rng(1)
    start = datetime.combine(ladder.starts, time.min, UTC)
    days = (as_of - start).days
    noise = rng.standard_normal((10_000, 2))[:days]  # the same past from every origin
    columns_of = {PLACEBOS[0]: np.cumsum(noise[:, 0]), PLACEBOS[1]: noise[:, 1]}
    first = np.datetime64(start.replace(tzinfo=None), "us")
    moments = first + np.arange(days).astype("timedelta64[D]")
    added = {
        "series": np.repeat(np.array(PLACEBOS, dtype=object), days),
        "observed_at": np.tile(moments, 2),
        "recorded_at": np.tile(moments, 2),
        "value": np.concatenate([columns_of[id] for id in PLACEBOS]),
        "estimated": np.zeros(2 * days, dtype=bool),
    }
    joined = {name: np.concatenate([getattr(known, name), added[name]]) for name in added}
    order = np.lexsort((joined["recorded_at"], joined["observed_at"], joined["series"].astype(str)))
    return replace(known, **{name: column[order] for name, column in joined.items()})


def fit(family: Family, inputs: Inputs, outcomes: Inputs) -> Fitted:
    """Return the effects that a family gives to indicators, and how its forecast did."""
    assert family.build is not None, f"{family.id} is a reference: it has no effects"
    posterior = sample(compile_model(family.build(inputs, own_priors(inputs.ladder))), OPTIONS)
    drawn = posterior.variables["effect"].reshape(-1, len(inputs.indicators.indicators))
    effects = {
        id: (float(d.mean()), *map(float, np.percentile(d, (5, 95))))
        for id, d in zip(inputs.indicators.indicators, drawn.T, strict=True)
    }
    draws = posterior.flat(max(1, posterior.diverging.size // KEPT))
    simulation = family.simulate(inputs, draws, PATHS, np.random.default_rng(1))
    probabilities = defaultdict(dict)
    for column in columns(inputs, simulation):
        if column.kind == "at" and column.theatre in inputs.measures.theatres:
            key = (column.theatre, column.horizon)
            probabilities[key][column.rung] = float(column.probability.mean())
    return Fitted(effects, _rps(probabilities, inputs, outcomes))


def _rps(
    probabilities: dict[tuple[str, int], dict[str, float]], inputs: Inputs, outcomes: Inputs
) -> dict[tuple[str, int], float]:
    """Return the ranked probability score, over K - 1, of what was seen whole later."""
    later = outcomes.measures
    found = {}
    for (theatre, horizon), by_rung in probabilities.items():
        k, step = later.theatres.index(theatre), inputs.calendar.last + horizon
        measured = [by_rung[rung] for rung in later.rungs if rung in by_rung]
        if step >= len(later.count) or not later.complete[step, k]:
            continue
        happened = np.arange(len(measured)) >= int(later.rung_of(later.measure[step, k]))
        gaps = (np.cumsum(measured) - happened)[:-1]
        found[theatre, horizon] = float((gaps**2).sum() / len(gaps))
    return found
