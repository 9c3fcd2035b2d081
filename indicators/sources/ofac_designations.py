"""Sanctions listings of the US Treasury (OFAC) per country and month.

Provider: Office of Foreign Assets Control, compiled by Jeff Allen. Cadence: monthly. Lag: five
days. Licence: MIT over public domain.

Quirks: dates are month ends. The first month is the baseline: everything listed before is dated
there, so its additions and removals measure nothing and are left out.
"""

import pandas as pd

from indicators import decode
from indicators.places import slug
from indicators.rows import join_rows, make_rows
from indicators.source import Bounds, Payloads, Resource, Source

PANEL = "ofac_designations/ofac_panel.csv"

_WEB = "https://raw.githubusercontent.com/jeffallen13/ofac/HEAD/data"
_SERIES = {"levels": "ofac.level", "additions": "ofac.additions", "removals": "ofac.removals"}


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return listings in force, added and removed, per country and month."""
    table = decode.table(payloads, PANEL, columns=("Country", "Date", *_SERIES))
    country = table["Country"].map({name: _country(name) for name in set(table["Country"])})
    month = table["Date"].str.replace(r"^(\d{4}-\d{2})-\d{2}$", r"\1-01", regex=True)
    after_baseline = month > month.min()
    frames = []
    for column, prefix in _SERIES.items():
        keep = after_baseline | (column == "levels")
        frames.append(
            make_rows(
                series=(prefix + "." + country)[keep],
                observed_at=month[keep],
                value=table[column][keep],
            )
        )
    return join_rows(*frames)


def _country(name: str) -> str:
    """Turn `Korea, North` round before it becomes a slug."""
    last, comma, first = name.partition(", ")
    return slug(f"{first} {last}" if comma else name)


SOURCE = Source(
    id="ofac_designations",
    name="US sanctions listings",
    publisher="US Treasury, Office of Foreign Assets Control; compiled by J. Allen",
    licence="MIT over public domain",
    in_sample=True,
    resources=(Resource(PANEL, f"{_WEB}/ofac_panel.csv"),),
    series=tuple(f"{prefix}.*" for prefix in _SERIES.values()),
    period="month",
    cadence_days=31,
    lag_days=5,
    grade="A2",
    expected_rows=19_000,
    bounds=(Bounds("ofac.", maximum=100_000), Bounds("ofac.level.russia", jump=200)),
    parse=parse,
    quirks="The first month is a baseline without additions or removals.",
)
