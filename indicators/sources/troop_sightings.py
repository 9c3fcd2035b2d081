"""Geolocated sightings: Russian military presence and all events, per country and day.

Provider: Centre for Information Resilience and Bellingcat, compiled by M. Foronda. Cadence: daily
in 2022. Lag: two days. Licence: not stated, so never in the sample.

Quirks: entries are grouped by month under names such as `Russian Military Presence March 2022`.
These are volunteers' entries: a line that is there twice counts once, one number can name two
places, countries are misspelt or left out (`unnamed`), a few entries have no date. Days without
an entry are zero only inside months in which the map kept the group; a month without its group is
missing. Presence thins out after July 2022.
"""

import pandas as pd

from indicators import decode
from indicators.places import slug
from indicators.rows import as_text, join_rows, make_rows, reject_rows
from indicators.source import Bounds, Payloads, Resource, Source

EVENTS = "troop_sightings/events.csv"
COUNTRIES = ("russia", "belarus", "ukraine", "moldova", "crimea", "serbia", "unnamed")

_WEB = "https://raw.githubusercontent.com/mauforonda/ukraine/HEAD"
_SPELLINGS = {
    "belaurs": "belarus",
    "russa": "russia",
    "ukrain": "ukraine",
    "kursk-oblast": "russia",
    "": "unnamed",
    "other-type-name-in-cell": "unnamed",
}
_PRESENCE = "Russian Military Presence"


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return daily counts of sightings per country."""
    table = decode.table(payloads, EVENTS, columns=("entry", "date", "event_group", "country"))
    table = table.drop_duplicates()
    plain = table["country"].map({name: slug(name) for name in set(table["country"])})
    country = plain.replace(_SPELLINGS)
    day = pd.to_datetime(table["date"], format="%Y-%m-%d", errors="coerce")
    undated, nowhere = day.isna(), ~country.isin(COUNTRIES)
    good = ~undated & ~nowhere
    seen = pd.DataFrame({"country": country, "day": day, "group": table["event_group"]})[good]
    presence = seen[seen["group"].str.startswith(_PRESENCE)]
    return join_rows(
        _daily(seen, "sightings.events"),
        _daily(presence, "sightings.military-presence"),
        reject_rows(series="sightings", raw=as_text(table[undated]), why="unreadable date"),
        reject_rows(
            series="sightings", raw=as_text(table[nowhere & ~undated]), why="unknown country"
        ),
    )


def _daily(seen: pd.DataFrame, prefix: str) -> pd.DataFrame:
    if seen.empty:
        return join_rows()
    days = pd.date_range(seen["day"].min(), seen["day"].max(), name="day")
    kept = days[days.to_period("M").isin(seen["day"].dt.to_period("M").unique())]
    wide = pd.crosstab(seen["day"], seen["country"]).reindex(kept, fill_value=0)
    long = wide.reset_index(names="day").melt(id_vars="day", var_name="country", value_name="n")
    return make_rows(
        series=prefix + "." + long["country"].astype(str),
        observed_at=long["day"].dt.strftime("%Y-%m-%d"),
        value=long["n"],
    )


SOURCE = Source(
    id="troop_sightings",
    name="Geolocated sightings",
    publisher="Centre for Information Resilience and Bellingcat; compiled by M. Foronda",
    licence="not stated",
    in_sample=False,
    resources=(Resource(EVENTS, f"{_WEB}/events.csv"),),
    series=tuple(
        f"sightings.{what}.{name}" for what in ("military-presence", "events") for name in COUNTRIES
    ),
    period="day",
    cadence_days=1,
    lag_days=2,
    grade="B2",
    expected_rows=2_000,
    bounds=(Bounds("sightings.", maximum=1_000),),
    parse=parse,
    quirks="A month without its group is missing; entries twice and countries misspelt are"
    " repaired; presence thins out after July 2022.",
)
