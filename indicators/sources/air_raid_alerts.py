"""Air-raid alerts: hours under alert per region and day.

Provider: eTryvoga volunteers, collected by Vadym Klymenko. Cadence: daily. Lag: none.
Licence: MIT.

Quirks: the log is complete for the regions it covers, so a whole day inside its range without an
alert is zero; the first and the last day are only partly covered and are left out. Alerts of one
region overlap: they are merged before hours are counted, and split at midnight UTC. Luhansk and
Crimea are under a permanent alarm that the log does not hold, so they have no zeros. Where
`naive` is true the end was not seen and is set half an hour after the start.
"""

import pandas as pd

from indicators import decode
from indicators.places import OBLASTS, oblast_slug
from indicators.rows import Column, as_text, join_rows, make_rows, reject_rows
from indicators.source import Bounds, Payloads, Resource, Source

ALERTS = "air_raid_alerts/volunteer_data_en.csv"
PERMANENT = ("luhansk", "crimea", "sevastopol")

_WEB = "https://raw.githubusercontent.com/Vadimkin/ukrainian-air-raid-sirens-dataset/HEAD/datasets"
_DAY = pd.Timedelta(days=1)


def parse(payloads: Payloads) -> pd.DataFrame:
    """Return hours under alert (0 to 24) per region for every day the log covers whole."""
    table = decode.table(payloads, ALERTS, columns=("region", "started_at", "finished_at"))
    places = table["region"].map({name: oblast_slug(name) for name in set(table["region"])})
    start, end = _moments(table["started_at"]), _moments(table["finished_at"])
    unknown = ~places.isin(OBLASTS)
    odd = ~unknown & ~(end > start)
    good = ~unknown & ~odd
    alerts = pd.DataFrame({"place": places, "start": start, "end": end})[good]
    return join_rows(
        _hours(alerts),
        reject_rows(series="alerts.hours", raw=as_text(table[unknown]), why="unknown region"),
        reject_rows(
            series="alerts.hours", raw=as_text(table[odd]), why="an alert without start and end"
        ),
    )


def _moments(column: Column) -> Column:
    zoned = column.where(column.str.contains(r"(?:Z|[+-]\d{2}:?\d{2})$", regex=True))
    return pd.to_datetime(zoned, format="ISO8601", utc=True, errors="coerce")


def _hours(alerts: pd.DataFrame) -> pd.DataFrame:
    if alerts.empty:
        return join_rows()
    first = alerts["start"].min().floor("D") + _DAY
    last = alerts["end"].max().floor("D") - _DAY
    per_day = _split_at_midnight(_merged(alerts))
    hours = per_day.groupby(["place", "day"])["hours"].sum().clip(upper=24.0)
    covered = [name for name in alerts["place"].unique() if name not in PERMANENT]
    days = pd.date_range(first, last)
    grid = pd.MultiIndex.from_product([covered, days], names=["place", "day"])
    logged = hours[hours.index.get_level_values("day").isin(days)]
    if len(grid) + len(logged) == 0:
        return join_rows()
    every = pd.MultiIndex.from_tuples(sorted({*grid, *logged.index}), names=grid.names)
    whole = logged.reindex(every, fill_value=0.0).reset_index()
    return make_rows(
        series="alerts.hours." + whole["place"],
        observed_at=whole["day"].dt.strftime("%Y-%m-%d"),
        value=whole["hours"],
    )


def _merged(alerts: pd.DataFrame) -> pd.DataFrame:
    """Return alerts that overlap in one place as one, from the first start to the last end."""
    ordered = alerts.sort_values(["place", "start"])
    ends_before = ordered.groupby("place")["end"].transform(lambda ends: ends.cummax().shift())
    begins = ~(ordered["start"] <= ends_before)
    spans = ordered.groupby(["place", begins.cumsum()])
    return spans.agg(start=("start", "min"), end=("end", "max")).reset_index("place")


def _split_at_midnight(spans: pd.DataFrame) -> pd.DataFrame:
    first_day = spans["start"].dt.floor("D")
    count = ((spans["end"].dt.floor("D") - first_day) // _DAY + 1).to_numpy()
    parts = spans.assign(day=first_day).reset_index(drop=True)
    parts = parts.loc[parts.index.repeat(count)]
    parts["day"] += pd.to_timedelta(parts.groupby(level=0).cumcount(), unit="D")
    begin = parts["start"].clip(lower=parts["day"])
    finish = parts["end"].clip(upper=parts["day"] + _DAY)
    return parts.assign(hours=(finish - begin).dt.total_seconds() / 3600).reset_index(drop=True)


SOURCE = Source(
    id="air_raid_alerts",
    name="Air-raid alert hours",
    publisher="eTryvoga volunteers; collected by V. Klymenko",
    licence="MIT",
    in_sample=True,
    resources=(Resource(ALERTS, f"{_WEB}/volunteer_data_en.csv"),),
    series=tuple(f"alerts.hours.{name}" for name in OBLASTS),
    period="day",
    cadence_days=1,
    lag_days=0,
    grade="B2",
    expected_rows=22_000,
    bounds=(Bounds("alerts.hours.", maximum=24.0),),
    parse=parse,
    quirks="Hours split at midnight UTC; a quiet day inside the log is zero; Luhansk and Crimea"
    " are under a permanent alarm that is not logged.",
)
