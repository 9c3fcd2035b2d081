"""Jobs and what people did, as they are served."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field

from forecaster.domain.account import Marking, Role, Way
from forecaster.store.ledger_rows import JobState, Origin


class JobForm(BaseModel):
    """A job that can be asked for. per: `source`, `ladder`, or `once` for the whole service."""

    id: str
    description: str
    per: str


class Jobs(BaseModel):
    """Every job that can be asked for."""

    items: list[JobForm]


class JobRunForm(BaseModel):
    """One run of one job: how far it is, how it ended, and the run that it made."""

    id: int
    job: str
    subject: str
    slot: datetime
    state: JobState
    origin: Origin
    asked_by: str
    as_of: datetime | None
    progress: float
    attempts: int
    claimed_at: datetime | None
    finished_at: datetime | None
    detail: str
    run_id: str


class JobRuns(BaseModel):
    """Job runs, the one entered last first."""

    items: list[JobRunForm]
    next: str | None


class JobAsked(BaseModel):
    """A job to be run, and what it is about: the id of a ladder or of a source."""

    job: str = Field(max_length=100, examples=["update"])
    subject: str = Field(default="", max_length=200, examples=["nato-russia"])
    as_of: AwareDatetime | None = None
    family: str = Field(default="", max_length=100)
    refit: bool = False


class AuditLine(BaseModel):
    """One thing that somebody did or tried."""

    id: int
    at: datetime
    actor: str
    way: str
    action: str
    subject: str
    detail: str
    address: str


class Audit(BaseModel):
    """The audit log, the newest line first."""

    items: list[AuditLine]


class Me(BaseModel):
    """Who asks, what they may do, and what they may see."""

    name: str
    role: Role
    clearance: Marking
    way: Way


class LadderHealth(BaseModel):
    """How what is served of a ladder stands."""

    ladder: str
    run_id: str
    state: Literal["fresh", "stale", "missing", "refused-newer"]
    fresh_until: datetime | None
    fresh: bool
    complete: bool
    reason: str


class Health(BaseModel):
    """`ok` if every ladder that is kept is fresh and complete; also those that are not listed."""

    ok: bool
    at: datetime
    ladders: list[LadderHealth]
