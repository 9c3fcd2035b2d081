"""What is on record of a backtest: what it was begun on, and how each forecaster fared."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from forecaster.domain.forecast import Diagnostics

type OriginState = Literal["done", "refused", "failed"]
"""done: may be scored. refused: there are numbers that failed their diagnostics. failed: none."""


@dataclass(frozen=True, slots=True)
class BacktestRecord:
    """A backtest as it was begun: its plan word for word, and the digests of what it ran on.

    prior_set: the name of the priors in force, empty where it was begun before that was kept.
    """

    backtest_id: str
    plan_id: str
    plan_digest: str
    plan_text: str
    ladder: str
    ladder_version: str
    ladder_digest: str
    domain: str
    data_digest: str
    prior_set: str
    code_version: str
    began_at: datetime


@dataclass(frozen=True, slots=True)
class OriginRecord:
    """How one forecaster fared at one origin: everything about its forecast but the numbers.

    reason: why it is in that state, empty for `done`. diagnostics: None for what is not sampled
    and for what failed.
    """

    forecaster: str
    version: str
    origin: datetime
    state: OriginState
    reason: str
    diagnostics: Diagnostics | None
    seconds: float
    seed: int
    code_version: str
    made_at: datetime
