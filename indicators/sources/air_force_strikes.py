"""Missile and drone strikes on Ukraine: launched and destroyed per day, as claimed.

Provider: Air Force of Ukraine, structured by Petro Ivaniuk. Cadence: daily. Lag: one day.
Licence: not stated, so never in the sample.

Quirks: a strike counts on the day it ended, in Kyiv's local date, because that is the morning of
the report. `missiles_and_uavs.csv` says which model is a drone; reconnaissance drones are not
strikes and are left out, armed ones and loitering munitions count. Drone counts include decoys
from autumn 2024. The log is complete in its own range: a day without a strike is zero. There is
no public address without an account (Kaggle), so it is read from a folder.
"""

import pandas as pd

from indicators import decode
from indicators.rows import Column, as_text, is_blank, join_rows, make_rows, reject_rows
from indicators.source import Bounds, Payloads, Resource, Source

STRIKES = "air_force_strikes/missile_attacks_daily.csv"
MODELS = "air_force_strikes/missiles_and_uavs.csv"

_UNLISTED_DRONES = ("Картограф", "Привет-82", "Фенікс")
_SERIES = {
    (kind, what): f"strikes.{kind}.{what}"
    for kind in ("missiles", "drones")
    for what in ("launched", "destroyed")
}


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return daily sums per kind, with a zero for each quiet day inside the log's range."""
    table = decode.table(payloads, STRIKES, columns=("time_end", "model", "launched", "destroyed"))
    models = decode.table(payloads, MODELS, columns=("model", "category", "type"))
    day = pd.to_datetime(table["time_end"].str[:10], format="%Y-%m-%d", errors="coerce")
    launched = pd.to_numeric(table["launched"], errors="coerce")
    destroyed = pd.to_numeric(table["destroyed"], errors="coerce")
    odd = launched.isna() & ~is_blank(table["launched"])
    odd |= destroyed.isna() & ~is_blank(table["destroyed"])
    bad = day.isna() | odd | (launched < 0) | (destroyed < 0)
    counts = pd.DataFrame(
        {"day": day, "kind": _kinds(table["model"], models), "launched": launched}
    ).assign(destroyed=destroyed)[~bad]
    rejected = reject_rows(
        series="strikes", raw=as_text(table[bad]), why="a strike without a date or with odd counts"
    )
    return join_rows(_daily(counts), rejected)


def _kinds(model: Column, models: pd.DataFrame) -> Column:
    drone = models["category"].str.upper() == "UAV"
    scout = drone & (models["type"].str.strip() == "reconnaissance")
    kind = pd.Series("missiles", index=models.index).mask(drone, "drones").mask(scout, "scouts")
    known = dict(zip(models["model"], kind, strict=True))
    unlisted = dict.fromkeys(_UNLISTED_DRONES, "scouts")
    names = {name: known.get(name, unlisted.get(name, "missiles")) for name in set(model)}
    return model.map(names)


def _daily(counts: pd.DataFrame) -> pd.DataFrame:
    if counts.empty:
        return join_rows()
    days = pd.date_range(counts["day"].min(), counts["day"].max())
    frames = []
    for (kind, what), series in _SERIES.items():
        daily = (
            counts[counts["kind"] == kind].groupby("day")[what].sum().reindex(days, fill_value=0)
        )
        observed = pd.Series(days.strftime("%Y-%m-%d"))
        frames.append(
            make_rows(series=series, observed_at=observed, value=daily.reset_index(drop=True))
        )
    return join_rows(*frames)


SOURCE = Source(
    id="air_force_strikes",
    name="Missile and drone strikes",
    publisher="Air Force of Ukraine; structured by P. Ivaniuk",
    licence="not stated",
    in_sample=False,
    resources=(Resource(STRIKES, ""), Resource(MODELS, "")),
    series=tuple(_SERIES.values()),
    period="day",
    cadence_days=1,
    lag_days=1,
    grade="C3",
    expected_rows=3_500,
    bounds=(Bounds("strikes.", maximum=5_000),),
    parse=parse,
    page="https://www.kaggle.com/datasets/piterfm/massive-missile-attacks-on-ukraine",
    quirks="Counted on the day a strike ended; reconnaissance drones left out; decoys included"
    " from autumn 2024.",
)
