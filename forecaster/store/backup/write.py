"""Make a backup: every table at one instant, while others read and write."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import pyarrow as pa
from sqlalchemy import Connection, Engine, Table, select
from sqlmodel import Session

from forecaster.errors import StoreError
from forecaster.store import chain
from forecaster.store.backup import manifest as manifests
from forecaster.store.backup.archive import check
from forecaster.store.backup.manifest import FORMAT, Manifest, Part
from forecaster.store.backup.values import rows_at_once, schema_of, to_batch
from forecaster.store.schema import newest, require_current
from forecaster.store.tables import METADATA

_COMPRESSED = pa.ipc.IpcWriteOptions(compression="zstd")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: where, how long in bytes, and the SHA-256 of the whole file."""

    path: Path
    size: int
    sha256: str
    manifest: Manifest


def back_up(engine: Engine, path: Path, *, at: datetime, code_version: str) -> Made:
    """Write every table to `path`, as they stood at one instant; the file appears whole or not.

    It is read back and checked before it takes its name, so that no damaged one counts as a backup.
    Nobody is kept waiting: what others write meanwhile is not in it. Its owner alone may read it.

    Raises:
        StoreError: the database is not at this code's version, or the file cannot be written, or
            does not read back as it was written; nothing of it is left then.
    """
    require_current(engine)
    with (
        _whole_file(path) as file,
        _one_instant(engine) as connection,
        zipfile.ZipFile(file, "w") as archive,
    ):
        described = _describe(connection, archive, at=at, code_version=code_version)
        archive.writestr(manifests.NAME, manifests.to_json(described))
    digest = hashlib.sha256()
    with path.open("rb") as written:
        while block := written.read(1 << 20):
            digest.update(block)
    return Made(path, path.stat().st_size, digest.hexdigest(), described)


@contextmanager
def _whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name, readable by its owner alone, once it is whole on disk."""
    half: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".half")
        half = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _require_whole(half, path)
        half.replace(path)
    except OSError as error:
        raise StoreError(
            f"the backup {path} cannot be written ({error.strerror or error}): "
            "make room or give another place"
        ) from None
    finally:
        if half is not None:
            half.unlink(missing_ok=True)


def _require_whole(half: Path, path: Path) -> None:
    try:
        check(half)
    except StoreError as error:
        raise StoreError(
            f"the backup {path} is not kept, because it does not read back as it was written: "
            "check the disk and its memory, then make it again"
        ) from error


@contextmanager
def _one_instant(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of the database, whatever others commit."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.execution_options(read_only=True).begin() as connection:
        yield connection


def _describe(
    connection: Connection, archive: zipfile.ZipFile, *, at: datetime, code_version: str
) -> Manifest:
    """Write every table into the archive and return the manifest of what was written."""
    parts = tuple(_write(connection, table, archive) for table in METADATA.sorted_tables)
    with Session(connection) as session:
        head, mistakes = chain.head(session), chain.verify_chain(session)
    return Manifest(
        format=FORMAT,
        made_at=at,
        code_version=code_version,
        schema=newest(),
        dialect=connection.dialect.name,
        chain_head=head,
        chain_mistakes=mistakes,
        parts=parts,
    )


def _write(connection: Connection, table: Table, archive: zipfile.ZipFile) -> Part:
    part = Part(table.name, 0, "")
    schema, rows = schema_of(table), 0
    asked = select(*table.columns)
    options = {"yield_per": rows_at_once(table)}
    with archive.open(part.entry, "w", force_zip64=True) as entry:
        sink = _Digesting(entry)
        with pa.ipc.new_stream(sink, schema, options=_COMPRESSED) as stream:
            for some in connection.execute(asked, execution_options=options).partitions():
                stream.write_batch(to_batch(some, schema))
                rows += len(some)
    return Part(table.name, rows, sink.sha256)


class _Digesting:
    """A file to write to that knows the SHA-256 of what went through it."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Everything is flushed when the file takes its name."""

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()
