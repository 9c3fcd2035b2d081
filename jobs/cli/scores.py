"""`forecaster scores`: what the forecasters of a backtest scored, for a person or a program."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import typer

from jobs.cli import terminal
from jobs.cli.options import DEFAULT_LADDER, LadderOption

type Form = Literal["table", "csv", "json"]
type Row = Mapping[str, object]


def scores(
    ladder: LadderOption = DEFAULT_LADDER,
    backtest: Annotated[
        str | None, typer.Option("--backtest", help="A backtest's id; the ladder's last one else.")
    ] = None,
    forecaster: Annotated[
        str | None, typer.Option("--forecaster", help="Scores of this forecaster alone.")
    ] = None,
    horizon: Annotated[
        int | None, typer.Option("--horizon", min=1, help="Scores at this many steps ahead alone.")
    ] = None,
    theatre: Annotated[
        str | None,
        typer.Option("--theatre", help="Scores of this theatre alone; * is all of them."),
    ] = None,
    score: Annotated[
        str | None, typer.Option("--score", help="This score alone, such as rps or coverage_90.")
    ] = None,
    format: Annotated[Form, typer.Option("--format", help="Form of the table.")] = "table",
) -> None:
    """Print what the forecasters of a backtest scored, by theatre, rung and horizon.

    The table is of all theatres and rungs together unless --theatre or --score asks for more; the
    other forms hold every score that is asked for.
    """
    from jobs.exports import FORMS
    from jobs.scores import Wanted, score_rows
    from jobs.wiring import make_context

    wanted = Wanted(forecaster, score, theatre, horizon)
    rows = score_rows(make_context(), ladder_ref=ladder, backtest_id=backtest, wanted=wanted)
    if format != "table":
        terminal.out(FORMS[format](rows))
        return
    terminal.notice(f"backtest {rows[0]['backtest_id']}")
    shown = [row for row in rows if _asked(row, theatre=theatre, score=score)]
    terminal.out(_table(shown or rows))


_SHOWN = (
    "forecaster",
    "score",
    "theatre",
    "rung",
    "horizon_steps",
    "n",
    "value",
    "lower",
    "upper",
    "reference",
)


def _asked(row: Row, *, theatre: str | None, score: str | None) -> bool:
    return (theatre is not None or row["theatre"] == "*") and (
        score is not None or row["rung"] == "*"
    )


def _table(rows: Sequence[Row]) -> str:
    # Mean scores differ in the fourth decimal, one more than other tables show.
    return terminal.table(_SHOWN, [[row[name] for name in _SHOWN] for row in rows], digits=4)
