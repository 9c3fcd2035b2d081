"""The two values that every section of the report is made of: a rung, and one probability."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
