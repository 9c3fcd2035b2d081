"""Runs as they are served."""

from datetime import datetime

from pydantic import BaseModel, Field

from forecaster.api.schemas.common import Issued
from forecaster.domain.account import Marking
from forecaster.domain.run import RunState


class RunLine(BaseModel):
    """A run in a list."""

    run_id: str
    ladder: str
    ladder_version: str
    as_of: datetime
    issued_at: datetime
    fresh_until: datetime
    state: RunState
    state_reason: str
    family: str
    family_version: str
    prior_set: str
    data_digest: str
    code_version: str
    seed: int
    wall_seconds: float
    marking: Marking


class Runs(BaseModel):
    """Runs of every state, the one issued last first."""

    items: list[RunLine]
    next: str | None


class Quality(BaseModel):
    """What the gate looked at; `passed` is false if any bar failed, and `reason` says which."""

    passed: bool
    reason: str
    max_rhat: float | None
    min_ess_bulk: float | None
    min_ess_tail: float | None
    divergences: int
    draws: int
    min_bfmi: float | None
    worst: str


class RunDetail(Issued):
    """One run: what it was made of, how it went, and how many rows it gave."""

    family: str
    family_version: str
    prior_set: str
    data_digest: str
    code_version: str
    seed: int
    wall_seconds: float
    state_reason: str
    diagnostics: Quality
    rows: int


class LatestRun(Issued):
    """The run that readers of a ladder see."""

    rows: int = Field(description="How many rows of results it has.")
