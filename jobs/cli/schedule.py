"""`forecaster schedule`: keep the ladders up to date by the clock."""

from typing import Annotated

import typer

from jobs.cli import terminal


def schedule(
    once: Annotated[bool, typer.Option("--once", help="Run what is due now, then leave.")] = False,
    beside: Annotated[
        bool, typer.Option("--beside", help="Stop when standard input ends, as `serve` starts it.")
    ] = False,
) -> None:
    """Ingest each source by its cadence, run the daily cycle and what is asked for, until stopped.

    A slot runs once, however many schedulers there are; missed slots are caught up. SIGTERM lets
    what runs be finished, up to FORECASTER_STOP_SECONDS.
    """
    from forecaster import logs, traces
    from forecaster.settings import load_settings
    from jobs.alongside import let_others_go_first, service_gone
    from jobs.context import unheard
    from jobs.rounds import run_due
    from jobs.scheduler import run_forever
    from jobs.wiring import make_context

    logs.configure(load_settings())
    traces.configure(load_settings())
    context = make_context(say=unheard if terminal.quiet else logs.voice("scheduler"))
    context.engine()  # a database that is away is told at once
    if once:
        terminal.out(f"{run_due(context)} slots were run")
        return
    context.say(f"scheduling {', '.join(context.settings.ladders)}; stop with Ctrl-C")
    if beside:
        let_others_go_first()
    run_forever(context, stop=service_gone() if beside else None)
