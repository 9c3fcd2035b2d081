"""What the priors expect before any data: a table of rungs per domain, and a picture of it."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.errors import NotFoundError, ReportError
from jobs.context import Context
from jobs.priors import in_force

if TYPE_CHECKING:
    import altair as alt

    from models.predictive import RungTable

FORMS = (".svg", ".png")
"""Endings of a picture's file."""


def predictive_tables(
    context: Context, ladder_ref: str, theatre: str | None
) -> "tuple[RungTable, ...]":
    """Return the probability of each rung under the priors in force, one table per domain.

    Raises:
        NotFoundError: the ladder has no such theatre.
    """
    from forecaster.reference.load import load_ladder
    from models.predictive import prior_predictive

    ladder = load_ladder(ladder_ref)
    known = [place.id for place in ladder.theatres]
    if theatre is not None and theatre not in known:
        raise NotFoundError(f"no theatre is called {theatre!r}; there are: {', '.join(known)}")
    return prior_predictive(
        ladder, in_force(context, ladder_ref), theatre=theatre, seed=context.seed
    )


def write_picture(tables: "Sequence[RungTable]", path: Path) -> Path:
    """Write stacked bars, one per theatre and domain; the ending of `path` says which form.

    Raises:
        ReportError: the file cannot be written.
    """
    import altair as alt
    import vl_convert as vlc

    spec = alt.vconcat(*map(_bars, tables)).resolve_scale(color="independent").to_dict()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".png":
            path.write_bytes(vlc.vegalite_to_png(spec, scale=2))
        else:
            path.write_text(vlc.vegalite_to_svg(spec), encoding="utf-8")
    except OSError as error:
        raise ReportError(f"{path} cannot be written ({error.strerror})") from None
    return path


def _bars(table: "RungTable") -> "alt.Chart":
    import altair as alt

    rows = [
        {"theatre": name, "rung": rung, "order": order, "probability": float(value)}
        for name, row in zip(table.theatres, table.probabilities, strict=True)
        for order, (rung, value) in enumerate(zip(table.rungs, row, strict=True))
        if not math.isnan(value)
    ]
    rungs = list(table.rungs)
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("probability:Q", title="prior probability", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("theatre:N", title=None, sort=list(table.theatres)),
            color=alt.Color(
                "rung:N", sort=rungs, scale=alt.Scale(domain=rungs, scheme="yelloworangered")
            ),
            order="order:Q",
        )
        .properties(width=520, title=f"What the priors expect before any data: {table.domain}")
    )
    return chart
