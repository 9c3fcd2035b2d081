"""Coded interaction of states: signed sums of news events per pair and day, negative = hostile.

Provider: GDELT, as daily sums per pair of states. Cadence: daily. Lag: one day. Licence: a GPL
carrier and GDELT's citation rule, so never in the sample. No public URL of these sums is known:
they are read from a folder.

Quirks: 96 days are missing, and are missing here too. Sums grow with the world's coverage: divide
by `interaction.world`, the sum of all absolute scores of the day. A zero is a day on which nothing
was coded for a pair.
"""

import pandas as pd

from indicators import decode
from indicators.rows import melt_rows
from indicators.source import Bounds, Payloads, Resource, Source

DYADS = "gdelt_dyads/gdelt_dyad_daily_2018_2024.csv"
WORLD = "WORLD_ABS_TOTAL"


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return a signed score per pair and day, and the world's absolute total."""
    table = decode.table(payloads, DYADS, columns=("date", WORLD))
    names = {name: f"interaction.{name.lower()}" for name in table.columns if name != "date"}
    names[WORLD] = "interaction.world"
    return melt_rows(table, names=names, observed_at=table["date"])


SOURCE = Source(
    id="gdelt_interaction",
    name="Coded interaction of states",
    publisher="GDELT",
    licence="GPL carrier, GDELT citation",
    in_sample=False,
    resources=(Resource(DYADS, ""),),
    series=("interaction.*",),
    period="day",
    cadence_days=1,
    lag_days=1,
    grade="C3",
    expected_rows=250_000,
    bounds=(Bounds("interaction.", minimum=None), Bounds("interaction.world", jump=200)),
    parse=parse,
    page="https://www.gdeltproject.org/",
    quirks="96 days missing; sums grow with coverage, divide by the world's total.",
)
