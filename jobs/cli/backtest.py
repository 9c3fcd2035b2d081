"""`forecaster backtest`: how good the forecasts would have been."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.cli import terminal
from jobs.cli.options import DEFAULT_LADDER, LadderOption


def backtest(
    ladder: LadderOption = DEFAULT_LADDER,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan",
            help="A packaged plan's id, or the path of a plan file; the ladder's own plan else.",
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="Processes on this machine.")
    ] = 1,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", help="Address of a Dask scheduler, such as tcp://host:8786."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew beside a stored backtest of this plan.")
    ] = False,
    documents: Annotated[
        Path | None,
        typer.Option(
            "--documents",
            file_okay=False,
            help="Write the evaluation (Markdown, JSON, pictures) into this folder.",
        ),
    ] = None,
) -> None:
    """Run a plan's forecasters over its origins, score them, and store it all.

    What is stored already is not made again, so a run that was stopped goes on where it was. The
    evaluation is written into the data folder, or where --documents says.
    """
    from forecaster.reference.load import load_ladder
    from forecaster.reference.plan import load_plan
    from jobs.backtesting.run import run_backtest
    from jobs.evaluation import write_evaluation
    from jobs.wiring import make_context
    from jobs.workers import workers as hand_out

    defined = load_ladder(ladder)
    frozen = load_plan(defined.id if plan is None else plan)
    terminal.notice(f"plan {frozen.id}, digest {frozen.digest[:12]}")
    with terminal.bar(f"backtest {frozen.id}") as progress:
        context = make_context(seed=frozen.seed, say=terminal.notice, progress=progress)
        with hand_out(workers, cluster) as staff:
            backtest_id = run_backtest(context, defined, frozen, staff, fresh=fresh)
        pages = context.settings.data_dir / "backtests"
        written = write_evaluation(
            context, [backtest_id], documents=documents or pages, pages=pages
        )
    for path in written:
        if path.suffix in (".html", ".md"):
            terminal.out(f"written: {path.resolve()}")
    terminal.out(f"backtest {backtest_id} is stored: `forecaster scores --backtest {backtest_id}`")
