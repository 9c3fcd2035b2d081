"""Ukraine Support Tracker: aid allocated per month, in billions of euros.

Provider: Kiel Institute for the World Economy. Cadence: every two months or so. Lag: about 75
days. Licence: free with citation of the Institute.

Quirks: each release revises earlier months. The donor file lists only months in which a donor
allocated something; the ledger is complete, so a month of the total's range in which a donor is
not listed is zero. The EU's own institutions are a donor of their own (`eu`).
"""

import pandas as pd

from indicators import decode
from indicators.rows import Column, as_text, join_rows, melt_rows, reject_rows
from indicators.source import Bounds, Payloads, Resource, Source

TOTAL = "kiel_support_tracker/total_allocations.csv"
DONORS = "kiel_support_tracker/data_explorer.csv"

_WEB = (
    "https://raw.githubusercontent.com/UkraineSupportTrackerWebsite/ukraine-support-tracker"
    "/HEAD/data"
)
_TOTALS = {
    "total_allocations": "aid.total",
    "military": "aid.military",
    "financial": "aid.financial",
    "humanitarian": "aid.humanitarian",
}
_BY_DONOR = ("total", "military")


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return monthly allocations in EUR bn: all donors together, and by donor."""
    total = decode.table(payloads, TOTAL, columns=("year", "month", *_TOTALS))
    donors = decode.table(payloads, DONORS, columns=("iso", "year", "month", *_BY_DONOR))
    months = _months(total)
    return join_rows(
        melt_rows(total, names=_TOTALS, observed_at=months), _by_donor(donors, sorted(set(months)))
    )


def _months(table: pd.DataFrame) -> Column:
    return table["year"] + "-" + table["month"].str.zfill(2) + "-01"


def _by_donor(table: pd.DataFrame, months: list[str]) -> pd.DataFrame:
    donor = table["iso"].str.strip().str.lower()
    keyed = table.assign(donor=donor, month=_months(table))
    twice = keyed.duplicated(["donor", "month"], keep=False) | (donor == "")
    rejected = reject_rows(
        series="aid.total", raw=as_text(table[twice]), why="a donor's month twice, or no donor"
    )
    frames = [rejected]
    for kind in _BY_DONOR:
        cells = keyed[~twice].pivot_table(
            index="month", columns="donor", values=kind, aggfunc="first", observed=True
        )
        whole = cells.reindex(cells.index.union(months)).fillna("0")
        names = {name: f"aid.{kind}.{name}" for name in whole.columns}
        frames.append(melt_rows(whole, names=names, observed_at=whole.index.to_series()))
    return join_rows(*frames)


SOURCE = Source(
    id="kiel_support_tracker",
    name="Aid to Ukraine",
    publisher="Kiel Institute for the World Economy, Ukraine Support Tracker",
    licence="free with citation of the Institute",
    in_sample=True,
    resources=(
        Resource(TOTAL, f"{_WEB}/total_allocations.csv"),
        Resource(DONORS, f"{_WEB}/data_explorer.csv"),
    ),
    series=(*_TOTALS.values(), *(f"aid.{kind}.*" for kind in _BY_DONOR)),
    period="month",
    cadence_days=61,
    lag_days=75,
    grade="B2",
    expected_rows=3_000,
    bounds=(
        Bounds("aid.", minimum=None, maximum=500.0),
        *(Bounds(f"aid.{kind}", minimum=None, maximum=500.0, jump=200) for kind in _BY_DONOR),
        *(Bounds(f"aid.{kind}.", minimum=None, maximum=200.0) for kind in _BY_DONOR),
    ),
    parse=parse,
    quirks="Each release revises earlier months; a donor not cells in a month allocated nothing.",
)
