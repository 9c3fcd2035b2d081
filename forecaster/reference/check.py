"""The checker: every mistake in a ladder file, each with its line and the remedy."""

from dataclasses import dataclass
from pathlib import Path

from forecaster.domain.ladder import Ladder
from forecaster.reference.build import build_ladder
from forecaster.reference.draft import draft_from
from forecaster.reference.fields import LADDER_FILE
from forecaster.reference.files import digest_of, find_ladder, read_text
from forecaster.reference.mistakes import Hint, Mistake, Report
from forecaster.reference.parse import parse
from forecaster.reference.rules.couplings import check_couplings
from forecaster.reference.rules.head import check_head
from forecaster.reference.rules.ids import check_ids
from forecaster.reference.rules.priors import check_priors
from forecaster.reference.rules.rungs import check_rungs
from forecaster.reference.rules.theatres import check_theatres
from forecaster.reference.rules.watched import check_watched

__all__ = ["Examined", "Hint", "Mistake", "check_ladder", "examine"]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a ladder's text: the ladder, or the mistakes that keep it from being one.

    Exactly one of the two is there. hints: what is allowed and yet worth a look; they keep nothing
    from being a ladder.
    """

    ladder: Ladder | None
    mistakes: tuple[Mistake, ...] = ()
    hints: tuple[Hint, ...] = ()


def check_ladder(path: str | Path) -> Examined:
    """Return the ladder in a file, or every mistake from the top down; and hints beside either.

    Args:
        path: a file, or the id of a packaged ladder.

    Raises:
        LadderError: there is no such file, or it is not text at all.
    """
    file = find_ladder(path)
    return examine(read_text(file), folder=file.parent)


def examine(text: str, *, folder: Path) -> Examined:
    """Read a ladder's text; relative paths in it are taken from `folder`."""
    parsed = parse(text)
    if isinstance(parsed, Mistake):
        return Examined(None, (parsed,))
    document, lines = parsed
    report = Report()
    draft = draft_from(document, LADDER_FILE, report)
    for check in (check_ids, check_head, check_rungs, check_theatres, check_watched, check_priors):
        check(draft, report)
    check_couplings(draft, report, folder=folder)
    mistakes, hints = report.mistakes(lines), report.hints(lines)
    if mistakes:
        return Examined(None, mistakes, hints)
    ladder = build_ladder(draft, folder=folder.resolve(), digest=digest_of(text))
    return Examined(ladder, hints=hints)
