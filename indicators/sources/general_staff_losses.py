"""Russian losses as claimed by Ukraine's General Staff: cumulative, with every revision.

Provider: General Staff of the Armed Forces of Ukraine, structured by Petro Ivaniuk. Cadence:
daily. Lag: none, the figure of a day is published on that day. Licence: MIT.

Quirks: a party to the conflict speaks of its enemy. The counts are corrected, also downwards:
2022-10-13 and 2023-05-27 rewrite history. `russia_losses_vintages.csv` holds every value with the
time at which it was first published and is read where it is given; the live JSON files hold only
the latest word and have no such time. On 2022-05-01 `military auto` and `fuel tank` became one
category: their sum is `losses.vehicle` throughout; `mobile SRBM system` and `BUK` ended. A few
vintages misdate the newest day: by one or two days ahead in September and December 2023, which
then count from the day they speak of, and by a year in the vintage of 2025-01-03, where the day
is there twice and both rows are rejected. Three vintages drop a digit (655 tanks on 2024-02-26,
6,555 a day later); they are rejected as a fall, and the next vintage's correction stands.
"""

import pandas as pd

from indicators import decode
from indicators.places import slug
from indicators.rows import join_rows, make_rows, numbers
from indicators.source import Bounds, Payloads, Resource, Source

VINTAGES = "general_staff_losses/russia_losses_vintages.csv"
EQUIPMENT = "general_staff_losses/russia_losses_equipment.json"
PERSONNEL = "general_staff_losses/russia_losses_personnel.json"

_WEB = "https://raw.githubusercontent.com/PetroIvaniuk/2022-Ukraine-Russia-War-Dataset/HEAD/data"
_SLUGS = {
    "personnel": "personnel", "tank": "tank", "APC": "apc", "field artillery": "artillery",
    "MRL": "mrl", "anti-aircraft warfare": "air-defence", "aircraft": "aircraft",
    "helicopter": "helicopter", "drone": "drone", "cruise missiles": "cruise-missile",
    "naval ship": "ship", "submarines": "submarine", "vehicles and fuel tanks": "vehicle",
    "special equipment": "special", "POW": "pow", "mobile SRBM system": "mobile-srbm-system",
    "BUK": "buk",
}  # fmt: skip
_HALVES = ("military auto", "fuel tank")
_NOT_COUNTS = ("date", "day", "personnel*", "*personnel", "greatest losses direction")


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return cumulative claims per category, with the publisher's vintages where given."""
    if VINTAGES in payloads:
        columns = ("recorded_at", "date", "category", "value")
        table = decode.table(payloads, VINTAGES, columns=columns)
    else:
        table = pd.concat([_latest(payloads, EQUIPMENT), _latest(payloads, PERSONNEL)])
    table = table[~table["category"].isin(_NOT_COUNTS)].reset_index(drop=True)
    halves = table["category"].isin(_HALVES)
    return join_rows(_rows(table[~halves]), _vehicles(table[halves]))


def _latest(payloads: Payloads, name: str) -> pd.DataFrame:
    wide = decode.records(payloads, name, columns=("date",)).astype(object)
    counts = [column for column in wide.columns if column not in _NOT_COUNTS]
    long = wide.melt(id_vars="date", value_vars=counts, var_name="category", value_name="value")
    return long.assign(recorded_at="")


def _rows(table: pd.DataFrame) -> pd.DataFrame:
    plain = table["category"].map(
        {name: _SLUGS.get(name, slug(name)) for name in set(table["category"])}
    )
    return make_rows(
        series="losses." + plain,
        observed_at=table["date"],
        value=table["value"],
        recorded_at=table["recorded_at"],
    )


def _vehicles(halves: pd.DataFrame) -> pd.DataFrame:
    """Add up the two categories of before the merge, each as last known at every vintage."""
    value = numbers(halves["value"])
    both = (
        halves.assign(value=value)
        .dropna(subset=["value"])
        .pivot_table(index=["date", "recorded_at"], columns="category", values="value")
        .reindex(columns=list(_HALVES))
    )
    total = both.groupby(level="date").ffill().sum(axis=1, min_count=2).dropna().reset_index()
    if total.empty:
        return total
    return make_rows(
        series="losses.vehicle",
        observed_at=total["date"],
        value=total[0],
        recorded_at=total["recorded_at"],
    )


SOURCE = Source(
    id="general_staff_losses",
    name="Claimed Russian losses",
    publisher="General Staff of the Armed Forces of Ukraine; structured by P. Ivaniuk",
    licence="MIT",
    in_sample=True,
    resources=(
        Resource(VINTAGES, ""),
        Resource(EQUIPMENT, f"{_WEB}/russia_losses_equipment.json"),
        Resource(PERSONNEL, f"{_WEB}/russia_losses_personnel.json"),
    ),
    series=tuple(f"losses.{name}" for name in _SLUGS.values()),
    period="day",
    cadence_days=1,
    lag_days=0,
    grade="C3",
    expected_rows=15_000,
    bounds=(
        Bounds("losses.", maximum=10_000_000, jump=200, cumulative=True),
        Bounds("losses.pow", maximum=10_000_000),
    ),
    parse=parse,
    quirks="Claims of a party to the conflict; corrected, also downwards; vehicle categories"
    " merged on 2022-05-01.",
)
