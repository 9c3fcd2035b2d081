"""What a table of a file is: its keys, their kinds, and the dataclass that each one fills.

Whether a key may be left out, and what it is then, follows from that dataclass, so it is said once.
"""

from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, TypeAliasType, get_args

from forecaster.reference import kinds
from forecaster.reference.kinds import Kind

type Presence = Literal["once", "once or never", "once or more", "any number"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table. A key whose value is a table of its own has that as `table`."""

    name: str
    kind: Kind[Any]
    meaning: str
    table: "Table | None" = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file, the dataclass each one becomes, and how often it may stand there."""

    name: str
    fills: type
    presence: Presence
    meaning: str
    keys: tuple[Key, ...]

    @property
    def repeated(self) -> bool:
        """Whether it is written in double brackets."""
        return self.presence in ("once or more", "any number")

    @property
    def needed(self) -> bool:
        """Whether a file without it is a mistake."""
        return self.presence in ("once", "once or more")

    def key(self, name: str) -> Key:
        """Return the key called `name`; `KeyError` if the table has none."""
        return {key.name: key for key in self.keys}[name]

    def default(self, name: str) -> object:
        """Return what a key is when left out; `dataclasses.MISSING` if it must be written."""
        return next(f.default for f in fields(self.fills) if f.name == name)

    @property
    def required(self) -> tuple[str, ...]:
        """The keys that must be written."""
        return tuple(k.name for k in self.keys if self.default(k.name) is MISSING)


def words(alias: TypeAliasType) -> Kind[str]:
    """Return the kind of text that is one of the words of a `Literal` alias."""
    return kinds.choice(get_args(alias.__value__))
