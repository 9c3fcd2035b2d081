"""What the pages of one backtest are made from: stored values and the names that people read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from forecaster.domain.backtest import OriginForecast, Outcomes, Plan, Score
from forecaster.domain.backtest_record import OriginRecord
from forecaster.domain.ladder import Step


@dataclass(frozen=True, slots=True)
class StackWeight:
    """What share of a stack at one horizon a forecaster had, as learnt before `origin`."""

    origin: datetime
    horizon_steps: int
    forecaster: str
    weight: float


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The best fixed mixture at one horizon of all that was run, in hindsight; `n` forecasts."""

    horizon_steps: int
    n: int
    rps: float
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Panel:
    """One backtest with everything that was stored of it.

    measure: what the measure is, as a clause. share: True where rungs are cut from shares of a
    typical national step, so that fading coverage does not look like calm. judged: True where
    people state the rungs, so that there is no measure whose intervals could cover it. names: of
    theatres and rungs, by id.
    """

    name: str
    step: Step
    plan: Plan
    backtest_id: str
    data_digest: str
    code_version: str
    measure: str
    share: bool
    scores: tuple[Score, ...]
    forecasts: tuple[OriginForecast, ...]
    outcomes: Outcomes
    origins: tuple[OriginRecord, ...] = ()
    weights: tuple[StackWeight, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    judged: bool = False

    @property
    def id(self) -> str:
        """Return the name of the panel in rows and files: the plan's id."""
        return self.plan.id

    def said(self, id: str) -> str:
        """Return the name of a theatre or rung; one without a name is called by its id."""
        return self.names.get(id, id)

    @property
    def horizons(self) -> tuple[int, ...]:
        """Return the horizons that were scored, in steps, the nearest first."""
        return tuple(sorted({s.horizon_steps for s in self.scores if s.score == "rps"}))

    def scored(self, forecaster: str) -> tuple[OriginForecast, ...]:
        """Return a forecaster's forecasts from the origins that count, the earliest first."""
        mine = (
            f
            for f in self.forecasts
            if f.forecaster == forecaster and f.origin.date() >= self.plan.scored_from
        )
        return tuple(sorted(mine, key=lambda f: f.origin))
