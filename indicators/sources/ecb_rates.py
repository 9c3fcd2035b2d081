"""Euro reference rates: units of a currency for one euro.

Provider: European Central Bank. Cadence: working days, about 16:00 CET. Lag: none.
Licence: free with attribution.

Quirks: the bank publishes a zip with one wide CSV, newest day first, `N/A` where a currency is not
quoted, and a trailing comma; a plain CSV of the same columns is read too. The rouble ends on
2022-03-01. The lira lost six zeros at the start of 2005.
"""

import pandas as pd

from indicators import decode
from indicators.rows import melt_rows
from indicators.source import Bounds, Payloads, Resource, Source

RATES = "ecb_fx/eurofxref.csv"


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return the rate of each quoted currency for each working day."""
    body = decode.payload(payloads, RATES)
    if body[:2] == b"PK":
        body = decode.unzipped(body, name=RATES, member_suffix=".csv")
    table = decode.table({RATES: body}, RATES, columns=("Date", "USD"))
    currencies = [name for name in table.columns if name.strip().isalpha() and len(name) == 3]
    rates = table.replace("N/A", "")
    names = {name: f"fx.eur-{name.lower()}" for name in currencies}
    return melt_rows(rates, names=names, observed_at=table["Date"])


SOURCE = Source(
    id="ecb_rates",
    name="Euro reference rates",
    publisher="European Central Bank",
    licence="free with attribution",
    in_sample=True,
    resources=(Resource(RATES, "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"),),
    series=("fx.eur-*",),
    period="day",
    cadence_days=3,  # nothing comes over a weekend
    lag_days=0,
    grade="A1",
    expected_rows=50_000,
    bounds=(Bounds("fx.", minimum=1e-6, maximum=1e8, jump=200),),
    parse=parse,
    quirks="Working days only; the rouble ends on 2022-03-01.",
)
