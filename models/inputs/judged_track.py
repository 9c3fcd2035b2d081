"""The judged rungs of one domain on the ladder's own track: which was in force, step by step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.ladder import Ladder
from models.inputs.judged import JudgedPanel


@dataclass(frozen=True, slots=True)
class JudgedTrack:
    """What a record says of one domain that is wholly judged, over all rungs of its track.

    theatres: those with a judged rung of the domain. rungs: the track, its lowest rung first.
    possible: which rungs exist in each theatre (theatre, rung). held: index into `rungs` of the
    highest rung in force at the end of each step, 0 where none was (step, theatre); the last row
    is of the present moment.
    """

    theatres: tuple[str, ...]
    rungs: tuple[str, ...]
    possible: NDArray[np.bool_]
    held: NDArray[np.int64]


def judged_track(ladder: Ladder, domain: str, judged: JudgedPanel) -> JudgedTrack:
    """Return the record of one wholly judged domain on the ladder's track."""
    rungs = tuple(rung.id for rung in ladder.track(domain))
    groups = [g for g, its in enumerate(judged.domains) if its == domain]
    possible = np.zeros((len(groups), len(rungs)), dtype=bool)
    held = np.zeros((len(judged.standing_by_step), len(groups)), dtype=np.int64)
    for k, group in enumerate(groups):
        own = [0, *(rungs.index(judged.rungs[cell]) for cell in judged.cells_of(group))]
        possible[k, own] = True
        held[:, k] = np.array(own)[judged.standing_by_step[:, group]]
    return JudgedTrack(tuple(judged.theatres[g] for g in groups), rungs, possible, held)
