"""Judgement files: the dated record of a ladder's judged rungs, kept beside the ladder."""

from pathlib import Path

from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder, Rung
from forecaster.errors import LadderError
from forecaster.reference.draft import Draft, Row, draft_from
from forecaster.reference.fields import JUDGEMENTS
from forecaster.reference.files import (
    PACKAGED,
    digest_of,
    find_ladder,
    judgements_beside,
    packaged_ladders,
    read_text,
)
from forecaster.reference.mistakes import Mistake, Report, suggest
from forecaster.reference.parse import parse


def packaged_judgements(ladder: Ladder) -> tuple[Judgement, ...]:
    """Return the packaged record of a packaged ladder; none for any other ladder.

    A changed copy under the same id is another ladder: what was judged about the packaged one
    does not speak for it. `judgements_of` reads the record beside such a copy.

    Raises:
        LadderError: the record holds mistakes.
    """
    if ladder.id not in packaged_ladders():
        return ()
    packaged = digest_of(read_text(PACKAGED / f"{ladder.id}.toml"))
    return judgements_of(ladder.id, ladder) if packaged == ladder.digest else ()


def judgements_of(ref: str | Path, ladder: Ladder) -> tuple[Judgement, ...]:
    """Return the judgements kept beside the ladder file `ref`, by start; none if it has no record.

    Raises:
        LadderError: the record holds mistakes; the message names the first with its line.
    """
    file = judgements_beside(find_ladder(ref))
    if not file.exists():
        return ()
    judgements, mistakes = examine_judgements(read_text(file), ladder)
    if mistakes:
        more = f", and {len(mistakes) - 1} more" if len(mistakes) > 1 else ""
        raise LadderError(f"{file}:{mistakes[0].line}: {mistakes[0].message}{more}")
    return judgements


def check_judgements(ref: str | Path, ladder: Ladder) -> tuple[Mistake, ...]:
    """Return every mistake in the record beside the ladder file `ref`; none if it has none.

    Raises:
        LadderError: the record is not text at all.
    """
    file = judgements_beside(find_ladder(ref))
    return examine_judgements(read_text(file), ladder)[1] if file.exists() else ()


def examine_judgements(
    text: str, ladder: Ladder
) -> tuple[tuple[Judgement, ...], tuple[Mistake, ...]]:
    """Return the judgements in `text`, and every mistake in it; never both."""
    parsed = parse(text)
    if isinstance(parsed, Mistake):
        return (), (parsed,)
    document, lines = parsed
    report = Report()
    draft = draft_from(document, (JUDGEMENTS,), report)
    for row in draft.all("judgements"):
        _check_place(row, ladder, report)
        _check_times(row, report)
    _check_repeats(draft, report)
    mistakes = report.mistakes(lines)
    if mistakes:
        return (), mistakes
    found = (_build(row, ladder) for row in draft.all("judgements"))
    return tuple(sorted(found, key=lambda j: (j.starts_at, j.theatre, j.domain))), ()


def _check_place(row: Row, ladder: Ladder, report: Report) -> None:
    theatres = {theatre.id: theatre for theatre in ladder.theatres}
    rungs = {rung.id: rung for rung in ladder.rungs if rung.resolution == "judged"}
    place, id = row.get("theatre"), row.get("rung")
    if place is not None and theatres and place not in theatres:
        report.add(row.at("theatre"), f"no theatre is called {place!r}: {suggest(place, theatres)}")
    if id is not None and id not in rungs:
        report.add(row.at("rung"), f"no judged rung is called {id!r}: {suggest(id, rungs)}")
    elif id is not None and place in theatres:
        there = ladder.rungs_of(theatres[place], rungs[id].domain)
        if id not in [rung.id for rung in there]:
            report.add(
                row.at("rung"), f"the rung {id!r} does not exist in {place!r}: see its 'regions'"
            )


def _check_times(row: Row, report: Report) -> None:
    starts, ends, recorded = (row.get(k) for k in ("starts_at", "ends_at", "recorded_at"))
    if starts is not None and ends is not None and ends <= starts:
        report.add(row.at("ends_at"), "'ends_at' must be later than 'starts_at': correct one")
    if starts is not None and recorded is not None and recorded < starts:
        report.add(
            row.at("recorded_at"),
            "'recorded_at' is before 'starts_at': nobody knows what has not begun, correct one",
        )


def _check_repeats(draft: Draft, report: Report) -> None:
    seen: set[tuple[object, ...]] = set()
    for row in draft.all("judgements"):
        key = tuple(row.get(name) for name in ("theatre", "rung", "starts_at"))
        if None not in key and key in seen:
            report.add(row.path, "this judgement repeats one above: take it out")
        seen.add(key)


def _build(row: Row, ladder: Ladder) -> Judgement:
    rung: Rung = next(rung for rung in ladder.rungs if rung.id == row.values["rung"])
    ends_at = row.get("ends_at")
    values = {key: value for key, value in row.values.items() if key != "ends_at"}
    return Judgement(ladder=ladder.id, domain=rung.domain, ends_at=ends_at, **values)
