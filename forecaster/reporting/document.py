"""The daily report as values: what every rendering shows, and nothing that only one shows."""

from dataclasses import dataclass
from datetime import datetime

from forecaster.domain.ladder import Step
from forecaster.reporting.confidence import Confidence
from forecaster.reporting.sections import (
    ChangeSection,
    IndicatorRow,
    JudgedRow,
    RejectGroup,
    Scorecard,
    SourceRow,
)
from forecaster.reporting.values import Outlook, RungName

MOST_ROWS = 40
"""More rows than that are not read from top to bottom: the highest come first, the rest later."""


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
    """What a ladder chart draws. `fan[h]` holds the quantiles `levels` at h + 1 steps ahead.

    `ordinal` is True where the measure is a level, not an amount: it stands for a whole band.
    """

    theatre: str
    theatre_name: str
    domain: str
    present: int
    caption: str
    unit: str
    ordinal: bool
    bands: tuple[ChartBand, ...]
    history: tuple[tuple[datetime, float], ...]
    levels: tuple[float, ...]
    fan: tuple[tuple[float, ...], ...]


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
    scorecard: Scorecard
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

    @property
    def leading(self) -> tuple[Row, ...]:
        """The rows that are shown at once: all of them, unless it is a panel of hundreds."""
        return self.rows[:MOST_ROWS]

    @property
    def rest(self) -> tuple[Row, ...]:
        """The rows that are shown only to who asks for them."""
        return self.rows[MOST_ROWS:]
