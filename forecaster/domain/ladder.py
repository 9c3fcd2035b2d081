"""The escalation ladder: ordered rungs in domains, theatres in regions, and what measures them."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath
from typing import Literal

from forecaster.domain.indicator import Indicator, Sign
from forecaster.domain.prior import Prior

type Resolution = Literal["measured", "judged"]
type Step = Literal["day", "week", "month"]
type MeasureKind = Literal["share", "value", "level"]
type Naming = Literal["id", "cow-pair"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: what it means and how the world settles whether it was reached.

    A measured rung holds from `threshold` (inclusive) up to the next rung's threshold; the lowest
    rung of a domain has no threshold. A judged rung is settled by `criteria`, by `resolved_by`,
    within `resolve_within_days`. Empty `regions` means that the rung exists in every region.
    """

    order: int
    id: str
    name: str
    meaning: str
    domain: str
    resolution: Resolution
    threshold: float | None = None
    criteria: str = ""
    resolved_by: str = "computation"
    resolve_within_days: int = 7
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """How readings become the number that measured rungs cut.

    `share`: the sum of `series` over one step, as a percentage of the mean sum of `denominator`
    per step over the trailing `window_steps` (reporting effort divides out).
    `value`: the last value of `series` in the step. `level`: an ordinal level observed directly,
    the highest of the step.
    """

    kind: MeasureKind
    series: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    window_steps: int = 52
    unit: str = "%"


@dataclass(frozen=True, slots=True)
class Region:
    """A group of theatres whose effects pool towards each other."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Theatre:
    """A place whose rung is estimated. Without a `measure` it has only its judged rungs."""

    id: str
    name: str
    region: str
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Theatres found in the data: one per unit with an event inside the risk window.

    naming: how a unit's id gives its theatre a name and a region. `id`: the name is the id, the
    region is `region`. `cow-pair`: two states by their Correlates of War abbreviations; the
    region is that of both, or `region` where they lie in different ones.
    """

    source: str
    unit: str
    region: str
    risk_window_years: int
    naming: Naming = "id"


@dataclass(frozen=True, slots=True)
class Lever:
    """Something a decision can move: which indicators, by how much, and on what assumption."""

    id: str
    name: str
    moves: tuple[str, ...]
    by: float
    lag_steps: int
    assumption: str


@dataclass(frozen=True, slots=True)
class Coupling:
    """Another ladder that drives this one: the height of its theatres on the rungs of `domain`.

    `ladder` is the id of a packaged ladder, or the path of a ladder file. `sign` is what a higher
    rung there is expected to do to tension and to rates of entering judged rungs here.
    """

    ladder: str
    domain: str
    sign: Sign = "free"
    note: str = ""

    @property
    def id(self) -> str:
        """The name of the coupling: the other ladder's, without folder and ending, and domain."""
        return f"{PurePath(self.ladder).name.removesuffix('.toml')}.{self.domain}"


@dataclass(frozen=True, slots=True)
class Drop:
    """A user's own file or query, read by a generic source: where it is and which column is what.

    `series` is the id every value gets, unless `series_column` names a column that holds ids.
    """

    id: str
    format: Literal["csv", "xlsx", "json", "parquet", "sql"]
    location: str
    observed_column: str
    value_column: str
    series: str = ""
    series_column: str = ""
    recorded_column: str = ""
    sheet: str = ""
    query: str = ""
    cadence_days: int = 7
    lag_days: int = 0
    grade: str = "F6"
    minimum: float | None = 0.0
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """A whole ladder file. `digest` is that of its text: another text is another digest.

    `family` is the model family that updates it unless another is asked for; empty for the
    product's own choice. It is no part of what the ladder means.
    """

    id: str
    version: str
    name: str
    step: Step
    starts: date
    horizons: tuple[int, ...]
    domains: tuple[str, ...]
    rungs: tuple[Rung, ...]
    regions: tuple[Region, ...]
    theatres: tuple[Theatre, ...]
    indicators: tuple[Indicator, ...] = ()
    priors: tuple[Prior, ...] = ()
    levers: tuple[Lever, ...] = ()
    couplings: tuple[Coupling, ...] = ()
    drops: tuple[Drop, ...] = ()
    panel: Panel | None = None
    family: str = field(default="", compare=False)
    digest: str = field(default="", compare=False)

    def track(self, domain: str) -> tuple[Rung, ...]:
        """Return the rungs of `domain` from the lowest up."""
        return tuple(sorted((r for r in self.rungs if r.domain == domain), key=lambda r: r.order))

    def rungs_of(self, theatre: Theatre, domain: str) -> tuple[Rung, ...]:
        """Return the rungs that can hold in `theatre`, from the lowest up.

        The lowest rung of the domain always can. A measured rung needs the theatre's measure; a
        rung that names regions needs the theatre to lie in one of them.
        """
        track = self.track(domain)
        return tuple(r for r in track if r.order == track[0].order or _exists(r, theatre))

    def wholly_judged(self, domain: str) -> bool:
        """Return whether every rung of `domain` above its lowest is settled by judgement."""
        above = self.track(domain)[1:]
        return bool(above) and all(rung.resolution == "judged" for rung in above)

    def theatre(self, id: str) -> Theatre:
        """Return the theatre called `id`; `KeyError` if there is none."""
        return {t.id: t for t in self.theatres}[id]


def _exists(rung: Rung, theatre: Theatre) -> bool:
    in_region = not rung.regions or theatre.region in rung.regions
    return in_region and (rung.resolution == "judged" or theatre.measure is not None)
