"""The results table as it is served; what each column means is in `docs/results.md`."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from forecaster.api.schemas.common import Issued
from forecaster.domain.run import RunState


class Result(BaseModel):
    """One probability, as one row of the results table."""

    run_id: str
    ladder: str
    ladder_version: str
    theatre: str
    domain: str
    as_of: datetime
    issued_at: datetime
    horizon_steps: int
    horizon_end: datetime
    kind: Literal["at", "reach", "fall"]
    rung: str
    probability: float | None = Field(ge=0, le=1)
    lower: float | None
    upper: float | None
    mc_se: float | None
    prior_share: float | None
    state: RunState
    state_reason: str
    family: str
    family_version: str
    prior_set: str
    data_digest: str
    code_version: str
    seed: int
    prev_hash: str
    hash: str


class Results(Issued):
    """A page of the results of one run, in order of theatre, domain, horizon, kind and rung."""

    items: list[Result]
    next: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")
    since: str | None = Field(description="Send it as `since` for the run that comes next.")
