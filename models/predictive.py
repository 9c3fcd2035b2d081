"""Prior predictive: which rungs the priors alone expect, before any reading or judgement."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import PriorSet
from forecaster.domain.reading import Readings
from forecaster.errors import ModelError
from forecaster.shelf import pick
from models.catalogue import families
from models.columns import columns
from models.inputs import Inputs, build_inputs
from models.parts import Column
from models.sampling import sample_prior

type Array = NDArray[np.float64]

SETTLING_DAYS = 2 * 365
"""How long after the ladder's start the priors are looked at: long enough to forget the start."""


@dataclass(frozen=True, slots=True)
class RungTable:
    """Rungs of one domain expected by the priors; arrays are (theatre, rung).

    probabilities: mean over prior draws; a row sums to one over the rungs that exist there.
    lower, upper: 5th and 95th percentile over draws. NaN where a rung does not exist.
    """

    domain: str
    theatres: tuple[str, ...]
    rungs: tuple[str, ...]
    probabilities: Array
    lower: Array
    upper: Array


def prior_predictive(
    ladder: Ladder,
    priors: PriorSet,
    *,
    theatre: str | None = None,
    draws: int = 1000,
    seed: int = 1,
    family: str = "latent_tension",
) -> tuple[RungTable, ...]:
    """Return one table per domain: where a theatre stands at the longest horizon, priors alone.

    Args:
        ladder: the ladder.
        priors: the priors in force.
        theatre: only this theatre's row; all theatres if None.
        draws: how many prior draws.
        seed: of the draws.
        family: a family that has priors.

    Raises:
        ModelError: the family has no priors, the ladder exposes too few, or it is a panel, whose
            theatres are known only by its data.
        NotFoundError: no family has that id.
    """
    chosen = pick(families(), family, what="model family")
    if chosen.build is None:
        raise ModelError(f"family {family} has no priors: it is a reference")
    if ladder.panel is not None:
        raise ModelError(
            f"ladder {ladder.id} is a panel: it has no {ladder.panel.unit} before any data, so "
            f"its priors expect nothing"
        )
    inputs = _nothing_known(ladder)
    drawn = sample_prior(chosen.build(inputs, priors), chosen.needs, draws=draws, seed=seed)
    simulation = chosen.simulate(inputs, drawn, 64, np.random.default_rng(seed))
    found = [
        c
        for c in columns(inputs, simulation)
        if c.kind == "at" and c.horizon == max(ladder.horizons) and theatre in (None, c.theatre)
    ]
    return tuple(_table(ladder, d, [c for c in found if c.domain == d]) for d in ladder.domains)


def _nothing_known(ladder: Ladder) -> Inputs:
    moments = np.array([], dtype="datetime64[us]")
    nothing = np.array([], dtype=np.float64)
    readings = Readings(
        "none", np.array([], dtype=object), moments, moments, nothing, nothing.astype(bool)
    )
    start = datetime.combine(ladder.starts, time.min, UTC)
    as_of = start + timedelta(days=SETTLING_DAYS)
    return build_inputs(ladder, readings=readings, judgements=(), as_of=as_of)


def _table(ladder: Ladder, domain: str, found: list[Column]) -> RungTable:
    theatres = tuple(dict.fromkeys(c.theatre for c in found))
    rungs = tuple(r.id for r in ladder.track(domain))
    figures = np.full((3, len(theatres), len(rungs)), np.nan)
    for column in found:
        place = theatres.index(column.theatre), rungs.index(column.rung)
        low, high = np.percentile(column.probability, (5, 95))
        figures[(slice(None), *place)] = column.probability.mean(), low, high
    return RungTable(domain, theatres, rungs, *figures)
