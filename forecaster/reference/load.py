"""Loading ladders: a packaged one by its id, or anybody's own from a path."""

from functools import lru_cache
from pathlib import Path

from forecaster.domain.ladder import Ladder
from forecaster.errors import LadderError
from forecaster.reference.check import Examined, check_ladder, examine
from forecaster.reference.files import find_ladder, packaged_ladders, read_text
from forecaster.reference.judgements import (
    check_judgements,
    judgements_of,
    packaged_judgements,
)
from forecaster.reference.mistakes import Mistake

__all__ = [
    "Mistake",
    "check_judgements",
    "check_ladder",
    "judgements_of",
    "load_ladder",
    "packaged_judgements",
    "packaged_ladders",
]


def load_ladder(ref: str | Path) -> Ladder:
    """Return the ladder called `ref`, or kept in the file `ref`; it is sound.

    Raises:
        LadderError: there is no such ladder, or its file holds mistakes; the message names the
            first with its line, says how many more there are, and how to see them.
    """
    file = find_ladder(ref)
    examined = _examined(read_text(file), file.parent)
    if examined.ladder is None:
        first, *others = examined.mistakes
        more = f" and {len(others)} more" if others else ""
        raise LadderError(
            f"{file}:{first.line}: {first.message}{more}; "
            f"run `forecaster ladder check {ref}` to see every mistake"
        )
    return examined.ladder


@lru_cache(maxsize=16)
def _examined(text: str, folder: Path) -> Examined:
    """Return what is in a ladder's text; a service reads the same text every day."""
    return examine(text, folder=folder)
