"""Ladders, theatres and indicators as they are served."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from forecaster.api.schemas.common import Issued
from forecaster.domain.account import Marking
from forecaster.domain.reading import SourceState


class LadderLine(BaseModel):
    """A ladder in a list."""

    id: str
    version: str
    name: str
    step: Literal["day", "week", "month"]
    domains: list[str]
    theatres: int
    rungs: int
    marking: Marking


class Ladders(BaseModel):
    """The ladders that are kept."""

    items: list[LadderLine]


class RungForm(BaseModel):
    """One rung: what it means, and how the world settles whether it was reached."""

    order: int
    id: str
    name: str
    meaning: str
    domain: str
    resolution: Literal["measured", "judged"]
    threshold: float | None
    criteria: str
    resolved_by: str
    resolve_within_days: int
    regions: list[str]


class TheatreForm(BaseModel):
    """A place whose rung is estimated, and the rungs that can hold there, by domain."""

    id: str
    name: str
    region: str
    unit: str | None
    rungs: dict[str, list[str]]


class LadderForm(LadderLine):
    """A ladder as its file says it."""

    digest: str
    starts: date
    horizons: list[int]
    rung_list: list[RungForm]
    theatre_list: list[TheatreForm]
    regions: dict[str, str]


class TheatreNow(BaseModel):
    """Where a theatre stands in one domain, and where it may go; see view `ladder_now`."""

    theatre: str
    domain: str
    present_rung: str
    label: str
    observed_through: datetime | None
    exposure: float
    previous_run_id: str | None
    next_rung: str | None
    horizon_1: int | None
    reach_1: float | None
    change_1: float | None
    horizon_2: int | None
    reach_2: float | None
    change_2: float | None
    horizon_3: int | None
    reach_3: float | None
    change_3: float | None


class Theatres(Issued):
    """Every theatre of the run that readers see."""

    items: list[TheatreNow]


class IndicatorNow(BaseModel):
    """A watched series: what it says, what it earned, and how fresh it is."""

    id: str
    name: str
    family: str
    route: Literal["purposeful", "inadvertent", "descent", "both"]
    sign: Literal["+", "-", "free"]
    series: list[str]
    sources: list[str]
    source_states: list[SourceState]
    last_observed_at: datetime | None
    value: float | None
    effect: float | None
    lower: float | None
    upper: float | None
    label: str


class Indicators(Issued):
    """Every indicator of a ladder with the effect that the run which readers see gave it."""

    items: list[IndicatorNow]
