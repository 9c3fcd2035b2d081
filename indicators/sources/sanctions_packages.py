"""Dated sanctions packages against Russia and Belarus, by who imposed them.

Provider: announcements of the EU, the US, the UK and others. Cadence: irregular. Lag: one day.
Licence: facts. No public URL is known: it is kept by hand and read from a folder.

Quirks: a package of trade measures lists nobody, and its zero is a count. Two packages of one
imposer on one day are added up. A day without a package has no row. The list is hand-kept and
ends in June 2024; a later package is missing, not absent. It is complete for the numbered packages
of the EU alone: of the US and the UK it has the spring of 2022 and one later order, while the US
Treasury's own list (`ofac_designations`) grew by hundreds in months without an entry here.
"""

import pandas as pd

from indicators import decode
from indicators.places import slug
from indicators.rows import as_text, join_rows, melt_rows, reject_rows
from indicators.source import Bounds, Payloads, Resource, Source

PACKAGES = "sanctions_packages/sanctions_packages.csv"
_COUNTS = ("packages", "individuals", "entities")


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return packages, persons and entities listed per imposer and day."""
    table = decode.table(
        payloads, PACKAGES, columns=("date", "imposed_by", "individuals", "entities")
    )
    counts = pd.DataFrame(
        {
            "date": table["date"],
            "imposer": table["imposed_by"].map(slug),
            "packages": 1,
            "individuals": pd.to_numeric(table["individuals"], errors="coerce"),
            "entities": pd.to_numeric(table["entities"], errors="coerce"),
        }
    )
    bad = counts["individuals"].isna() | counts["entities"].isna() | (counts["imposer"] == "")
    daily = counts[~bad].groupby(["imposer", "date"])[list(_COUNTS)].sum().reset_index()
    frames = [
        melt_rows(
            part,
            names={what: f"sanctions.{what}.{imposer}" for what in _COUNTS},
            observed_at=part["date"],
        )
        for imposer, part in daily.groupby("imposer")
    ]
    why = "a package without an imposer or whole counts"
    return join_rows(
        *frames, reject_rows(series="sanctions.packages", raw=as_text(table[bad]), why=why)
    )


SOURCE = Source(
    id="sanctions_packages",
    name="Sanctions packages",
    publisher="Announcements of the EU, US, UK and others",
    licence="facts",
    in_sample=True,
    resources=(Resource(PACKAGES, ""),),
    series=tuple(f"sanctions.{what}.*" for what in _COUNTS),
    period="day",
    cadence_days=120,
    lag_days=1,
    grade="B2",
    expected_rows=60,
    bounds=(Bounds("sanctions.", maximum=10_000),),
    parse=parse,
    page="https://www.consilium.europa.eu/en/policies/sanctions-against-russia/",
    quirks="Kept by hand until June 2024, whole for the EU alone; packages of a day are added up.",
)
