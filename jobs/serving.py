"""The service put together: the application on the settings' database, with the ports it needs."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING

from forecaster import credentials
from forecaster.errors import JobError, SettingsError
from jobs.context import Context

if TYPE_CHECKING:
    from socket import socket

    from fastapi import FastAPI
    from uvicorn import Config, Server

    from forecaster.api.ports import JobNote, Ports, RungTable, SourceNote
    from forecaster.api.service import Service
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.prior import Prior
    from forecaster.settings import Settings

FIRST_ADMIN = "admin"


def application(context: Context, *, host: str) -> "FastAPI":
    """Return the application that answers on `host`.

    Raises:
        SettingsError: nobody would log in, and not only this machine could ask.
    """
    from forecaster.api.app import create_app
    from forecaster.api.service import Service

    open_use = is_open(context.settings, host)
    return create_app(
        Service(
            engine=context.engine(),
            settings=context.settings,
            clock=context.clock,
            ports=ports(context),
            open_use=open_use,
            local_token=credentials.new_token() if open_use else "",
        )
    )


def bare_service() -> "Service":
    """Return surroundings without anything in them, to ask an application what it answers."""
    from sqlalchemy import create_engine

    from forecaster.api.ports import Ports
    from forecaster.api.service import Service
    from forecaster.clock import utc_now
    from forecaster.settings import Settings

    return Service(create_engine("sqlite://"), Settings(), utc_now, Ports())


def warm_up(context: Context) -> None:
    """Build the report on every kept ladder's latest run once, beside the first requests.

    The first report of a process imports what reads sources, which takes as long as all else.
    Whatever fails here is told when somebody asks for it.
    """
    from contextlib import suppress
    from threading import Thread

    from jobs.publication import latest_run, report_on

    def build() -> None:
        for reference in context.settings.ladders:
            with suppress(Exception):
                report_on(context, latest_run(context, reference, None).run_id)

    Thread(target=build, name="warm-up", daemon=True).start()


def is_open(settings: "Settings", host: str) -> bool:
    """Return whether nobody logs in: the embedded database, asked by this machine alone.

    Raises:
        SettingsError: the login is switched off on an address that others can reach.
    """
    local = _is_loopback(host)
    if settings.login is None:
        return local and settings.database_url is None
    if not settings.login and not local:
        raise SettingsError(
            f"FORECASTER_LOGIN is false, and {host} can be reached by others: "
            "listen on 127.0.0.1, or let people log in"
        )
    return not settings.login


def first_admin(context: Context) -> str | None:
    """Make the first account if there is none, and return its one-time password, else None."""
    from forecaster.administration.accounts import add_account
    from forecaster.domain.account import Actor
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        if work.accounts.any():
            return None
    by = Actor("forecaster", "local", context.clock())
    clearance = "TLP:RED"
    told = add_account(context.engine(), by, name=FIRST_ADMIN, role="admin", clearance=clearance)
    return told.secret


def ports(context: Context) -> "Ports":
    """Return what the application cannot do itself."""
    from forecaster.api.ports import Ports
    from jobs.publication import render, report_on

    return Ports(
        report=lambda run_id, hidden: report_on(context, run_id, hidden),
        render=render,
        preview=lambda ladder, drafts: _preview(context, ladder, drafts),
        ladders=lambda: {id: ladder for id, (_, ladder) in _kept(context).items()},
        references=lambda: {id: ref for id, (ref, _) in _kept(context).items()},
        sources=_sources,
        jobs=_jobs,
    )


def server_of(config: "Config", app: "FastAPI") -> "Server":
    """Return a server that lets who listens to events go as soon as it is told to stop.

    It would else wait for streams that never end by themselves.
    """
    import uvicorn

    class LettingGo(uvicorn.Server):
        async def shutdown(self, sockets: "list[socket] | None" = None) -> None:
            app.state.events.close()
            await super().shutdown(sockets)

    return LettingGo(config)


def listen(host: str, port: int) -> "socket":
    """Return a socket on which a server may answer.

    Raises:
        JobError: something else answers there, or this machine has no such address.
    """
    from os import strerror
    from socket import AF_INET, AF_INET6, create_server

    family = AF_INET6 if ":" in host else AF_INET
    try:
        return create_server((host, port), family=family)
    except OSError as error:
        why = strerror(error.errno) if error.errno else str(error)
        raise JobError(
            f"nothing can be served on {host}:{port} ({why}): stop what answers there, or choose "
            "another --port or --host"
        ) from None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _kept(context: Context) -> "Mapping[str, tuple[str, Ladder]]":
    """Return the ladders that the settings name, by id, each with the name they give it."""
    from forecaster.reference.load import load_ladder

    return {load_ladder(ref).id: (ref, load_ladder(ref)) for ref in context.settings.ladders}


def _sources(ladder: "Ladder") -> "Mapping[str, SourceNote]":
    from forecaster.api.ports import SourceNote
    from jobs.watch import watched_sources

    return {
        source.id: SourceNote(
            id=source.id,
            name=source.name,
            publisher=source.publisher,
            licence=source.licence,
            grade=source.grade,
            cadence_days=source.cadence_days,
        )
        for source in watched_sources(ladder).values()
    }


def _jobs() -> "Sequence[JobNote]":
    from forecaster.api.ports import JobNote
    from jobs.catalogue import all_jobs

    return [JobNote(job.id, job.description, job.per) for job in all_jobs().values()]


def _preview(context: Context, id: str, drafts: "Sequence[Prior]") -> "Sequence[RungTable]":
    from forecaster.errors import NotFoundError
    from jobs.preview import preview

    kept = _kept(context)
    if id not in kept:
        raise NotFoundError(f"no ladder {id!r} is kept; there are: {', '.join(kept) or 'none'}")
    reference, ladder = kept[id]
    return preview(context, ladder, reference, drafts)
