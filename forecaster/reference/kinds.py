"""The kinds of value a ladder file may hold, each able to read one or say what it should be.

Nothing is guessed: `0` is not a date, `"1"` is not a number and `1` is not text, because what a
lenient reader makes of them is seldom what the author meant.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from forecaster.reference.lines import Path
from forecaster.reference.mistakes import suggest

_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_SLUG = re.compile(_ID)
_DOTTED = re.compile(rf"{_ID}(?:\.{_ID})*")
_GRADE = re.compile(r"[A-F][1-6]")


class MismatchError(ValueError):
    """A value is not of its kind; `where` leads from the value to the part that is not."""

    def __init__(self, message: str, *, where: Path = ()) -> None:
        super().__init__(message)
        self.where = where


@dataclass(frozen=True, slots=True)
class Kind[T]:
    """A kind of value: its name in the field reference, and how one is read.

    `read` returns the value as the domain holds it (lists become tuples), or raises
    `MismatchError`.
    """

    name: str
    read: Callable[[object], T]


def shown(value: object) -> str:
    """Return `value` as an author would recognise it, on one short line."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "an empty list" if not value else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        short = value if len(value) <= 40 else value[:37] + "..."
        return '"' + " ".join(short.split()) + '"'
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise MismatchError(f"must be text in quotes, got {shown(value)}")
    if not value.strip():
        raise MismatchError("must not be empty: write it, or leave the whole line out")
    return value


def _matching(pattern: re.Pattern[str], form: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not pattern.fullmatch(_text(value)):
            raise MismatchError(f"must be {form}, got {shown(value)}")
        return str(value)

    return read


TEXT = Kind("text", _text)
SLUG = Kind("id", _matching(_SLUG, "an id in lower-case words joined by hyphens, like north-east"))
DOTTED = Kind(
    "dotted id",
    _matching(_DOTTED, "an id in lower case, its parts joined by dots, like gpr.daily.threats"),
)
GRADE = Kind("Admiralty grade", _matching(_GRADE, "a letter A-F and a digit 1-6, like B2"))


def choice(words: tuple[str, ...]) -> Kind[str]:
    """Return the kind of text that is one of `words`."""

    def read(value: object) -> str:
        if _text(value) not in words:
            raise MismatchError(f"cannot be {shown(value)}; {suggest(value, words)}")
        return str(value)

    return Kind("one of " + ", ".join(f"`{word}`" for word in words), read)


def number(*, above: float | None = None, infinite: bool = False) -> Kind[float]:
    """Return the kind of number greater than `above`, finite unless `infinite` is allowed."""

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise MismatchError(f"must be a number without quotes, got {shown(value)}")
        if math.isnan(value) or (math.isinf(value) and not infinite):
            raise MismatchError(f"must be a finite number, got {shown(value)}")
        if above is not None and value <= above:
            raise MismatchError(f"must be greater than {above:g}, got {shown(value)}")
        return float(value)

    return Kind("number" if above is None else f"number greater than {above:g}", read)


def whole(*, least: int) -> Kind[int]:
    """Return the kind of whole number that is at least `least`."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise MismatchError(f"must be a whole number without quotes, got {shown(value)}")
        if value < least:
            raise MismatchError(f"must be at least {least}, got {value}")
        return value

    return Kind(f"whole number, at least {least}", read)


COUNT = whole(least=1)


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise MismatchError(f"must be true or false without quotes, got {shown(value)}")
    return value


BOOLEAN = Kind("`true` or `false`", _boolean)


def _date(value: object) -> date:
    if isinstance(value, datetime):
        raise MismatchError(f"must be a date without a time, like 2022-02-24, got {shown(value)}")
    if not isinstance(value, date):
        raise MismatchError(f"must be a date without quotes, like 2022-02-24, got {shown(value)}")
    return value


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise MismatchError(
            f"must be a time with its zone and without quotes, like 2022-02-24T04:00:00Z, "
            f"got {shown(value)}"
        )
    return value.astimezone(UTC)


DATE = Kind("date", _date)
MOMENT = Kind("time with zone", _moment)


def list_of[T](kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """Return the kind of list whose elements are all of `kind`, without repeats."""

    def read(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise MismatchError(f"must be a list in square brackets, got {shown(value)}")
        if not value:
            raise MismatchError("must not be an empty list: name at least one")
        found: list[T] = []
        for index, element in enumerate(value):
            item = _inside(kind, element, (index,))
            if item in found:
                raise MismatchError(f"names {shown(element)} twice: once is enough", where=(index,))
            found.append(item)
        return tuple(found)

    return Kind(f"list, each: {kind.name}", read)


def _one_or_more_series(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (DOTTED.read(value),)
    return list_of(DOTTED).read(value)


def _denominator(value: object) -> tuple[str, ...]:
    return ("*",) if value == "*" else _one_or_more_series(value)


def _by_theatre(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise MismatchError(
            f'must be a table of theatres, like {{ "*" = "gpr.daily.threats" }}, '
            f"or {{}} while there is no source, got {shown(value)}"
        )
    return tuple((key, _inside(SERIES, item, (key,))) for key, item in value.items())


def _parameters(value: object) -> tuple[tuple[str, float], ...]:
    if not isinstance(value, dict):
        raise MismatchError(f"must be a table, like {{ mean = 0.0, sd = 1.0 }}, got {shown(value)}")
    return tuple((key, _inside(number(), item, (key,))) for key, item in value.items())


SERIES = Kind("series id, or list of them", _one_or_more_series)
DENOMINATOR = Kind('series id, list of them, or `"*"`', _denominator)
BY_THEATRE = Kind('table: theatre id or `"*"` to series', _by_theatre)
PARAMETERS = Kind("table: parameter to number", _parameters)


def _inside[T](kind: Kind[T], value: object, where: Path) -> T:
    try:
        return kind.read(value)
    except MismatchError as error:
        raise MismatchError(str(error), where=(*where, *error.where)) from None
