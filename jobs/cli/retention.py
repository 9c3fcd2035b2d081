"""`forecaster retention`: what may be removed, and removing it."""

from typing import Annotated

import typer

from jobs.cli import terminal


def retention(
    apply: Annotated[
        bool, typer.Option("--apply/--preview", help="Remove it, or only say what would go.")
    ] = False,
) -> None:
    """Say what may be removed by the settings, and with --apply remove it.

    Results, runs, readings, priors, judgements and what people did always stay.
    """
    from forecaster.store.retention import never_removed
    from jobs import retention as found
    from jobs.wiring import make_context

    context = make_context()
    removals = found.apply(context) if apply else found.preview(context)
    rows = [(r.kind, r.count, r.size) for r in removals]
    terminal.out(terminal.table(("removed" if apply else "may go", "count", "bytes"), rows))
    terminal.notice(f"never removed: {', '.join(never_removed())}")
    if not apply and any(removal.count for removal in removals):
        terminal.notice("nothing was removed; `forecaster retention --apply` does it")
