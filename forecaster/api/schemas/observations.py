"""What sources said, as it is served: readings, the state of sources, and rejects."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from forecaster.domain.account import Marking
from forecaster.domain.reading import SourceState


class Reading(BaseModel):
    """One value. recorded_at: since when it was known; estimated: that time is an estimate."""

    observed_at: datetime
    recorded_at: datetime
    value: float
    estimated: bool


class ReadingsPage(BaseModel):
    """The value known as of a time for each period of a series, the oldest period first."""

    series: str
    source: str
    as_of: datetime
    marking: Marking
    items: list[Reading]
    next: str | None


class NewReading(BaseModel):
    """A value given by hand, for a series that is fed by hand."""

    ladder: str = Field(max_length=200)
    series: str = Field(max_length=200, examples=["manual.aid"])
    observed_at: AwareDatetime = Field(description="The start of what it speaks of.")
    value: float = Field(allow_inf_nan=False)
    reason: str = Field(max_length=4_000, description="Where it comes from; kept in the audit log.")


class ReadingAdded(BaseModel):
    """Whether the value says anything that was not known."""

    added: bool


class SourceLine(BaseModel):
    """A source: what it is, and how it stood when it was asked last."""

    id: str
    name: str
    publisher: str
    licence: str
    grade: str
    cadence_days: float
    ladders: list[str]
    marking: Marking
    state: SourceState | None
    reason: str
    checked_at: datetime | None
    last_observed_at: datetime | None
    rows_received: int
    rows_new: int
    rows_rejected: int
    rows_expected: int


class Sources(BaseModel):
    """Every source that feeds a ladder which may be seen."""

    items: list[SourceLine]


class Rejected(BaseModel):
    """A raw row that could not become a reading, and why."""

    id: int
    source: str
    row_number: int
    reason: str
    raw: str
    recorded_at: datetime


class Quarantine(BaseModel):
    """Rejects, the one seen last first."""

    items: list[Rejected]
    next: str | None
