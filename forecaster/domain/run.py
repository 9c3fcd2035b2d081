"""A run: one update of one ladder, made as of a time, published or refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from forecaster.domain.forecast import Diagnostics

type RunState = Literal["published", "refused", "superseded", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run was made of. Two time axes: `as_of` is what was known, `issued_at` when made."""

    run_id: str
    ladder: str
    ladder_version: str
    ladder_digest: str
    as_of: datetime
    issued_at: datetime
    state: RunState
    state_reason: str
    family: str
    family_version: str
    prior_set: str
    data_digest: str
    code_version: str
    seed: int
    diagnostics: Diagnostics
    wall_seconds: float
