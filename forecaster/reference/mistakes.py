"""Mistakes in a file: what is wrong, where, and what to write instead; and hints beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from forecaster.reference.lines import Lines, Path


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake: the line it stands on, counted from 1, and one sentence with the remedy."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Hint:
    """Something that is allowed, and that people seldom mean: its line, and one sentence."""

    line: int
    message: str


class Report:
    """Mistakes and hints gathered while a file is read, at most one of them for each place.

    One for each place, because the first says what is wrong and whatever later checks find there
    only follows from it.
    """

    def __init__(self) -> None:
        self._found: dict[Path, str] = {}
        self._hints: dict[Path, str] = {}

    def add(self, path: Path, message: str) -> None:
        """Note a mistake at `path`, unless one is noted there already."""
        self._found.setdefault(path, message)

    def hint(self, path: Path, message: str) -> None:
        """Note a hint at `path`; where there is a mistake too, only that is told."""
        self._hints.setdefault(path, message)

    def mistakes(self, lines: Lines) -> tuple[Mistake, ...]:
        """Return all mistakes with their lines, from the top of the file down."""
        return tuple(sorted(Mistake(lines.of(p), text) for p, text in self._found.items()))

    def hints(self, lines: Lines) -> tuple[Hint, ...]:
        """Return all hints with their lines, from the top of the file down."""
        free = {p: text for p, text in self._hints.items() if p not in self._found}
        return tuple(sorted(Hint(lines.of(p), text) for p, text in free.items()))


def suggest(word: object, known: Iterable[str]) -> str:
    """Return the remedy for an unknown word: the likeliest of `known`, else all of them."""
    words = list(known)
    near = get_close_matches(str(word).lower(), words, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"there are: {', '.join(words)}" if words else "there are none"
