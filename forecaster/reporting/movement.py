"""What moved since the last published run, in sentences.

Noise is never narrated, nor is a change between two figures that print alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forecaster.reporting.change import Move
from forecaster.reporting.document import Row
from forecaster.reporting.frame import Frame
from forecaster.reporting.phrases import capped, day, points, short, span
from forecaster.reporting.sections import ChangeLine, ChangeSection
from forecaster.reporting.words import percent

MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class _Moved:
    row: Row
    move: Move


def section(frame: Frame, rows: Sequence[Row], *, refused: bool) -> ChangeSection:
    """Return the section on change: told movements of the ladder table, largest first."""
    moves = frame.changes.moves
    told = sum(move.told for move in moves)
    summary = sentence(frame, rows) if not refused else "A refused run is compared with nothing."
    return ChangeSection(
        since=frame.changes.since,
        summary=summary,
        lines=tuple(_line(frame, moved) for moved in _told(frame, rows)[:MOST_LINES]),
        besides=frame.changes.besides,
        told=told,
        compared=len(moves),
    )


def sentence(frame: Frame, rows: Sequence[Row]) -> str:
    """Return one sentence: who changed rung, and the largest movement that can be told."""
    changes = frame.changes
    if changes.since is None:
        return "This is the first published run, so there is nothing to compare it with."
    since = f"the run of {day(changes.since)}"
    if not changes.comparable:
        return f"The ladder's version changed after {since}, so its numbers are not compared."
    clauses = []
    stepped = _stepped(rows)
    if stepped:
        clauses.append(capped(stepped, most=3))
    told = _told(frame, rows)
    if told:
        clauses.append(f"the largest movement is in {_largest(frame, told[0])}")
    if clauses:
        return f"Since {since}, {'; '.join(clauses)}."
    if _beyond_noise(frame, rows):
        return f"Nothing has moved by as much as the printed figures show since {since}."
    return f"Nothing has moved beyond the noise of simulation since {since}."


def _stepped(rows: Sequence[Row]) -> list[str]:
    return [
        f"{short(row.theatre_name)} {'climbed' if row.rung.order > row.was.order else 'fell'} "
        f"from rung {row.was.order} to rung {row.rung.order}"
        for row in rows
        if row.was is not None
    ]


def _largest(frame: Frame, moved: _Moved) -> str:
    move = moved.move
    went = "rose" if move.delta > 0 else "fell"
    return (
        f"{short(moved.row.theatre_name)}, where the chance of {_event(frame, moved)} "
        f"{went} from {percent(move.before)} to {percent(move.after)}"
    )


def _line(frame: Frame, moved: _Moved) -> ChangeLine:
    move = moved.move
    event = _event(frame, moved)
    text = f"{event}: {percent(move.before)} → {percent(move.after)} ({points(move.delta)} points)"
    return ChangeLine(moved.row.theatre_name, text, move.delta)


def _event(frame: Frame, moved: _Moved) -> str:
    within = f"within {span(moved.move.horizon_steps, frame.ladder.step)}"
    rung = frame.rung(moved.move.domain, moved.move.rung)
    verb = "falling below" if moved.move.kind == "fall" else "climbing to"
    return f"{verb} rung {rung.order} {within}"


def _told(frame: Frame, rows: Sequence[Row]) -> list[_Moved]:
    """Return the movements that a sentence can tell, largest first.

    One whose two figures print alike is left out: nothing fell from 4 % to 4 %.
    """
    return [moved for moved in _beyond_noise(frame, rows) if _prints(moved.move)]


def _beyond_noise(frame: Frame, rows: Sequence[Row]) -> list[_Moved]:
    found = [moved for row in rows for moved in _of_row(frame, row) if moved.move.told]
    return sorted(found, key=lambda moved: -abs(moved.move.delta))


def _prints(move: Move) -> bool:
    return percent(move.before) != percent(move.after)


def _of_row(frame: Frame, row: Row) -> Iterator[_Moved]:
    place = (row.theatre, row.domain)
    if row.next_rung is not None:
        for outlook in row.climb:
            move = frame.moves.get((*place, "reach", row.next_rung.id, outlook.horizon_steps))
            if move is not None:
                yield _Moved(row, move)
    if row.fall is not None:
        move = frame.moves.get((*place, "fall", row.rung.id, row.fall.horizon_steps))
        if move is not None:
            yield _Moved(row, move)
