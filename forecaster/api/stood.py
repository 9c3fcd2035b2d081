"""Where theatres stood as of a run that is not the latest, in the columns of view `ladder_now`.

Asked where the latest run is hidden from the person: the view knows of that one alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from forecaster.domain.forecast import Cell, Forecast, Standing
from forecaster.domain.ladder import Ladder
from forecaster.store.pointers import Pointer
from forecaster.store.unit_of_work import UnitOfWork

type Row = dict[str, Any]
type Reaches = Mapping[tuple[str, str, int, str], float]
"""P(reach) by theatre, domain, horizon and rung."""

NEAREST = 3
"""Horizons that have columns."""


def stood(work: UnitOfWork, run: Pointer, hidden: Collection[str]) -> list[Row]:
    """Return one row per theatre and domain, in their order; changes since a run not `hidden`."""
    ladder = work.ladders.get(run.ladder, run.ladder_version)
    said = work.forecasts.read(run.run_id)
    before = work.runs.latest(run.ladder, before=run.as_of)
    known = before is not None and before.ladder_version == run.ladder_version
    if before is None or not known or before.run_id in hidden:
        return list(_rows(ladder, said, "", {}))
    return list(_rows(ladder, said, before.run_id, _reaches(work.forecasts.read(before.run_id))))


def _rows(ladder: Ladder, said: Forecast, before: str, then: Reaches) -> Iterator[Row]:
    places = {(rung.domain, rung.id): rung.order for rung in ladder.rungs}
    reached: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in said.cells:
        if cell.kind == "reach":
            reached[cell.theatre, cell.domain].append(cell)
    for standing in sorted(said.standings, key=lambda s: (s.theatre, s.domain)):
        here = places[standing.domain, standing.present_rung]
        cells = reached[standing.theatre, standing.domain]
        above = [c for c in cells if places[c.domain, c.rung] > here]
        lowest = min((places[c.domain, c.rung] for c in above), default=None)
        climbs = [c for c in above if places[c.domain, c.rung] == lowest]
        climbs.sort(key=lambda c: c.horizon_steps)
        yield _row(standing, climbs[:NEAREST], before, then)


def _row(standing: Standing, climbs: list[Cell], before: str, then: Reaches) -> Row:
    found: Row = {
        "theatre": standing.theatre,
        "domain": standing.domain,
        "present_rung": standing.present_rung,
        "label": standing.label,
        "observed_through": standing.observed_through,
        "exposure": standing.exposure,
        "previous_run_id": before or None,
        "next_rung": climbs[0].rung if climbs else None,
    }
    for place in range(NEAREST):
        cell = climbs[place] if place < len(climbs) else None
        past = None if cell is None else then.get(_key(cell))
        found[f"horizon_{place + 1}"] = cell and cell.horizon_steps
        found[f"reach_{place + 1}"] = None if cell is None else cell.probability
        moved = None if cell is None or past is None else cell.probability - past
        found[f"change_{place + 1}"] = moved
    return found


def _reaches(said: Forecast) -> Reaches:
    return {_key(cell): cell.probability for cell in said.cells if cell.kind == "reach"}


def _key(cell: Cell) -> tuple[str, str, int, str]:
    return cell.theatre, cell.domain, cell.horizon_steps, cell.rung
