"""`forecaster ladder list | show | check`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli import terminal

if TYPE_CHECKING:
    from forecaster.domain.ladder import Ladder

app = typer.Typer(help="List, show and check escalation ladders.", rich_markup_mode=None)


@app.command("list")
def list_() -> None:
    """List the packaged ladders."""
    from forecaster.reference.load import load_ladder, packaged_ladders

    ladders = [load_ladder(id) for id in packaged_ladders()]
    rows = [
        (x.id, x.version, x.step, len(x.rungs), len(x.theatres), len(x.indicators), x.name)
        for x in ladders
    ]
    headings = ("ladder", "version", "step", "rungs", "theatres", "indicators", "name")
    terminal.out(terminal.table(headings, rows))


@app.command()
def show(ref: Annotated[str, typer.Argument(metavar="LADDER", help="An id or a path.")]) -> None:
    """Show a ladder: its rungs, theatres and indicators."""
    from forecaster.reference.load import load_ladder

    ladder = load_ladder(ref)
    horizons = ", ".join(map(str, ladder.horizons))
    terminal.out(f"{ladder.name} ({ladder.id}, version {ladder.version}, digest {ladder.digest})")
    terminal.out(f"one step is a {ladder.step}; horizons {horizons} steps\n")
    terminal.out(_rungs(ladder) + "\n")
    terminal.out(_theatres(ladder) + "\n")
    terminal.out(_indicators(ladder))


def _rungs(ladder: "Ladder") -> str:
    rows = [
        (rung.domain, rung.order, rung.id, rung.resolution, rung.threshold, rung.meaning)
        for domain in ladder.domains
        for rung in ladder.track(domain)
    ]
    headings = ("domain", "order", "rung", "resolved", "from", "meaning")
    return terminal.table(headings, rows)


def _theatres(ladder: "Ladder") -> str:
    if ladder.panel is not None:
        panel = ladder.panel
        return (
            f"theatres: one per {panel.unit} in {panel.source}, while it is at risk: "
            f"{panel.risk_window_years} years after an event"
        )
    rows = [
        (t.id, t.region, t.measure.kind if t.measure else "judged", t.name) for t in ladder.theatres
    ]
    return terminal.table(("theatre", "region", "measure", "name"), rows)


def _indicators(ladder: "Ladder") -> str:
    rows = [
        (i.id, i.family, i.route, i.sign, "fed" if i.series else "no source", i.name)
        for i in ladder.indicators
    ]
    return terminal.table(("indicator", "family", "route", "sign", "state", "name"), rows)


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A ladder file, or a packaged id.")],
) -> None:
    """Check a ladder file and explain every mistake with its line; exit 1 if there is any.

    A hint is no mistake: it tells what is allowed, and seldom meant.
    """
    from forecaster.reference.load import check_ladder

    examined = check_ladder(path)
    mistakes = examined.mistakes
    for mistake in mistakes:
        terminal.out(f"{path}:{mistake.line}: {mistake.message}")
    for hint in examined.hints:
        terminal.out(f"{path}:{hint.line}: hint: {hint.message}")
    if mistakes:
        plural = "" if len(mistakes) == 1 else "s"
        terminal.error(f"{path} has {len(mistakes)} mistake{plural}: mend the lines named above")
        raise typer.Exit(1)
    terminal.out(f"{path}: no mistakes")
