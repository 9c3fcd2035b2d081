"""`forecaster runs list | show`."""

import dataclasses
from typing import Annotated

import typer

from jobs.cli import terminal
from jobs.cli.options import DEFAULT_LADDER, LadderOption

app = typer.Typer(help="List and show runs, refused ones too.", rich_markup_mode=None)


@app.command("list")
def list_(
    ladder: LadderOption = DEFAULT_LADDER,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
) -> None:
    """List the runs of a ladder, the latest first."""
    from forecaster.reference.load import load_ladder
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.wiring import make_context

    id = load_ladder(ladder).id
    with UnitOfWork(make_context().engine(), read_only=True) as work:
        runs = work.runs.list(id, limit=limit)
    rows = [
        (r.run_id, f"{r.as_of:%Y-%m-%d}", f"{r.issued_at:%Y-%m-%d %H:%M}", r.state, r.state_reason)
        for r in runs
    ]
    terminal.out(terminal.table(("run", "as of", "issued (UTC)", "state", "reason"), rows))


@app.command()
def show(run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id.")]) -> None:
    """Show what a run was made of and how its sampling went."""
    from forecaster.store.unit_of_work import UnitOfWork
    from jobs.wiring import make_context

    with UnitOfWork(make_context().engine(), read_only=True) as work:
        found = work.runs.get(run)
    facts = {f.name: getattr(found, f.name) for f in dataclasses.fields(found)}
    diagnostics = dataclasses.asdict(facts.pop("diagnostics"))
    rows = [(name, _text(value)) for name, value in {**facts, **diagnostics}.items()]
    terminal.out(terminal.table(("what", "value"), rows))


def _text(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
