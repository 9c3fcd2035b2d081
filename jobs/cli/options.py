"""Options that several commands share, and how a person's dates become instants."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from forecaster.clock import end_of_day, utc_now

DEFAULT_LADDER = "nato-russia"
DEFAULT_SEED = 1

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse_day(text: str) -> date:
    """Return the day written as `YYYY-MM-DD`, today at the latest; anything else is misuse."""
    try:
        if not _ISO_DAY.fullmatch(text):
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a day: write it as YYYY-MM-DD, such as 2024-08-06"
        ) from None
    if day > utc_now().date():
        raise typer.BadParameter(f"{day} is in the future: nothing is known as of it yet")
    return day


def as_of_instant(day: date | None) -> datetime | None:
    """Return the last instant of `day`, at most now; None where no day was given."""
    return None if day is None else min(end_of_day(day), utc_now())


LadderOption = Annotated[
    str, typer.Option("--ladder", help="A packaged ladder's id, or the path of a ladder file.")
]
AsOfOption = Annotated[
    date | None,
    typer.Option("--as-of", parser=parse_day, metavar="DAY", help="Use what was known that day."),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of everything random.")]
FamilyOption = Annotated[
    str,
    typer.Option(
        "--family", metavar="FAMILY", help="The model family that updates it, not the ladder's own."
    ),
]
RefitOption = Annotated[
    bool, typer.Option("--refit", help="Fit anew, though an earlier fit would serve.")
]
DirectoryOption = Annotated[
    Path | None,
    typer.Option(
        "--from-dir",
        exists=True,
        file_okay=False,
        readable=True,
        help="Read the publishers' files in this folder instead of fetching them.",
    ),
]
