"""What an installation need not keep: rows by `forecaster.store.retention`, and files by age.

Results, runs, readings, priors, judgements and what people did are never removed by anything.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.errors import JobError
from jobs.backups import backups_in
from jobs.context import Context

if TYPE_CHECKING:
    from forecaster.store.retention import Bounds, Removal

_PAGE = re.compile(r"\d{4}-\d{2}-\d{2}\.html")
_HALF_MADE = timedelta(days=1)


def preview(context: Context) -> "tuple[Removal, ...]":
    """Return what may go, kind by kind, rows first; nothing is changed."""
    from sqlmodel import Session

    from forecaster.store import retention

    now = context.clock()
    with Session(context.engine().execution_options(read_only=True)) as session:
        rows = retention.find(session, bounds_of(context, now))
    return (*rows, *_removals(_files(context, now)))


def apply(context: Context) -> "tuple[Removal, ...]":
    """Remove what `preview` tells of: rows in one transaction, then files. Return what went.

    Raises:
        JobError: a file cannot be removed; the rows are gone then, and the next time tries again.
    """
    from sqlmodel import Session

    from forecaster.store import retention

    now = context.clock()
    with Session(context.engine()) as session:
        rows = retention.remove(session, bounds_of(context, now))
        session.commit()
    files = _files(context, now)
    removed = _removals(files)
    for paths in files.values():
        for path in paths:
            _remove(path)
    return (*rows, *removed)


def bounds_of(context: Context, now: datetime) -> "Bounds":
    """Return the bounds on rows that the settings mean at an instant."""
    from forecaster.store.retention import Bounds

    settings = context.settings
    return Bounds(
        fits_kept=settings.fits_kept,
        skipped_from=now - timedelta(days=settings.skipped_days),
        checks_from=now - timedelta(days=settings.source_check_days),
    )


def _files(context: Context, now: datetime) -> Mapping[str, tuple[Path, ...]]:
    settings = context.settings
    old = now - timedelta(days=settings.report_days)
    return {
        "backups": backups_in(settings.backups)[settings.backups_kept :],
        "half-made backups": tuple(_half_made(settings.backups, now - _HALF_MADE)),
        "report files": tuple(_old_pages(settings.data_dir / "reports", old)),
    }


def _half_made(folder: Path, before: datetime) -> Iterator[Path]:
    """Yield what a backup leaves whose process was killed."""
    if folder.is_dir():
        yield from filter(_written_before(before), sorted(folder.glob(".*.half")))


def _old_pages(folder: Path, before: datetime) -> Iterator[Path]:
    """Yield pages written before an instant; each ladder keeps the one of its newest day."""
    for ladder in sorted(folder.glob("*/")) if folder.is_dir() else ():
        pages = sorted(path for path in ladder.iterdir() if _PAGE.fullmatch(path.name))
        yield from filter(_written_before(before), pages[:-1])


def _written_before(moment: datetime) -> Callable[[Path], bool]:
    return lambda path: path.stat().st_mtime < moment.timestamp()


def _removals(files: Mapping[str, tuple[Path, ...]]) -> "tuple[Removal, ...]":
    from forecaster.store.retention import Removal

    return tuple(
        Removal(kind, len(paths), sum(path.stat().st_size for path in paths))
        for kind, paths in files.items()
    )


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise JobError(
            f"{path} cannot be removed ({error.strerror}): let this user write its folder"
        ) from None
