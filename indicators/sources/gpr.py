"""Geopolitical risk: how much newspapers write of threats and acts, daily and by country.

Provider: Dario Caldara and Matteo Iacoviello. Cadence: daily index each Monday, countries at the
start of a month. Lag: seven days, fifteen for countries. Licence: free with attribution.

Quirks: `.xls` workbooks with the dictionary of columns beside the data. The daily index is 100 on
average over 1985-2019; a country's is the share of articles in per cent. Blank cells before a
series begins are missing.
"""

import pandas as pd

from indicators import decode
from indicators.rows import is_blank, join_rows, melt_rows
from indicators.source import Bounds, Payloads, Resource, Source, Timing

DAILY = "gpr/data_gpr_daily_recent.xls"
MONTHLY = "gpr/data_gpr_export.xls"

_WEB = "https://www.matteoiacoviello.com/gpr_files"
_COUNTRY = "GPRC_"
_SERIES = {
    "GPRD": "gpr.daily.index",
    "GPRD_THREAT": "gpr.daily.threats",
    "GPRD_ACT": "gpr.daily.acts",
}


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return the daily indices and the monthly share per country (ISO code, lower case)."""
    return join_rows(_daily(payloads), _by_country(payloads))


def _daily(payloads: Payloads) -> pd.DataFrame:
    table = decode.sheet(payloads, DAILY, columns=("DAY", *_SERIES))
    table = table[~is_blank(table["DAY"])]
    day = table["DAY"].astype(str).str.removesuffix(".0")
    dashed = day.str.replace(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", regex=True)
    return melt_rows(table, names=_SERIES, observed_at=dashed)


def _by_country(payloads: Payloads) -> pd.DataFrame:
    table = decode.sheet(payloads, MONTHLY, columns=("month", f"{_COUNTRY}RUS"))
    table = table[~is_blank(table["month"])]
    codes = [name for name in table.columns if name.startswith(_COUNTRY)]
    names = {code: f"gpr.country.{code.removeprefix(_COUNTRY).lower()}" for code in codes}
    return melt_rows(table, names=names, observed_at=table["month"].astype(str).str[:10])


SOURCE = Source(
    id="gpr",
    name="Geopolitical risk index",
    publisher="D. Caldara and M. Iacoviello",
    licence="free with attribution",
    in_sample=True,
    resources=(
        Resource(DAILY, f"{_WEB}/data_gpr_daily_recent.xls"),
        Resource(MONTHLY, f"{_WEB}/data_gpr_export.xls"),
    ),
    series=(*_SERIES.values(), "gpr.country.*"),
    period="day",
    cadence_days=7,
    lag_days=7,
    grade="B2",
    expected_rows=60_000,
    bounds=(
        Bounds("gpr.daily.", maximum=5_000, jump=200),
        Bounds("gpr.country.", maximum=100),
    ),
    parse=parse,
    quirks="Daily index published each Monday; countries monthly, fifteen days late.",
    timings=(Timing("gpr.country.", "month", 15),),
)
