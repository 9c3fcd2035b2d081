"""Backups of an installation: how they are called, where they lie, and making the next one."""

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.context import Context

if TYPE_CHECKING:
    from forecaster.store.backup.manifest import Manifest
    from forecaster.store.backup.write import Made

_NAME = re.compile(r"forecaster-\d{8}T\d{6}Z\.backup")


def make_backup(context: Context, folder: Path | None = None) -> "Made":
    """Back up the database into a new file of `folder`, by default that of the settings.

    Raises:
        StoreError: the database is away, or the file cannot be written or does not read back.
    """
    from forecaster.store.backup.write import back_up
    from jobs.provenance import code_version

    now = context.clock()
    path = (folder or context.settings.backups) / name_at(now)
    return back_up(context.engine(), path, at=now, code_version=code_version())


def name_at(moment: datetime) -> str:
    """Return the name of a backup made at an instant; names sort as the instants do."""
    return f"forecaster-{moment:%Y%m%dT%H%M%S}Z.backup"


def backups_in(folder: Path) -> tuple[Path, ...]:
    """Return the backups of a folder, the newest first; other files there are none of ours."""
    if not folder.is_dir():
        return ()
    found = (path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    return tuple(sorted(found, key=lambda path: path.name, reverse=True))


def described(manifest: "Manifest") -> str:
    """Return in one line what a backup holds."""
    return (
        f"{manifest.rows} rows of {len(manifest.parts)} tables at schema {manifest.schema}, "
        f"made {manifest.made_at:%Y-%m-%d %H:%M} UTC by {manifest.code_version} "
        f"from {manifest.dialect}"
    )


def doubts(manifest: "Manifest") -> str:
    """Return what was wrong with the chain of results when it was backed up, "" if nothing."""
    mistakes = manifest.chain_mistakes
    if not mistakes:
        return ""
    more = f", and {len(mistakes) - 1} more" if len(mistakes) > 1 else ""
    return f"the chain of results was broken before this backup: {mistakes[0]}{more}"
