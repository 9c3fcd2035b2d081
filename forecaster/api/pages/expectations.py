"""What priors expect before any data, for a page: as it is, and as a draft would make it.

It takes a sampler, so it is asked of a port, never on the way to a page that did not ask for it.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from math import isnan

from forecaster.api.ports import RungTable
from forecaster.api.service import Service
from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import Prior
from forecaster.errors import ForecasterError
from forecaster.reporting.phrases import short
from forecaster.reporting.words import brief

log = logging.getLogger("forecaster.api")


@dataclass(frozen=True, slots=True)
class Cell:
    """One probability as printed, before a draft and with it; equal where it changes nothing."""

    before: str
    after: str

    @property
    def moves(self) -> bool:
        """Return whether the draft prints another number."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Track:
    """One domain: names of rungs from the lowest up, and a row of cells for each theatre."""

    domain: str
    rungs: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of every rung at the longest horizon, or why that cannot be said."""

    tracks: tuple[Track, ...] = ()
    failed: str = ""

    @property
    def moves(self) -> int:
        """Return how many numbers a draft changes as printed."""
        cells = (cell for track in self.tracks for _, row in track.rows for cell in row)
        return sum(cell.moves for cell in cells)


def expected(service: Service, ladder: Ladder, draft: Prior | None) -> Expectation:
    """Return what the priors in force expect, beside what they would with a draft."""
    try:
        before = service.ports.preview(ladder.id, ())
        after = before if draft is None else service.ports.preview(ladder.id, (draft,))
    except ForecasterError as error:
        return Expectation(failed=str(error))
    except (TimeoutError, BrokenExecutor):
        log.exception("a preview did not end", extra={"ladder": ladder.id})
        return Expectation(failed="the preview did not end in time: try it again later")
    pairs = zip(before, after, strict=True)
    return Expectation(tuple(_track(ladder, old, new) for old, new in pairs if old.theatres))


def _track(ladder: Ladder, before: RungTable, after: RungTable) -> Track:
    names = {rung.id: f"{rung.order} {rung.name}" for rung in ladder.track(before.domain)}
    places = {theatre.id: short(theatre.name) for theatre in ladder.theatres}
    rows = zip(before.theatres, before.probabilities, after.probabilities, strict=True)
    return Track(
        domain=before.domain,
        rungs=tuple(names.get(id, id) for id in before.rungs),
        rows=tuple((places.get(id, id), _cells(old, new)) for id, old, new in rows),
    )


def _cells(before: Sequence[float], after: Sequence[float]) -> tuple[Cell, ...]:
    return tuple(Cell(_said(old), _said(new)) for old, new in zip(before, after, strict=True))


def _said(probability: float) -> str:
    return "" if isnan(probability) else brief(probability)
