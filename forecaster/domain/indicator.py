"""An indicator: a watched series and what analysts expect of it."""

from dataclasses import dataclass
from typing import Literal

type Route = Literal["purposeful", "inadvertent", "descent", "both"]
type Sign = Literal["+", "-", "free"]
type Transform = Literal["level", "log", "log1p", "difference", "log_difference", "log1p_over_year"]
type Aggregate = Literal["sum", "mean", "last", "increase"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is watched, where, by which route it acts and what sign is expected.

    `series` maps a theatre's id to the series read there; the key `*` serves every theatre.
    Several series under one key are added up. Within a step values are combined by `aggregate`
    (`increase`: last cumulative value of this step less that of the step before), then passed
    through `transform` and standardised on what was known. `lag_steps` is how long it takes to
    act, `half_life_steps` how fast its last value fades in a forecast. One that is `concurrent`
    acts on what is seen in its own step and is gone with it, where others push what lasts; it has
    no lag. An empty `series` is an indicator without a source: declared, shown, waiting to be fed.
    """

    id: str
    name: str
    family: str
    series: tuple[tuple[str, tuple[str, ...]], ...]
    route: Route
    sign: Sign
    aggregate: Aggregate
    transform: Transform
    lag_steps: int = 1
    half_life_steps: float = 4.0
    concurrent: bool = False
    note: str = ""

    def series_for(self, theatre: str) -> tuple[str, ...]:
        """Return the series read for `theatre`: its own, else those under `*`, else none."""
        by_theatre = dict(self.series)
        return by_theatre.get(theatre, by_theatre.get("*", ()))
