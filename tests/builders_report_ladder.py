"""A nato-russia-like ladder, small enough for reports by hand."""

from dataclasses import dataclass
from datetime import date

from forecaster.domain.indicator import Indicator
from forecaster.domain.ladder import Ladder, Measure, Region, Rung, Theatre

MEASURED = (
    ("background", "Background", None),
    ("harassment", "Harassment", 1.0),
    ("sporadic-fire", "Sporadic fire", 3.0),
    ("sustained-fires", "Sustained fires", 7.0),
    ("major-operations", "Major operations", 14.0),
    ("offensive", "Offensive", 25.0),
    ("general-offensive", "General offensive", 45.0),
)
JUDGED = (
    ("attack-on-allies", "Attack on allied territory"),
    ("direct-combat", "Direct combat between NATO and Russia"),
    ("nuclear-use", "Nuclear use"),
)
HYBRID = (
    "Normal competition",
    "Coercive signalling",
    "Hybrid pressure",
    "Sustained hybrid campaign",
)


@dataclass(frozen=True)
class Place:
    """Where a theatre stands in the made-up run, and how fast it moves."""

    id: str
    name: str
    region: str
    measure: float | None
    up: float = 0.03
    down: float = 0.05


ALLIES = "Black Sea allies (Romania, Bulgaria, Türkiye)"
NORTH = "High North (Norway, Finland, Sweden)"
PLACES = (
    Place("donbas", "Donbas", "ukraine", 38.2, 0.04, 0.16),
    Place("north-east", "North-east", "ukraine", 22.9, 0.19, 0.03),
    Place("south", "South", "ukraine", 15.4, 0.03, 0.12),
    Place("black-sea-coast", "Black Sea coast", "ukraine", 4.1),
    Place("crimea", "Crimea", "ukraine", 1.6),
    Place("kyiv", "Kyiv", "ukraine", 2.8, 0.09, 0.06),
    Place("centre", "Centre", "ukraine", 8.0),
    Place("west", "West", "ukraine", 0.7, 0.02, 0.0),
    Place("baltic", "Baltic states", "eastern-flank", None, 0.0006, 0.0),
    Place("poland", "Poland", "eastern-flank", None, 0.0005, 0.0),
    Place(
        "black-sea-allies",
        ALLIES,
        "eastern-flank",
        None,
        0.0004,
        0.0,
    ),
    Place("high-north", NORTH, "eastern-flank", None, 0.0003, 0.0),
    Place("russia", "Russian territory", "russia", None, 0.0001, 0.0),
)
SUB_THRESHOLD = {"baltic": 2, "poland": 2, "black-sea-allies": 1, "high-north": 1}


def ladder(name: str = "NATO and Russia", *, places: tuple[Place, ...] = PLACES) -> Ladder:
    return Ladder(
        id="nato-russia",
        version="1",
        name=name,
        step="week",
        starts=date(2022, 2, 21),
        horizons=(1, 4, 13),
        domains=("kinetic", "sub-threshold"),
        rungs=(*_kinetic(), *hybrid_track()),
        regions=(
            Region("ukraine", "Ukraine"),
            Region("eastern-flank", "NATO's eastern flank"),
            Region("russia", "Russia"),
        ),
        theatres=tuple(
            Theatre(p.id, p.name, p.region, _measure(p) if p.measure is not None else None)
            for p in places
        ),
        indicators=indicators(),
        digest="9d3f1c07a2b4",
    )


def _measure(place: Place) -> Measure:
    return Measure("share", (f"viina.events.{place.id}",), (f"viina.events.{place.id}",))


def _kinetic() -> tuple[Rung, ...]:
    measured = [
        Rung(i, id, name, f"{name}.", "kinetic", "measured", threshold)
        for i, (id, name, threshold) in enumerate(MEASURED)
    ]
    judged = [
        Rung(i, id, name, f"{name}.", "kinetic", "judged", criteria="dated evidence")
        for i, (id, name) in enumerate(JUDGED, start=len(MEASURED))
    ]
    return (*measured, *judged)


def hybrid_track() -> tuple[Rung, ...]:
    return tuple(
        Rung(
            i,
            name.lower().replace(" ", "-"),
            name,
            f"{name}.",
            "sub-threshold",
            "judged",
            criteria="dated evidence",
            regions=("eastern-flank",),
        )
        for i, name in enumerate(HYBRID)
    )


def indicators() -> tuple[Indicator, ...]:
    def indicator(id: str, name: str, family: str, *series: str) -> Indicator:
        fed = (("*", series),) if series else ()
        return Indicator(id, name, family, fed, "both", "free", "sum", "log1p")

    return (
        indicator("aid-military", "Military aid allocated", "aid", "aid.military"),
        indicator("losses-tanks", "Tanks claimed destroyed", "losses", "losses.tank"),
        indicator("gpr-threats", "Geopolitical threats in the press", "rhetoric", "gpr.threats"),
        indicator("brent", "Brent crude price", "prices", "price.brent"),
        indicator("sanctions", "Sanctions designations", "sanctions", "ofac.additions.russia"),
        indicator("reserves", "Reserves within reach", "build-up"),
        indicator("exercises", "Exercises announced", "posture"),
        indicator("nuclear-signalling", "Nuclear signalling", "rhetoric"),
    )
