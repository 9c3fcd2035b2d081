"""Small ladders, readings and inputs for tests of the models."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from pytensor.compile.maker import function
from pytensor.compile.mode import Mode

from forecaster.domain.indicator import Indicator
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder, Measure, Region, Rung, Theatre
from forecaster.domain.prior import Prior, PriorSet, PriorVersion
from forecaster.domain.reading import Readings
from models.components.levers import levers_of
from models.components.movement import feature_names
from models.family import Draws, Family
from models.inputs import ALL_SIGNAL, Inputs, build_inputs
from models.likelihood import every_name
from models.sampling import sample_prior

START = date(2024, 1, 1)
PLACES = ("north", "south", "coast")

RUNGS = (
    Rung(0, "calm", "Calm", "", "kinetic", "measured"),
    Rung(1, "clashes", "Clashes", "", "kinetic", "measured", 20.0),
    Rung(2, "battle", "Battle", "", "kinetic", "measured", 45.0),
    Rung(3, "strike", "Strike", "", "kinetic", "judged", criteria="x", regions=("front",)),
    Rung(4, "nuclear", "Nuclear", "", "kinetic", "judged", criteria="x"),
)


def make_prior(id: str, distribution: str, **parameters: float) -> Prior:
    return Prior(id, "?", distribution, tuple(parameters.items()))  # type: ignore[arg-type]


PRIORS = (
    make_prior("level.mean", "normal", mean=3.4, sd=0.7),
    make_prior("level.spread", "half_normal", sd=0.5),
    make_prior("level.wander", "log_normal", median=0.04, sigma=0.4),
    make_prior("persistence", "beta", alpha=40, beta=3),
    make_prior("volatility.median", "log_normal", median=0.15, sigma=0.5),
    make_prior("volatility.spread", "half_normal", sd=0.3),
    make_prior("noise.median", "log_normal", median=0.2, sigma=0.5),
    make_prior("noise.spread", "half_normal", sd=0.3),
    make_prior("common.loading", "half_normal", sd=0.15),
    make_prior("effect.aid", "normal", mean=0.0, sd=0.1),
    make_prior("effect.spread", "half_normal", sd=0.01),
    make_prior("effect.salvos", "normal", mean=0.1, sd=0.1),
    make_prior("passing.spread", "half_normal", sd=0.05),
    make_prior("enter.kinetic.strike", "log_normal", median=0.001, sigma=1.0),
    make_prior("leave.kinetic.strike", "beta", alpha=2.0, beta=4.0),
    make_prior("enter.kinetic.nuclear", "log_normal", median=0.0001, sigma=1.0),
    make_prior("leave.kinetic.nuclear", "beta", alpha=2.0, beta=4.0),
    make_prior("enter.spread", "half_normal", sd=0.5),
)

AID = Indicator("aid", "Aid", "aid", (("*", ("aid.total",)),), "both", "+", "mean", "level")
SALVOS = Indicator(
    id="salvos",
    name="Salvos",
    family="strikes",
    series=(("north", ("salvos.total",)), ("south", ("salvos.total",))),
    route="purposeful",
    sign="+",
    aggregate="sum",
    transform="log1p_over_year",
    half_life_steps=1.0,
    concurrent=True,
)
"""Acts on what is seen in its own step, and not on the coast."""


def make_ladder(
    *,
    places: Sequence[str] = PLACES,
    rungs: tuple[Rung, ...] = RUNGS,
    indicators: tuple[Indicator, ...] = (AID,),
    horizons: tuple[int, ...] = (1, 4),
) -> Ladder:
    """A weekly ladder: measured theatres on the front, one rear theatre without a measure."""
    national = tuple(f"events.{place}" for place in places)
    front = tuple(
        Theatre(p, p.title(), "front", Measure("share", (f"events.{p}",), national, 26))
        for p in places
    )
    return Ladder(
        id="test",
        version="1",
        name="Test",
        step="week",
        starts=START,
        horizons=horizons,
        domains=("kinetic",),
        rungs=rungs,
        regions=(Region("front", "Front"), Region("rear", "Rear")),
        theatres=(*front, Theatre("rear", "Rear", "rear")),
        indicators=indicators,
        priors=PRIORS,
    )


def make_priors(ladder: Ladder) -> PriorSet:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    versions = tuple(PriorVersion(ladder.id, p, 1, "a", "r", at) for p in ladder.priors)
    return PriorSet(ladder.id, "set-test", versions)


def make_readings(
    series: Mapping[str, Sequence[float]], *, start: date = START, lag_days: int = 1
) -> Readings:
    """Daily readings of each series from `start`, known `lag_days` after their day; NaN: none."""
    ids, observed, values = [], [], []
    for id in sorted(series):
        column = np.asarray(series[id], dtype=float)
        days = np.datetime64(start, "us") + np.arange(len(column)).astype("timedelta64[D]")
        kept = np.isfinite(column)
        ids += [id] * int(kept.sum())
        observed.append(days[kept])
        values.append(column[kept])
    moments = np.concatenate(observed) if observed else np.array([], dtype="datetime64[us]")
    return Readings(
        "test",
        np.array(ids, dtype=object),
        moments,
        moments + np.timedelta64(lag_days, "D"),
        np.concatenate(values) if values else np.array([]),
        np.ones(len(ids), dtype=bool),
    )


def make_counts(*, days: int = 210, seed: int = 1, places: Sequence[str] = PLACES) -> Readings:
    """Random daily counts per place, and aid that comes once a day."""
    rng = np.random.default_rng(seed)
    means = {p: 12.0 / (i + 1) for i, p in enumerate(places)}
    series = {f"events.{p}": rng.poisson(means[p], days).astype(float) for p in places}
    aid = rng.normal(5, 1, days)
    salvos = rng.poisson(4.0, days).astype(float)
    return make_readings({**series, "aid.total": aid, "salvos.total": salvos})


def known_at(readings: Readings, moment: datetime) -> Readings:
    kept = readings.recorded_at <= np.datetime64(moment.replace(tzinfo=None), "us")
    return Readings(
        readings.source,
        readings.series[kept],
        readings.observed_at[kept],
        readings.recorded_at[kept],
        readings.value[kept],
        readings.estimated[kept],
    )


def make_inputs(
    ladder: Ladder | None = None,
    readings: Readings | None = None,
    *,
    day: int = 200,
    judgements: Sequence[Judgement] = (),
    reliability: Mapping[str, float] = ALL_SIGNAL,
) -> Inputs:
    """Inputs of a ladder as of the end of the given day after the start."""
    ladder = ladder or make_ladder()
    readings = make_counts() if readings is None else readings
    moment = datetime(2024, 1, 1, 23, 59, 59, tzinfo=UTC) + timedelta(days=day)
    known = known_at(readings, moment)
    return build_inputs(
        ladder, readings=known, judgements=judgements, as_of=moment, reliability=reliability
    )


def make_draws(inputs: Inputs, *, draws: int = 20, seed: int = 1) -> dict[str, np.ndarray]:
    """Plausible parameters for `latent_tension` and `action_reaction`, without sampling."""
    rng = np.random.default_rng(seed)
    theatres, cells = len(inputs.measures.theatres), len(inputs.judged.rungs)
    indicators, steps = len(inputs.indicators.indicators), inputs.calendar.last + 1
    concurrent = len(inputs.concurrent.indicators)
    return {
        "level": rng.normal(3.4, 0.3, (draws, theatres)),
        "level_spread": rng.uniform(0.3, 0.8, draws),
        "wander": rng.uniform(0.02, 0.08, (draws, theatres)),
        "phi": rng.uniform(0.8, 0.99, (draws, theatres)),
        "volatility": rng.uniform(0.05, 0.3, (draws, theatres)),
        "noise": rng.uniform(0.1, 0.3, (draws, theatres)),
        "loading": rng.uniform(0.0, 0.2, (draws, theatres)),
        "shock": rng.normal(size=(draws, steps + 30)),
        "effects": rng.normal(0.0, 0.02, (draws, theatres, indicators)),
        "enter": rng.uniform(1e-4, 1e-1, (draws, cells)),
        "leave": rng.uniform(0.05, 0.5, (draws, cells)),
        **reaction_draws(inputs, rng, draws),
        "passing_effects": rng.normal(0.1, 0.05, (draws, theatres, concurrent)),
    }


def log_density_at_start(model: Any) -> float:
    """The log density where sampling starts, interpreted: nothing is compiled for one call."""
    slow = Mode(linker="py", optimizer="fast_compile")
    parts = model.compile_logp(sum=False, mode=slow)(model.initial_point())
    return float(sum(part.sum() for part in parts))


def interpreted_log_likelihood(model: Any) -> Callable[[Draws], float]:
    """A function from one draw of the free variables to the likelihood, for a few calls only.

    It reads the model's present data at every call; nothing is compiled.
    """
    slow = Mode(linker="py", optimizer="fast_compile")
    total = sum(term.sum() for term in model.potentials)
    likelihood = function(list(model.free_RVs), total, mode=slow, on_unused_input="ignore")
    return lambda draw: float(likelihood(*(draw[v.name][0] for v in model.free_RVs)))


def reaction_draws(inputs: Inputs, rng: np.random.Generator, draws: int) -> dict[str, np.ndarray]:
    """Plausible answers of controlled indicators, and what neighbours do."""
    columns, couplings = len(levers_of(inputs).ids), len(inputs.neighbours.couplings)
    features = len(feature_names(inputs.measures))
    return {
        "reaction": rng.normal(0.0, 0.2, (draws, columns, features)),
        "reaction_rest": rng.normal(0.0, 0.2, (draws, columns)),
        "reaction_persistence": rng.uniform(0.2, 0.8, (draws, columns)),
        "reaction_spread": rng.uniform(0.5, 1.0, (draws, columns)),
        "coupling_rate": rng.normal(0.0, 0.3, (draws, couplings)),
        "coupling_tension": rng.normal(0.0, 0.02, (draws, couplings)),
    }


def prior_draws(
    family: Family, inputs: Inputs, *, draws: int = 20, seed: int = 1, every: bool = False
) -> Draws:
    """Draws from any family's priors, without sampling; none for a reference.

    Of the variables that it needs, or of `every` one, as a fit would give them.
    """
    if family.build is None:
        return {}
    model = family.build(inputs, make_priors(inputs.ladder))
    names = every_name(model) if every else family.needs
    return sample_prior(model, names, draws=draws, seed=seed)
