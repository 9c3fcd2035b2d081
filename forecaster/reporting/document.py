"""The daily report as values: what every rendering shows, and nothing that only one shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from forecaster.domain.ladder import Step
from forecaster.reporting.confidence import Confidence

type IndicatorState = Literal[
    "told apart", "not told from zero", "no reading", "not used", "no source"
]
type ChangeState = Literal["moved", "within noise", "not compared"]


@dataclass(frozen=True, slots=True)
class RungName:
    """A rung as a reader meets it: its place, its id and its name."""

    order: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """One probability in the ladder table, in numbers and words.

    `level` is 0 to 8 by likelihood band, for colours. `change` is in probability, and None
    unless `change_state` is `moved`.
    """

    horizon_steps: int
    horizon_end: datetime
    probability: float
    lower: float
    upper: float
    mc_se: float
    prior_share: float
    number: str
    term: str
    interval: str
    level: int
    change: float | None
    change_state: ChangeState


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ladder table: a theatre in one domain.

    `next_rung` and `climb` are empty on the top rung; `fall` is None on the lowest. `spark` is
    the measure over the last half year of steps. `label` says why numbers are not data;
    `prior_driven` is True where at least half of the climb numbers is prior.
    """

    theatre: str
    theatre_name: str
    region: str
    region_name: str
    domain: str
    rung: RungName
    was: RungName | None
    measure: float | None
    unit: str
    exposure: float
    observed_through: datetime | None
    label: str
    prior_driven: bool
    prior_share: float
    confidence: str
    next_rung: RungName | None
    climb: tuple[Outlook, ...]
    fall: Outlook | None
    spark: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ChartBand:
    """One rung in a ladder chart: its interval of the measure and its mass at each horizon.

    `low` is None for a judged rung, `high` is None for one without an upper end. `masses` are in
    the order of the report's horizons.
    """

    rung: RungName
    low: float | None
    high: float | None
    judged: bool
    masses: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a ladder chart draws. `fan[h]` holds the quantiles `levels` at h + 1 steps ahead."""

    theatre: str
    theatre_name: str
    domain: str
    present: int
    caption: str
    unit: str
    bands: tuple[ChartBand, ...]
    history: tuple[tuple[datetime, float], ...]
    levels: tuple[float, ...]
    fan: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A judged rung in one theatre: how often it was ever reached, and how likely it is."""

    theatre: str
    theatre_name: str
    domain: str
    rung: RungName
    record: str
    events: int
    exposure_steps: float
    reach: Outlook
    prior_share: float


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator: its value in standard deviations, and what one of them does to tension.

    `state` is `told apart` where the 90 % interval of the effect leaves out zero.
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


@dataclass(frozen=True, slots=True)
class Head:
    """What the page is about. `notice` is empty for a published run."""

    ladder: str
    ladder_name: str
    ladder_version: str
    run_id: str
    as_of: datetime
    issued_at: datetime
    state: str
    notice: str
    shown_run_id: str
    shown_as_of: datetime | None


@dataclass(frozen=True, slots=True)
class DailyReport:
    """One daily report. Built from values alone, so any past day's can be built again."""

    head: Head
    step: Step
    horizons: tuple[int, ...]
    headline_steps: int
    vocabulary: str
    bottom_line: tuple[str, ...]
    confidence: Confidence
    rows: tuple[Row, ...]
    charts: tuple[Chart, ...]
    changes: ChangeSection
    judged: tuple[JudgedRow, ...]
    indicators: tuple[IndicatorRow, ...]
    sources: tuple[SourceRow, ...]
    rejects: tuple[RejectGroup, ...]
    method: tuple[tuple[str, str], ...]
    credits: tuple[str, ...]
