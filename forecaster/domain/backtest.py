"""A backtest: its plan, what each forecaster said from each origin, and what then happened.

A forecaster is a model family, a reference, or the stack of several; the same columns hold for
all of them, so that no score stands alone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Diagnostics

type Array = NDArray[np.float64]
type Role = Literal["reference", "bayesian", "variant", "published"]
"""reference: needs no sampling and is always beside. bayesian: a model family that competes.
variant: a deliberately weakened family, for comparison only. published: what readers are given."""

LEVELS: tuple[float, ...] = (
    0.01,
    0.025,
    *(round(0.05 * i, 2) for i in range(1, 20)),
    0.975,
    0.99,
)
"""Quantile levels at which a forecast of the measure is kept."""


STACK = "stack"
"""The id of the one forecaster that is mixed from others."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is computed per origin: sampler lengths, draws kept, paths for each."""

    tune: int = 400
    draws: int = 500
    chains: int = 2
    kept_draws: int = 500
    paths: int = 16


@dataclass(frozen=True, slots=True)
class Forecaster:
    """One line of a plan: a family's id, the part that it plays, and its weight in the stack.

    weight: what the stack gives it before any forecast was scored; 0 leaves it out of the stack.
    """

    id: str
    role: Role
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as its file gives it, frozen: `digest` is that of the file's text.

    Origins are the last instants of days, every `every_steps` steps from `first` to `last`. Those
    before `scored_from` are run, so that weights can be learnt from past forecasts alone, and are
    not scored. A family is fitted at every `refit_every`-th origin and carried to those between, if
    it can be; nothing later than an origin is looked at. `domain` is the one that is scored: one
    with measured rungs, of which these are scored, or one judged throughout. An outcome counts as
    it was known `resolve_after_days` after its step ended. `block_steps` is the length of a
    bootstrap block in origins. `published` is the forecaster that readers are given. `strength` is
    in how many origins the mixture with the prior weights is taken to have been right, before the
    stack's weights are learnt.
    """

    id: str
    title: str
    ladder: str
    domain: str
    first: date
    scored_from: date
    last: date
    every_steps: int
    refit_every: int
    resolve_after_days: int
    forecasters: tuple[Forecaster, ...]
    published: str
    strength: float
    seed: int
    effort: Effort
    block_steps: int
    resamples: int
    digest: str = ""
    text: str = ""

    @property
    def members(self) -> dict[str, float]:
        """The members of the stack with their prior weights, which sum to one."""
        weights = {f.id: f.weight for f in self.forecasters if f.weight > 0}
        total = sum(weights.values())
        return {id: weight / total for id, weight in weights.items()}

    @property
    def computed(self) -> tuple[str, ...]:
        """The forecasters that are computed from readings: all but the stack."""
        return tuple(f.id for f in self.forecasters if f.id != STACK)

    def role(self, forecaster: str) -> Role:
        """Return the part that a forecaster plays; `KeyError` if the plan does not name it."""
        return {f.id: f.role for f in self.forecasters}[forecaster]


@dataclass(frozen=True, slots=True)
class OriginForecast:
    """What one forecaster said from one origin about the rungs of one domain.

    These are its measured rungs, or all of a domain that is judged throughout. Arrays are over
    (theatre, horizon, …). at: probability of each rung at the horizon, summing to one. reach:
    P(highest rung from now up to the horizon >= rung). quantiles: of the measure at the horizon, at
    `LEVELS`; NaN where the measure is the level itself or there is none. present: index into
    `rungs` of each theatre's last whole step, or of the moment if that is judged. diagnostics: None
    for what is not sampled.
    """

    forecaster: str
    version: str
    origin: datetime
    theatres: tuple[str, ...]
    horizons: tuple[int, ...]
    rungs: tuple[str, ...]
    horizon_ends: tuple[datetime, ...]
    at: Array
    reach: Array
    quantiles: Array
    present: NDArray[np.int64]
    diagnostics: Diagnostics | None
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What happened, by theatre and end of step, as it was known when it was resolved.

    rung: index into `rungs`, -1 where a step was not seen whole; (theatre, step). measure: in the
    ladder's unit, NaN where not seen or where rungs are judged.
    """

    theatres: tuple[str, ...]
    rungs: tuple[str, ...]
    ends: tuple[datetime, ...]
    rung: NDArray[np.int64]
    measure: Array


@dataclass(frozen=True, slots=True)
class Score:
    """One scored figure of a backtest.

    score: `rps`, `log`, `brier`, `crps`, `coverage_90`, `reliability_slope`, `next_rung_slope`,
    `discrimination`, `flip_flop`, `rps_skill`, `rps_difference` … . theatre, rung: `*` for all of
    them together. reference: the forecaster that a skill or difference is against, else empty.
    lower, upper: 90 % interval (95 % for differences) by paired block bootstrap, None where there
    is none.
    """

    forecaster: str
    score: str
    theatre: str
    rung: str
    horizon_steps: int
    n: int
    value: float
    lower: float | None = None
    upper: float | None = None
    reference: str = ""

    @property
    def about(self) -> tuple[str, str, str, str, int, str]:
        """What is scored: no two scores of a backtest are about the same thing."""
        return (
            self.forecaster,
            self.score,
            self.theatre,
            self.rung,
            self.horizon_steps,
            self.reference,
        )
