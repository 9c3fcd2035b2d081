"""Scores of what was published, once it is known what came: a rule, and a reference beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.store.scores import LiveScore, Target

if TYPE_CHECKING:
    from forecaster.domain.forecast import Cell
    from forecaster.domain.judgement import Judgement
    from forecaster.domain.ladder import Ladder, Rung
    from forecaster.domain.reading import Readings
    from models.inputs.build import Inputs

type Tracks = Mapping[tuple[str, str, int], Mapping[tuple[str, str], float]]
"""By (theatre, domain, horizon): the probability of each (kind, rung)."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came: the rung at the horizon, and the highest on the way there, both by place."""

    rung: int
    highest: int


class Record:
    """What happened to a ladder, step by step, as it is known at one moment."""

    def __init__(
        self,
        ladder: "Ladder",
        readings: "Readings",
        judgements: "Sequence[Judgement]",
        now: datetime,
    ) -> None:
        from models.inputs import build_inputs
        from models.inputs.outcomes import resolved

        self.ladder = ladder
        self._inputs: Inputs = build_inputs(
            ladder, readings=readings, judgements=judgements, as_of=now
        )
        self._measured = resolved(self._inputs)[0]

    def came(self, target: Target, as_of: datetime) -> Came | None:
        """Return what came of a forecast made as of a moment, None if a step was not seen whole."""
        theatre = self.ladder.theatre(target.theatre)
        rungs = self.ladder.rungs_of(theatre, target.domain)
        first, last = self._step(as_of), self._step(target.horizon_end)
        places = [self._place(target, rungs, step) for step in range(first, last + 1)]
        if None in places:
            return None
        known = [place for place in places if place is not None]
        return Came(known[-1], max(*known, *self._entered(target, rungs, first, last), 0))

    def _step(self, moment: datetime) -> int:
        import numpy as np

        day = np.array([moment.date()], dtype="datetime64[D]")
        return int(self._inputs.calendar.step_of(day)[0])

    def _place(self, target: Target, rungs: "Sequence[Rung]", step: int) -> int | None:
        """Return the place of the rung held in a step: a judged one before a measured one."""
        judged, ids = self._inputs.judged, [rung.id for rung in rungs]
        group = judged.group_of(target.theatre, target.domain)
        held = 0 if group is None else int(judged.standing_by_step[step, group])
        if group is not None and held:
            return ids.index(judged.rungs[judged.cells_of(group)[held - 1]])
        if not any(rung.resolution == "measured" for rung in rungs[1:]):
            return 0
        panel = self._inputs.measures
        index = int(self._measured[step, panel.theatres.index(target.theatre)])
        return None if index < 0 else ids.index(panel.rungs[index])

    def _entered(
        self, target: Target, rungs: "Sequence[Rung]", first: int, last: int
    ) -> Iterator[int]:
        """Yield the places of judged rungs entered on the way, though left within their step."""
        judged, ids = self._inputs.judged, [rung.id for rung in rungs]
        group = judged.group_of(target.theatre, target.domain)
        for cell in () if group is None else judged.cells_of(group):
            if judged.entered_by_step[first + 1 : last + 1, cell].any():
                yield ids.index(judged.rungs[cell])


def tracks_of(cells: "Sequence[Cell]") -> Tracks:
    """Return the probabilities of a forecast by what they are about."""
    found: dict[tuple[str, str, int], dict[tuple[str, str], float]] = {}
    for cell in cells:
        key = (cell.theatre, cell.domain, cell.horizon_steps)
        found.setdefault(key, {})[cell.kind, cell.rung] = cell.probability
    return found


def scores_of(
    target: Target,
    rungs: "Sequence[Rung]",
    came: Came,
    *,
    said: Tracks,
    references: Mapping[str, Tracks],
    at: datetime,
) -> Iterator[LiveScore]:
    """Yield the scores of one forecast by every rule, once for each reference.

    `rps` and `log` of the distribution at the horizon, and `brier_reach_<rung>` for each rung above
    the lowest; `forecaster.scoring.rules` has them. Lower is better.
    """
    key = (target.theatre, target.domain, target.horizon_steps)
    own = _by_rule(rungs, came, said[key])
    for reference, tracks in references.items():
        beside = _by_rule(rungs, came, tracks[key]) if key in tracks else {}
        for rule, score in own.items():
            place = came.highest if rule.startswith("brier") else came.rung
            yield LiveScore(
                run_id=target.run_id,
                theatre=target.theatre,
                domain=target.domain,
                horizon_steps=target.horizon_steps,
                rule=rule,
                reference=reference,
                score=score,
                reference_score=beside.get(rule),
                resolved_rung=rungs[place].id,
                resolved_at=at,
            )


def _by_rule(
    rungs: "Sequence[Rung]", came: Came, told: Mapping[tuple[str, str], float]
) -> dict[str, float]:
    import numpy as np

    from forecaster.scoring.rules import brier, log_score, rps

    at = np.array([[told.get(("at", rung.id), 0.0) for rung in rungs]])
    rung = np.array([came.rung])
    found = {"rps": float(rps(at, rung)[0]), "log": float(log_score(at, rung)[0])}
    for place, above in enumerate(rungs[1:], start=1):
        if ("reach", above.id) in told:
            reach = np.array([told["reach", above.id]])
            event = np.array([float(came.highest >= place)])
            found[f"brier_reach_{above.id}"] = float(brier(reach, event)[0])
    return found
