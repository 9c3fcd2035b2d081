"""Read a backup: whether it is whole, and the rows of each table."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from forecaster.errors import StoreError
from forecaster.store.backup import manifest as manifests
from forecaster.store.backup.manifest import Manifest, Part
from forecaster.store.schema import newest, revisions

_BLOCK = 1 << 20


def check(path: Path) -> Manifest:
    """Return the manifest of a backup that is whole and of a schema that this code knows.

    Every byte is read and held against its digest, and every row is counted.

    Raises:
        StoreError: the file cannot be read, is damaged or cut short, or a newer release made it.
    """
    with _opened(path) as archive:
        described = manifests.from_json(archive.read(manifests.NAME))
        _require_known(described)
        for part in described.parts:
            _check_part(archive, part)
    return described


def tables(path: Path, described: Manifest) -> Iterator[tuple[Part, Iterator[pa.RecordBatch]]]:
    """Yield each table of a backup with its rows in batches, in the order of the manifest.

    Raises:
        StoreError: the file cannot be read, or is damaged.
    """
    with _opened(path) as archive:
        for part in described.parts:
            yield part, _batches(archive, part)


def _batches(archive: zipfile.ZipFile, part: Part) -> Iterator[pa.RecordBatch]:
    with archive.open(part.entry) as entry, pa.ipc.open_stream(entry) as stream:
        for batch in stream:
            batch.validate(full=True)
            yield batch


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive; whatever is wrong with it becomes one sentence that names it."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError:
        raise StoreError(f"there is no backup {path}: give the path of one") from None
    except (zipfile.BadZipFile, KeyError, EOFError, pa.ArrowException):
        raise StoreError(f"the backup {path} is damaged or cut short: take another one") from None
    except OSError as error:
        raise StoreError(
            f"the backup {path} cannot be read ({error.strerror or error}): check its disk"
        ) from None
    except StoreError as error:
        raise StoreError(f"the backup {path} cannot be used: {error}") from None


def _require_known(described: Manifest) -> None:
    if described.schema not in revisions():
        raise StoreError(
            f"it is of schema {described.schema} and this code knows none newer than {newest()}: "
            "install the release that made it, or a newer one"
        )


def _check_part(archive: zipfile.ZipFile, part: Part) -> None:
    digest = hashlib.sha256()
    with archive.open(part.entry) as entry:
        while block := entry.read(_BLOCK):
            digest.update(block)
    if digest.hexdigest() != part.sha256:
        raise StoreError(f"table {part.table} is not what was written: take another one")
    rows = sum(batch.num_rows for batch in _batches(archive, part))
    if rows != part.rows:
        raise StoreError(f"table {part.table} holds {rows} rows, not {part.rows}: take another one")
