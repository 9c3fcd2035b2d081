"""Spot prices of crude oil (Brent, WTI, USD a barrel) and gas (Henry Hub, USD a million Btu).

Provider: US Energy Information Administration, carried as CSV by DataHub. Cadence: working days,
refreshed about weekly. Lag: four days. Licence: public domain.

Quirks: no rows on holidays and weekends, which is not a price of zero. WTI was negative on
2020-04-20. Blank prices are missing.
"""

import pandas as pd

from indicators import decode
from indicators.rows import join_rows, make_rows
from indicators.source import Bounds, Payloads, Resource, Source

_WEB = "https://raw.githubusercontent.com/datasets"
_SERIES = {
    "oil_prices/brent-daily.csv": "price.brent",
    "oil_prices/wti-daily.csv": "price.wti",
    "natural_gas/daily.csv": "price.henry-hub",
}


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return one price a working day for each of the three markets."""
    frames = []
    for filename, series in _SERIES.items():
        table = decode.table(payloads, filename, columns=("Date", "Price"))
        frames.append(make_rows(series=series, observed_at=table["Date"], value=table["Price"]))
    return join_rows(*frames)


SOURCE = Source(
    id="eia_prices",
    name="Oil and gas prices",
    publisher="US Energy Information Administration",
    licence="public domain",
    in_sample=True,
    resources=(
        Resource("oil_prices/brent-daily.csv", f"{_WEB}/oil-prices/HEAD/data/brent-daily.csv"),
        Resource("oil_prices/wti-daily.csv", f"{_WEB}/oil-prices/HEAD/data/wti-daily.csv"),
        Resource("natural_gas/daily.csv", f"{_WEB}/natural-gas/HEAD/data/daily.csv"),
    ),
    series=tuple(_SERIES.values()),
    period="day",
    cadence_days=7,
    lag_days=4,
    grade="A1",
    expected_rows=26_000,
    bounds=(
        Bounds("price.", maximum=1_000, jump=200),
        Bounds("price.wti", minimum=None, maximum=1_000, jump=200),
    ),
    parse=parse,
    quirks="Working days only; WTI was negative on 2020-04-20.",
)
