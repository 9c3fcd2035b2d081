"""The frame that every section is built in: one ladder, one run, and ways to look things up."""

from dataclasses import dataclass, field
from typing import Literal

from forecaster.domain.forecast import Cell, Forecast, Standing
from forecaster.domain.ladder import Ladder, Measure, Rung, Theatre
from forecaster.domain.run import Run
from forecaster.errors import ReportError
from forecaster.reference.panel import theatre_of
from forecaster.reporting import words
from forecaster.reporting.change import Changes, Key, Move, key
from forecaster.reporting.values import ChangeState, Outlook, RungName

HEADLINE_STEPS = 4
"""The horizon that sentences speak of: the ladder's own that is nearest to this."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A run that is shown, with its numbers by key and what changed since the one before."""

    ladder: Ladder
    run: Run
    forecast: Forecast
    changes: Changes
    vocabulary: words.Vocabulary
    cells: dict[Key, Cell] = field(init=False)
    moves: dict[Key, Move] = field(init=False)

    def __post_init__(self) -> None:
        cells = {key(cell): cell for cell in self.forecast.cells}
        moves = {
            (m.theatre, m.domain, m.kind, m.rung, m.horizon_steps): m for m in self.changes.moves
        }
        object.__setattr__(self, "cells", cells)
        object.__setattr__(self, "moves", moves)

    @property
    def headline(self) -> int:
        """Return the horizon in steps that sentences speak of."""
        return headline_of(self.ladder)

    def theatre(self, id: str) -> Theatre:
        """Return the theatre; one found in a panel's data is named as the panel says."""
        if self.ladder.panel:
            return theatre_of(id, self.ladder.panel)
        found = {theatre.id: theatre for theatre in self.ladder.theatres}
        return found.get(id) or Theatre(id, id, "", Measure("level", (), unit="level"))

    def region_name(self, id: str) -> str:
        """Return the region's name, or its id where the ladder does not list it."""
        return {region.id: region.name for region in self.ladder.regions}.get(id, id)

    def rungs(self, standing: Standing) -> tuple[Rung, ...]:
        """Return the rungs that can hold where `standing` is, from the lowest up."""
        return self.ladder.rungs_of(self.theatre(standing.theatre), standing.domain)

    def rung(self, domain: str, id: str) -> RungName:
        """Return a rung's name.

        Raises:
            ReportError: the run names a rung that the ladder does not have.
        """
        for rung in self.ladder.track(domain):
            if rung.id == id:
                return RungName(rung.order, rung.id, rung.name)
        raise ReportError(
            f"run {self.run.run_id} names rung {id!r} of domain {domain!r}, which ladder "
            f"{self.ladder.id} {self.ladder.version} lacks: report with the ladder that it used"
        )

    def outlook(
        self, standing: Standing, kind: Literal["reach", "fall"], rung: str, steps: int
    ) -> Outlook | None:
        """Return one probability in numbers and words, None if the run did not publish it."""
        where: Key = (standing.theatre, standing.domain, kind, rung, steps)
        cell = self.cells.get(where)
        return None if cell is None else self._outlook(cell, self.moves.get(where))

    def _outlook(self, cell: Cell, move: Move | None) -> Outlook:
        likelihood = words.likelihood(cell.probability, self.vocabulary)
        told = move is not None and move.told
        state: ChangeState = "not compared" if move is None else "moved" if told else "within noise"
        return Outlook(
            horizon_steps=cell.horizon_steps,
            horizon_end=cell.horizon_end,
            probability=cell.probability,
            lower=cell.lower,
            upper=cell.upper,
            mc_se=cell.mc_se,
            prior_share=cell.prior_share,
            number=likelihood.number,
            term=likelihood.term,
            interval=words.bounds(cell.lower, cell.upper),
            level=words.level(cell.probability),
            change=move.delta if move is not None and told else None,
            change_state=state,
        )


def headline_of(ladder: Ladder) -> int:
    """Return the horizon nearest to four steps."""
    return min(ladder.horizons, key=lambda steps: (abs(steps - HEADLINE_STEPS), steps))


def above(rungs: tuple[Rung, ...], present: RungName) -> Rung | None:
    """Return the next rung up that can hold, None on the top one."""
    return next((rung for rung in rungs if rung.order > present.order), None)
