"""What is on record of published forecasts that have come due: sums by the moment they were made.

A moment's sums are all that an interval over moments asks for, and they are few however many
theatres and rungs there are.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SettledScores:
    """Ranked probability scores of forecasts made as of one moment, beside one reference.

    n: forecasts that have come due, one per theatre and domain; rps: their sum. compared: those of
    which the reference spoke too; rps_compared, rps_reference: sums over these alone.
    """

    as_of: datetime
    horizon_steps: int
    reference: str
    n: int
    rps: float
    compared: int
    rps_compared: float
    rps_reference: float


@dataclass(frozen=True, slots=True)
class SettledReaches:
    """Probabilities of reaching the next rung up that all came, or all did not.

    n: how many there are; chance, squared: the sum of them and of their squares.
    """

    as_of: datetime
    horizon_steps: int
    reached: bool
    n: int
    chance: float
    squared: float
