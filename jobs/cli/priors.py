"""`forecaster priors list | show | set | history | predictive`."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli import terminal
from jobs.cli.options import DEFAULT_LADDER, DEFAULT_SEED, LadderOption, SeedOption

if TYPE_CHECKING:
    from forecaster.domain.prior import PriorVersion

app = typer.Typer(help="See and set the priors that a ladder exposes.", rich_markup_mode=None)

_HEADINGS = ("prior", "version", "distribution", "unit", "author", "set at (UTC)", "reason")


@app.command("list")
def list_(ladder: LadderOption = DEFAULT_LADDER) -> None:
    """List the priors in force."""
    from jobs.priors import in_force
    from jobs.wiring import make_context

    priors = in_force(make_context(), ladder)
    terminal.out(f"prior set {priors.name}\n")
    terminal.out(terminal.table(_HEADINGS, [_row(version) for version in priors.versions]))


@app.command()
def show(
    prior: Annotated[str, typer.Argument(help="A prior's id, as listed.")],
    ladder: LadderOption = DEFAULT_LADDER,
) -> None:
    """Show one prior: the question it answers, its form, and who set it."""
    from jobs.priors import version_of
    from jobs.wiring import make_context

    version = version_of(make_context(), ladder, prior)
    terminal.out(version.prior.question + "\n")
    terminal.out(terminal.table(_HEADINGS, [_row(version)]))


@app.command("set")
def set_(
    prior: Annotated[str, typer.Argument(help="A prior's id, as listed.")],
    values: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...", help="Its parameters.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept for good.")],
    author: Annotated[str | None, typer.Option("--author", help="Who; else your login.")] = None,
    distribution: Annotated[
        str | None, typer.Option("--distribution", help="Another form, such as log_normal.")
    ] = None,
    ladder: LadderOption = DEFAULT_LADDER,
) -> None:
    """Set a prior as a new version; the next update uses it and its report says so."""
    from jobs.priors import set_prior
    from jobs.wiring import make_context

    version = set_prior(
        make_context(),
        ladder,
        prior,
        values=dict(_pair(text) for text in values),
        distribution=distribution,
        author=author or getpass.getuser(),
        reason=reason,
    )
    terminal.out(f"{prior} is at version {version.version}: {_form(version)}")


@app.command()
def history(
    prior: Annotated[str, typer.Argument(help="A prior's id, as listed.")],
    ladder: LadderOption = DEFAULT_LADDER,
) -> None:
    """Show every version of a prior, the oldest first."""
    from jobs.priors import history_of
    from jobs.wiring import make_context

    rows = [_row(version) for version in history_of(make_context(), ladder, prior)]
    terminal.out(terminal.table(_HEADINGS, rows))


@app.command()
def predictive(
    theatre: Annotated[str | None, typer.Option("--theatre", help="One theatre only.")] = None,
    ladder: LadderOption = DEFAULT_LADDER,
    seed: SeedOption = DEFAULT_SEED,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Picture to write (.svg or .png).")
    ] = None,
) -> None:
    """Show which rungs the priors expect before any data: as text, and as a picture."""
    from jobs.predictive import FORMS, predictive_tables, write_picture
    from jobs.wiring import make_context

    if output is not None and output.suffix not in FORMS:
        raise typer.BadParameter(f"{output} must end in one of {', '.join(FORMS)}")
    context = make_context(seed=seed)
    tables = predictive_tables(context, ladder, theatre)
    for table in tables:
        rows = [
            (name, *map(_percent, row))
            for name, row in zip(table.theatres, table.probabilities, strict=True)
        ]
        terminal.out(terminal.table((table.domain, *table.rungs), rows) + "\n")
    name = f"prior-predictive-{Path(ladder).stem}.svg"
    path = output or context.settings.data_dir / "reports" / name
    terminal.out(f"picture: {write_picture(tables, path).resolve()}")


def _percent(value: float) -> str:
    """Return a probability in per cent; a rung that does not exist there is a dash."""
    if value != value:
        return "–"
    return "<0.1 %" if 0 < value < 0.001 else f"{100 * value:.1f} %"


def _pair(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    try:
        if not (name and equals):
            raise ValueError(text)
        return name, float(value)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not NAME=VALUE with a number, such as median=0.02"
        ) from None


def _row(version: "PriorVersion") -> tuple[object, ...]:
    return (
        version.prior.id,
        version.version,
        _form(version),
        version.prior.unit,
        version.author,
        f"{version.recorded_at:%Y-%m-%d %H:%M}",
        version.reason,
    )


def _form(version: "PriorVersion") -> str:
    parameters = ", ".join(f"{name}={value:g}" for name, value in version.prior.parameters)
    return f"{version.prior.distribution}({parameters})"
