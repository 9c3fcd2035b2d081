"""What a backup says of itself: when, of which schema, how many rows, and their digests."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from forecaster.errors import StoreError

FORMAT = 1
"""The form of archives that this code writes and reads."""

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a backup: its rows, and the SHA-256 of its stream in hexadecimal digits."""

    table: str
    rows: int
    sha256: str

    @property
    def entry(self) -> str:
        """The name of the table's stream inside the archive."""
        return f"tables/{self.table}.arrows"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup's own description.

    schema: the revision of the tables. dialect: the kind of database that they came from.
    chain_head: the hash that the next row of results was to follow. chain_mistakes: what was wrong
    with the chain of results then, nothing if it was whole.
    """

    format: int
    made_at: datetime
    code_version: str
    schema: str
    dialect: str
    chain_head: str
    chain_mistakes: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """How many rows the backup holds in all tables together."""
        return sum(part.rows for part in self.parts)


_MANIFEST = TypeAdapter(Manifest)
_FORMAT_ALONE = TypeAdapter(dict[str, object])


def to_json(manifest: Manifest) -> bytes:
    """Return a manifest as JSON text."""
    return _MANIFEST.dump_json(manifest, indent=1)


def from_json(text: bytes) -> Manifest:
    """Return the manifest of a JSON text.

    Raises:
        StoreError: it is of another format, or no manifest at all.
    """
    try:
        found = _FORMAT_ALONE.validate_json(text).get("format")
        if found != FORMAT:
            raise StoreError(
                f"it is in format {found!r} and this code reads format {FORMAT}: "
                "restore it with the release that made it, or a newer one"
            )
        return _MANIFEST.validate_json(text)
    except ValidationError:
        raise StoreError("its manifest cannot be read: take another backup") from None
