"""`forecaster serve`: the API and the pages, with a scheduler beside them."""

import signal
import sys
from typing import Annotated

import typer

from jobs.cli import terminal


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Port.")] = 8000,
    schedule: Annotated[
        bool, typer.Option("--schedule/--no-schedule", help="Keep a scheduler running beside it.")
    ] = True,
    behind: Annotated[
        str, typer.Option("--behind", help="Address of the proxy whose headers are believed.")
    ] = "",
) -> None:
    """Serve the API and the pages, and keep a scheduler running beside them, until stopped.

    The first start on a database makes an administrator and says its one-time password. On this
    machine alone, with the embedded database, nobody logs in.
    """
    import uvicorn

    from forecaster import logs, traces
    from forecaster.settings import load_settings
    from jobs import serving
    from jobs.alongside import scheduler_beside
    from jobs.wiring import make_context

    logs.configure(load_settings())
    traces.configure(load_settings())
    context = make_context(say=terminal.notice)
    app = serving.application(context, host=host)
    listening = serving.listen(host, port)  # before a password is shown that is shown once
    if serving.is_open(context.settings, host):
        terminal.notice("nobody logs in: the database is embedded, and only this machine can ask")
    elif (password := serving.first_admin(context)) is not None:
        terminal.out(f"first start: log in as {serving.FIRST_ADMIN!r} with the password {password}")
        terminal.out("it is shown this once, and must be changed at the first login")
        sys.stdout.flush()  # into whatever keeps the log, before anything can go wrong
    terminal.notice(f"serving on http://{host}:{port}; stop with Ctrl-C")
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        log_config=None,  # in the form of all our logs
        server_header=False,
        proxy_headers=bool(behind),
        forwarded_allow_ips=behind or None,
        timeout_graceful_shutdown=20,
    )
    # The server ends by handing on the signal that stopped it: what runs beside is stopped then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serving.warm_up(context)
    with scheduler_beside(context, wanted=schedule):
        serving.server_of(config, app).run(sockets=[listening])
