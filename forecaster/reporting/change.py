"""What moved since the last published run, and what else changed besides the data.

A difference inside the Monte Carlo noise of the two runs is not a movement and is not told.
Numbers of two versions of a ladder do not mean the same and are not compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import hypot

from forecaster.domain.forecast import Cell, Forecast, Kind
from forecaster.domain.prior import PriorVersion
from forecaster.domain.run import Run
from forecaster.reporting.phrases import day

NOISE_FACTOR = 2.0
"""How many standard errors of the difference a movement must exceed."""
SMALLEST_TOLD = 0.0005
"""A smaller change would print as 0.0 points, whatever its noise."""

type Key = tuple[str, str, Kind, str, int]
"""Theatre, domain, kind, rung, horizon in steps."""


@dataclass(frozen=True, slots=True)
class Move:
    """One published number in both runs. `floor` is the noise below which nothing is told."""

    theatre: str
    domain: str
    kind: Kind
    rung: str
    horizon_steps: int
    before: float
    after: float
    floor: float

    @property
    def delta(self) -> float:
        """Return the change of probability, in probability."""
        return self.after - self.before

    @property
    def told(self) -> bool:
        """Return whether the change stands out from the noise of simulation."""
        return abs(self.delta) >= max(self.floor, SMALLEST_TOLD)


@dataclass(frozen=True, slots=True)
class RungMove:
    """A theatre whose present rung differs between the runs."""

    theatre: str
    domain: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs from the last published run.

    `since` is that run's `as_of`, None if there is none. `moves` holds every number in both runs,
    largest change first, told or not. `besides` are sentences: what changed that is not data.
    """

    since: datetime | None
    comparable: bool
    moves: tuple[Move, ...] = ()
    rungs: tuple[RungMove, ...] = ()
    besides: tuple[str, ...] = ()


def compare(
    run: Run,
    forecast: Forecast,
    previous: tuple[Run, Forecast] | None,
    prior_changes: Sequence[PriorVersion],
) -> Changes:
    """Return what changed from `previous` to this run; empty if there is no previous run."""
    if previous is None:
        return Changes(None, comparable=False)
    last_run, last_forecast = previous
    besides = _besides(run, last_run, prior_changes)
    if run.ladder_version != last_run.ladder_version:
        return Changes(last_run.as_of, comparable=False, besides=besides)
    return Changes(
        last_run.as_of,
        comparable=True,
        moves=_moves(forecast, last_forecast),
        rungs=_rung_moves(forecast, last_forecast),
        besides=besides,
    )


def key(cell: Cell) -> Key:
    """Return what identifies a published number from run to run."""
    return (cell.theatre, cell.domain, cell.kind, cell.rung, cell.horizon_steps)


def _moves(forecast: Forecast, last: Forecast) -> tuple[Move, ...]:
    before = {key(cell): cell for cell in last.cells}
    pairs = [(before[key(cell)], cell) for cell in forecast.cells if key(cell) in before]
    moves = [
        Move(
            *key(new),
            before=old.probability,
            after=new.probability,
            floor=NOISE_FACTOR * hypot(old.mc_se, new.mc_se),
        )
        for old, new in pairs
    ]
    return tuple(sorted(moves, key=lambda move: -abs(move.delta)))


def _rung_moves(forecast: Forecast, last: Forecast) -> tuple[RungMove, ...]:
    before = {(s.theatre, s.domain): s.present_rung for s in last.standings}
    return tuple(
        RungMove(s.theatre, s.domain, before[s.theatre, s.domain], s.present_rung)
        for s in forecast.standings
        if before.get((s.theatre, s.domain), s.present_rung) != s.present_rung
    )


def _besides(run: Run, last: Run, prior_changes: Sequence[PriorVersion]) -> tuple[str, ...]:
    found = [_prior_edit(version) for version in prior_changes]
    if run.prior_set != last.prior_set and not prior_changes:
        found.append(f"The prior set went from {last.prior_set} to {run.prior_set}.")
    found += _differences(run, last)
    if run.data_digest == last.data_digest:
        found.append("No reading was new since then.")
    return tuple(found)


def _prior_edit(version: PriorVersion) -> str:
    values = ", ".join(f"{name} {value:g}" for name, value in version.prior.parameters)
    form = version.prior.distribution.replace("_", "-")
    return (
        f"{version.author} set the prior {version.prior.id} to {form} ({values}) "
        f"on {day(version.recorded_at)}: {version.reason.rstrip('.')}."
    )


def _differences(run: Run, last: Run) -> list[str]:
    found = []
    if run.ladder_version != last.ladder_version:
        found.append(
            f"The ladder went from version {last.ladder_version} to {run.ladder_version}: "
            "numbers of two versions do not mean the same and are not compared."
        )
    elif run.ladder_digest != last.ladder_digest:
        found.append("The text of the ladder file changed within the same version.")
    if (run.family, run.family_version) != (last.family, last.family_version):
        found.append(
            f"The model went from {last.family} {last.family_version} "
            f"to {run.family} {run.family_version}."
        )
    if run.code_version != last.code_version:
        found.append(f"The code went from {last.code_version} to {run.code_version}.")
    return found
