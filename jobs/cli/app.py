"""The tree of commands, and the options that stand before any of them."""

from typing import Annotated

import typer

from jobs.cli import (
    backtest,
    backup,
    daily,
    doctor,
    fleet,
    ingest,
    ladder,
    ledger,
    people,
    priors,
    report,
    results,
    retention,
    runs,
    sample,
    schedule,
    scores,
    serve,
    sources,
    store,
)

app = typer.Typer(
    name="forecaster",
    help="Posterior probabilities of each rung of an escalation ladder, per theatre, every day.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    invoke_without_command=True,
)


def _version(wanted: bool) -> None:
    if wanted:
        from jobs.provenance import code_version

        typer.echo(f"forecaster {code_version()}")
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback where something fails.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="No notices and no progress bars.")
    ] = False,
) -> None:
    """Posterior probabilities of each rung of an escalation ladder, per theatre, every day."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command("daily")(daily.daily)
app.command("backtest")(backtest.backtest)
app.command("ingest")(ingest.ingest)
app.command("update")(daily.update)
app.command("fleet")(fleet.fleet)
app.command("report")(report.report)
app.command("results")(results.results)
app.command("scores")(scores.scores)
app.add_typer(ladder.app, name="ladder")
app.command("sources")(sources.sources)
app.add_typer(runs.app, name="runs")
app.add_typer(priors.app, name="priors")
app.add_typer(sample.app, name="sample")
app.add_typer(people.users, name="users")
app.add_typer(people.keys, name="keys")
app.add_typer(people.markings, name="markings")
app.command("serve")(serve.serve)
app.command("schedule")(schedule.schedule)
app.add_typer(ledger.app, name="jobs")
app.command("doctor")(doctor.doctor)
app.command("migrate")(store.migrate)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("retention")(retention.retention)
