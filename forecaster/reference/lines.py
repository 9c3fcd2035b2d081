"""Where things stand in a TOML file: the parser gives values, this gives their lines.

The scanner reads only text that the parser has already accepted, so it need not judge: it walks
statements, strings and brackets, and notes the line at which every table, key and element begins.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

type Path = tuple[str | int, ...]
"""The way to a value from the top: `("rungs", 2, "threshold")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The line, counted from 1, of every path found in a file."""

    places: Mapping[Path, int]

    def of(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest thing around it that has one."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return 1


def find_lines(text: str) -> Lines:
    """Return the lines of all tables, keys and elements of `text`, which must be valid TOML."""
    scanner = _Scanner(text)
    scanner.walk()
    return Lines(scanner.places)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.table: Path = ()
        self.last: dict[Path, int] = {}  # array of tables -> index of its newest element
        self.places: dict[Path, int] = {}
        self._breaks = [m.start() for m in re.finditer("\n", text)]

    def walk(self) -> None:
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                self._header()
            else:
                self._pair(self.table)
            self._skip(_BLANK)

    def _header(self) -> None:
        start, repeated = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if repeated else 1
        *parents, name = self._keys()
        self.at += 2 if repeated else 1
        path: Path = ()
        for parent in parents:
            path = self._newest((*path, parent))
        path = (*path, name)
        if repeated:
            self._note(path, start)
            self.last[path] = self.last.get(path, -1) + 1
            path = (*path, self.last[path])
        self.table = path
        self._note(path, start)

    def _pair(self, table: Path) -> None:
        start = self.at
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path, start)
        self.at += 1  # the equals sign
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        opening = self.text[self.at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        index = 0
        while self.text[self.at] != "]":
            self._note((*path, index), self.at)
            self._value((*path, index))
            self._skip_comma()
            index += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip_comma()
        self.at += 1

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = self.text[self.at] in "\"'"
            part = self._skip(_STRING if quoted else _BARE_KEY)
            keys.append(part[1:-1] if quoted else part)
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _newest(self, path: Path) -> Path:
        return (*path, self.last[path]) if path in self.last else path

    def _skip_comma(self) -> None:
        self._skip(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:  # unreachable on valid TOML; without it a bug would loop for ever
            raise ValueError(f"nothing to read at character {self.at}")
        self.at = found.end()
        return found.group()

    def _note(self, path: Path, position: int) -> None:
        self.places.setdefault(path, bisect_left(self._breaks, position) + 1)
