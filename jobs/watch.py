"""The sources of a ladder: every publisher's, and the drops that its own file declares."""

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.shelf import pick

if TYPE_CHECKING:
    from forecaster.domain.ladder import Drop, Ladder
    from indicators.source import Source


def sources_of(ladder_ref: str) -> "Mapping[str, Source]":
    """Return the sources of the ladder called `ladder_ref`, by id."""
    from forecaster.reference.load import load_ladder

    return sources_for(load_ladder(ladder_ref))


def sources_for(ladder: "Ladder") -> "Mapping[str, Source]":
    """Return the sources of `ladder`, by id: the publishers' first, then its own drops."""
    from indicators.catalogue import sources

    return {**sources(), **{drop.id: _as_source(drop) for drop in ladder.drops}}


def watched_series(ladder: "Ladder") -> frozenset[str]:
    """Return every series that a ladder's measures and indicators name."""
    return measured_series(ladder) | indicated_series(ladder)


def indicated_series(ladder: "Ladder") -> frozenset[str]:
    """Return every series that a ladder's indicators name."""
    return frozenset(s for i in ladder.indicators for _, series in i.series for s in series)


def measured_series(ladder: "Ladder") -> frozenset[str]:
    """Return every series that a ladder's measures name."""
    measures = [theatre.measure for theatre in ladder.theatres if theatre.measure is not None]
    return frozenset(s for m in measures for s in (*m.series, *m.denominator))


def watched_sources(ladder: "Ladder") -> "Mapping[str, Source]":
    """Return the sources that `ladder` rests on, by id: its drops, and who feeds its series."""
    drops = {drop.id for drop in ladder.drops}
    series = watched_series(ladder)
    return {
        id: source
        for id, source in sources_for(ladder).items()
        if id in drops or any(fnmatchcase(name, form) for form in source.series for name in series)
    }


def source_called(id: str, ladder_ref: str) -> "Source":
    """Return one source.

    Raises:
        NotFoundError: the ladder has no such source; the message lists those it has.
    """
    return pick(dict(sources_of(ladder_ref)), id, what="source")


def drop_called(id: str, ladder_ref: str) -> "Drop | None":
    """Return the drop of that id, None if the source is a publisher's."""
    from forecaster.reference.load import load_ladder

    return {drop.id: drop for drop in load_ladder(ladder_ref).drops}.get(id)


def _as_source(drop: "Drop") -> "Source":
    """Describe a drop; whether its place may be read is asked when it is read."""
    from indicators.drops import drop_source
    from indicators.hosts import host_of

    if "://" in drop.location:
        return drop_source(drop, allowed_hosts=(host_of(drop.location),))
    return drop_source(replace(drop, location=Path(drop.location).name or drop.id))
