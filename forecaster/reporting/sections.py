"""The sections of the report behind the ladder table, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from forecaster.reporting.values import Outlook, RungName

type IndicatorState = Literal[
    "told from zero", "not told from zero", "no reading", "not used", "no source"
]
type ScoreBasis = Literal["live", "backtest", "too short"]


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A judged rung in one theatre: how often it was ever reached, and how likely it is.

    `holds` is True where the theatre stands on this rung or above it.
    """

    theatre: str
    theatre_name: str
    domain: str
    rung: RungName
    holds: bool
    record: str
    events: int
    exposure_steps: float
    reach: Outlook
    prior_share: float


@dataclass(frozen=True, slots=True)
class JudgedGroup:
    """Theatres in which a judged rung has the same record and the same number, for reading."""

    domain: str
    rung: RungName
    theatres: tuple[str, ...]
    record: str
    number: str
    term: str
    interval: str
    prior_share: str


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator: its value in standard deviations, and what one of them does to tension.

    `sources` are the ids of those that feed it. `state` is `told from zero` where the 90 % interval
    of the effect leaves out zero.
    """

    indicator: str
    name: str
    family: str
    state: IndicatorState
    value: float | None
    effect: float | None
    lower: float | None
    upper: float | None
    text: str
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """How one source stood, and how much of its answer was refused."""

    source: str
    name: str
    grade: str
    state: str
    reason: str
    last_observed_at: datetime | None
    age_days: int | None
    rows_received: int
    rows_expected: int
    rows_new: int
    rows_rejected: int


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """Raw rows of one source refused for one reason."""

    source: str
    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class ScorecardRow:
    """How past forecasts for one horizon did, and how that is known.

    `due` is how many published forecasts had come due. `basis` says whose figures these are: those
    of what was published, or of a backtest where that is too little to judge by, never of both.
    `n` forecasts are scored. `skill` is None for what is itself the best `reference`.
    """

    horizon_steps: int
    due: int
    basis: ScoreBasis
    backtest: str
    n: int
    rps: float | None
    reference: str
    skill: float | None
    skill_lower: float | None
    skill_upper: float | None
    slope: float | None
    slope_lower: float | None
    slope_upper: float | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """How past forecasts did: sentences on the headline horizon, then a row per horizon."""

    sentences: tuple[str, ...]
    rows: tuple[ScorecardRow, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One movement that stands out from noise, as a sentence."""

    theatre_name: str
    sentence: str
    delta: float


@dataclass(frozen=True, slots=True)
class ChangeSection:
    """What moved since the last published run. `compared` counts all numbers in both runs."""

    since: datetime | None
    summary: str
    lines: tuple[ChangeLine, ...]
    besides: tuple[str, ...]
    told: int
    compared: int
