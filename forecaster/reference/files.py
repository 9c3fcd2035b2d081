"""Ladder files on disk: which file an id or a path means, and its text."""

from hashlib import blake2b
from pathlib import Path

from forecaster.errors import LadderError

PACKAGED = Path(__file__).parent / "ladders"
"""The folder of the packaged ladders."""

_JUDGEMENTS = ".judgements.toml"
_MOST_BYTES = 5_000_000


def packaged_ladders() -> tuple[str, ...]:
    """Return the ids of the packaged ladders, in alphabetical order."""
    names = (path.name for path in PACKAGED.glob("*.toml"))
    return tuple(sorted(n.removesuffix(".toml") for n in names if not n.endswith(_JUDGEMENTS)))


def find_ladder(ref: str | Path) -> Path:
    """Return the file that `ref` means: a packaged ladder's id, or else a path."""
    if str(ref) in packaged_ladders():
        return PACKAGED / f"{ref}.toml"
    return Path(ref)


def judgements_beside(ladder_file: Path) -> Path:
    """Return where the judgements of a ladder file are kept, whether or not there are any."""
    return ladder_file.with_name(ladder_file.name.removesuffix(".toml") + _JUDGEMENTS)


def read_text(path: Path) -> str:
    """Return the text of a file, with every line break a line feed.

    A byte order mark, which some editors write, is not part of it.

    Raises:
        LadderError: there is no such file, or it is not text that a ladder could be.
    """
    try:
        if path.is_dir():
            raise LadderError(f"{path} is a folder, not a ladder file: name the file in it")
        if not path.exists():
            raise LadderError(
                f"no ladder file {path}: give the path of one, or one of the packaged ladders "
                f"{', '.join(packaged_ladders())}"
            )
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            raise LadderError(f"{path} is no ladder file: give a text file below 5 MB")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LadderError(f"{path} is not UTF-8 at byte {error.start}: save it in UTF-8") from None
    except (OSError, ValueError) as error:
        raise LadderError(f"{path} cannot be read ({error}): check the path and its rights") from (
            None
        )
    return text.replace("\r\n", "\n")


def digest_of(text: str) -> str:
    """Return the 128-bit BLAKE2b digest of a ladder's text, in hexadecimal."""
    return blake2b(text.encode(), digest_size=16).hexdigest()
