"""A draft without mistakes becomes a ladder."""

from dataclasses import replace
from pathlib import Path

from forecaster.domain.indicator import Indicator
from forecaster.domain.ladder import (
    Coupling,
    Drop,
    Ladder,
    Lever,
    Measure,
    Panel,
    Region,
    Rung,
    Theatre,
)
from forecaster.domain.prior import PARAMETERS, Prior
from forecaster.reference.draft import Draft, Row
from forecaster.reference.files import packaged_ladders


def build_ladder(draft: Draft, *, folder: Path, digest: str) -> Ladder:
    """Return the ladder; relative paths of drops are taken from `folder`."""
    theatres = tuple(_theatre(row) for row in draft.all("theatres"))
    return Ladder(
        **draft.only("ladder").values,
        rungs=tuple(Rung(**row.values) for row in draft.all("rungs")),
        regions=tuple(Region(**row.values) for row in draft.all("regions")),
        theatres=_with_denominators(theatres),
        indicators=tuple(Indicator(**row.values) for row in draft.all("indicators")),
        priors=tuple(_prior(row) for row in draft.all("priors")),
        levers=tuple(Lever(**row.values) for row in draft.all("levers")),
        couplings=tuple(_coupling(row, folder) for row in draft.all("couplings")),
        drops=tuple(_drop(row, folder) for row in draft.all("drops")),
        panel=next((Panel(**row.values) for row in draft.all("panel")), None),
        digest=digest,
    )


def _theatre(row: Row) -> Theatre:
    values = dict(row.values)
    measure = values.pop("measure", None)
    return Theatre(**values, measure=Measure(**measure.values) if measure else None)


def _with_denominators(theatres: tuple[Theatre, ...]) -> tuple[Theatre, ...]:
    whole = tuple(dict.fromkeys(s for t in theatres if t.measure for s in t.measure.series))

    def opened(theatre: Theatre) -> Theatre:
        if theatre.measure is None or theatre.measure.denominator != ("*",):
            return theatre
        return replace(theatre, measure=replace(theatre.measure, denominator=whole))

    return tuple(opened(theatre) for theatre in theatres)


def _prior(row: Row) -> Prior:
    given = dict(row.values["parameters"])
    order = PARAMETERS[row.values["distribution"]]
    return Prior(**{**row.values, "parameters": tuple((name, given[name]) for name in order)})


def _coupling(row: Row, folder: Path) -> Coupling:
    coupling = Coupling(**row.values)
    if coupling.ladder in packaged_ladders():
        return coupling
    return replace(coupling, ladder=str(folder / coupling.ladder))


def _drop(row: Row, folder: Path) -> Drop:
    drop = Drop(**row.values)
    if drop.format == "sql" or "://" in drop.location:
        return drop
    return replace(drop, location=str(folder / drop.location))
