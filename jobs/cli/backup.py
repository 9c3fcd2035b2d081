"""`forecaster backup` and `forecaster restore`."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.cli import terminal


def backup(
    to: Annotated[
        Path | None, typer.Option("--to", file_okay=False, help="A folder for it, not the usual.")
    ] = None,
    check: Annotated[
        Path | None, typer.Option("--check", help="A backup to look at; nothing is made.")
    ] = None,
) -> None:
    """Back up the whole database into one file while it is in use, or check such a file."""
    from forecaster.store.backup.archive import check as look
    from jobs import backups
    from jobs.wiring import make_context

    if check is not None:
        if to is not None:
            raise typer.BadParameter("--check makes no backup: leave --to out")
        manifest = look(check)
        terminal.out(f"{check} is whole: {backups.described(manifest)}")
    else:
        made = backups.make_backup(make_context(), to)
        manifest = made.manifest
        terminal.out(f"backup: {made.path.resolve()}")
        terminal.out(f"{backups.described(manifest)}; {made.size} bytes, sha256 {made.sha256}")
    if doubt := backups.doubts(manifest):
        terminal.error(doubt)
        raise typer.Exit(1)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="FILE", help="An SQLite file, not the database in use."),
    ] = None,
    replace: Annotated[
        str | None,
        typer.Option("--replace", metavar="NAME", help="The database whose rows all go, by name."),
    ] = None,
) -> None:
    """Put a backup back into an empty database: all of it, proved to be the same, or nothing.

    Stop the service first. A PostgreSQL database is named by FORECASTER_DATABASE_URL, never here.
    """
    from forecaster.settings import load_settings
    from forecaster.store.backup.restore import restore as put_back
    from forecaster.store.session import make_engine
    from jobs import backups

    if into is not None and "://" in into:
        raise typer.BadParameter("--into takes a file; name a server by FORECASTER_DATABASE_URL")
    url = load_settings().url if into is None else f"sqlite:///{Path(into).resolve()}"
    engine = make_engine(url)
    name = Path(engine.url.database or "").stem
    if replace is not None and replace != name:
        raise typer.BadParameter(f"--replace must repeat the name of the database, {name!r}")
    manifest = put_back(file, engine, replace=replace is not None)
    terminal.out(f"restored: {backups.described(manifest)}")
    terminal.out("next: `forecaster doctor`")
    if doubt := backups.doubts(manifest):
        terminal.error(doubt)
