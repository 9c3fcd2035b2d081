"""Tiny answers in each publisher's own format, and the pieces tests of sources share."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import numpy as np
import openpyxl
import pandas as pd

from forecaster.domain.reading import Batch, Readings
from indicators.places import OBLASTS
from indicators.source import Bounds, Resource, Source

NOW = datetime(2025, 7, 10, 12, tzinfo=UTC)


def utc(text: str) -> np.datetime64:
    return np.datetime64(text, "us")


def table(batch: Batch) -> dict[tuple[str, str], float]:
    """The last known value per (series, day) of a batch."""
    readings = batch.readings
    days = np.datetime_as_string(readings.observed_at, unit="D")
    return dict(zip(zip(readings.series, days, strict=True), readings.value, strict=True))


def readings(source: str, rows: list[tuple[str, str, str, float, bool]]) -> Readings:
    series, observed, recorded, value, estimated = zip(*rows, strict=True)
    return Readings(
        source=source,
        series=np.array(series, dtype=object),
        observed_at=np.array(observed, dtype="datetime64[us]"),
        recorded_at=np.array(recorded, dtype="datetime64[us]"),
        value=np.array(value, dtype=float),
        estimated=np.array(estimated, dtype=bool),
    )


def frame(rows: list[tuple[object, ...]], *columns: str) -> pd.DataFrame:
    names = columns or ("series", "observed_at", "value")
    return pd.DataFrame(rows, columns=list(names), dtype=object)


def plain_source(**changes: object) -> Source:
    fields: dict[str, object] = {
        "id": "plain",
        "name": "A plain source",
        "publisher": "nobody",
        "licence": "none",
        "in_sample": False,
        "resources": (Resource("plain.csv", ""),),
        "series": ("plain.count", "plain.total", "plain.open.*"),
        "period": "day",
        "cadence_days": 1,
        "lag_days": 1,
        "grade": "B2",
        "expected_rows": 1,
        "bounds": (
            Bounds("plain.", maximum=1e6),
            Bounds("plain.count", maximum=1e6, jump=200),
            Bounds("plain.total", maximum=1e9, cumulative=True),
        ),
        "parse": lambda payloads: frame([]),
    }
    return Source(**{**fields, **changes})  # type: ignore[arg-type]


def csv_bytes(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def workbook(rows: list[list[object]], sheet: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(name: str, body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, body)
    return out.getvalue()


def days(first: str, count: int) -> list[str]:
    start = datetime.fromisoformat(first)
    return [(start + timedelta(days=i)).strftime("%Y-%m-%d") for i in range(count)]


def _viina() -> dict[str, bytes]:
    dates = [int(day.replace("-", "")) for day in days("2025-06-20", 8)]
    counts = [[7] + [i + column for column in range(27)] for i in range(8)]
    kinds = {"start": 20250620, "Airstrike": list(range(8)), "Drone": [3] * 8}
    names = ["(unnamed)", *OBLASTS]
    return {
        "viina/choropleth-timeline.json": json.dumps({"dates": dates, "counts": counts}).encode(),
        "viina/type-timeline.json": json.dumps(kinds).encode(),
        "viina/oblasts.csv": csv_bytes("column,name", *(f"{i},{n}" for i, n in enumerate(names))),
    }


def _losses() -> dict[str, bytes]:
    return {
        "general_staff_losses/russia_losses_vintages.csv": csv_bytes(
            "recorded_at,date,category,value",
            "2022-04-29T14:00:00+03:00,2022-04-29,tank,970",
            "2022-04-29T14:00:00+03:00,2022-04-29,military auto,1695",
            "2022-04-29T14:00:00+03:00,2022-04-29,fuel tank,76",
            "2022-05-01T14:00:00+03:00,2022-04-29,military auto,1701",
            "2022-05-01T14:00:00+03:00,2022-05-01,military auto,",
            "2022-05-01T14:00:00+03:00,2022-05-01,fuel tank,",
            "2022-05-01T14:00:00+03:00,2022-05-01,vehicles and fuel tanks,1796",
            "2022-05-01T14:00:00+03:00,2022-05-01,tank,1026",
            "2022-05-03T09:00:00+03:00,2022-05-01,tank,1020",
        )
    }


def _strikes() -> dict[str, bytes]:
    return {
        "air_force_strikes/missiles_and_uavs.csv": csv_bytes(
            "model,category,type",
            "Shahed-136/131,UAV,loitering munition",
            "Orlan-10,UAV,reconnaissance",
            "Kalibr,cruise missile,",
        ),
        "air_force_strikes/missile_attacks_daily.csv": csv_bytes(
            "time_start,time_end,model,launched,destroyed,source",
            "2025-06-29 22:00,2025-06-30 09:00,Shahed-136/131,107.0,64.0,x",
            "2025-06-30,2025-06-30,Orlan-10,3.0,3.0,x",
            "2025-06-30,2025-06-30,Kalibr,4.0,,x",
            "2025-06-28,2025-06-28,Shahed-136/131,10,9,x",
        ),
    }


def _alerts() -> dict[str, bytes]:
    return {
        "air_raid_alerts/volunteer_data_en.csv": csv_bytes(
            "region,started_at,finished_at,naive",
            "Kyiv City,2022-03-01 10:00:00+00:00,2022-03-01 11:00:00+00:00,False",
            "Kyiv City,2022-03-02 22:00:00+00:00,2022-03-03 01:30:00+00:00,False",
            "Kyiv City,2022-03-02 22:30:00+00:00,2022-03-02 23:30:00+00:00,True",
            "Odeska oblast,2022-03-02 05:00:00+00:00,2022-03-04 06:00:00+00:00,False",
            "Luhanska oblast,2022-03-03 05:00:00+00:00,2022-03-03 06:00:00+00:00,False",
            "Kyivska oblast,2022-03-06 10:00:00+00:00,2022-03-06 11:00:00+00:00,False",
        )
    }


def _kiel() -> dict[str, bytes]:
    return {
        "kiel_support_tracker/total_allocations.csv": csv_bytes(
            "year,month,total_allocations,military,financial,humanitarian",
            "2022,1,0.27,0.23,0.0,0.04",
            "2022,2,3.12,0.93,1.98,0.21",
            "2022,3,5.07,1.99,,1.26",
        ),
        "kiel_support_tracker/data_explorer.csv": csv_bytes(
            "country,iso,year,month,total,financial,humanitarian,military",
            "United States,USA,2022,1,0.2,0.0,0.0,0.2",
            "United States,USA,2022,3,0.9,0.0,0.0,0.9",
            "EU (Commission and Council),EU,2022,2,1.2,1.2,0.0,",
        ),
    }


def _gpr() -> dict[str, bytes]:
    return {
        "gpr/data_gpr_daily_recent.xls": workbook(
            [
                ["DAY", "N10D", "GPRD", "GPRD_ACT", "GPRD_THREAT", "var_name"],
                ["20250601", 200, 150.5, 170.0, 140.0, "DAY"],
                ["20250602", 210, 160.5, 171.0, None, "N10D"],
                [None, None, None, None, None, "GPRD"],
            ]
        ),
        "gpr/data_gpr_export.xls": workbook(
            [
                ["month", "GPR", "GPRC_RUS", "GPRC_POL", "GPRHC_RUS"],
                [date(1900, 1, 1), None, None, None, 0.4],
                [date(2025, 5, 1), 120.0, 1.9, 0.2, 1.5],
            ]
        ),
    }


def _prices() -> dict[str, bytes]:
    return {
        "oil_prices/brent-daily.csv": csv_bytes("Date,Price", "2025-06-27,69.37", "2025-06-30,"),
        "oil_prices/wti-daily.csv": csv_bytes("Date,Price", "2020-04-20,-36.98", "2020-04-21,8.91"),
        "natural_gas/daily.csv": csv_bytes("Date,Price", "2025-06-27,3.23"),
    }


def _rates() -> dict[str, bytes]:
    body = csv_bytes(
        "Date,USD,PLN,RUB,",
        "2022-03-02,1.1106,4.7871,N/A,",
        "2022-03-01,1.1162,4.7455,117.201,",
    )
    return {"ecb_fx/eurofxref.csv": zipped("eurofxref-hist.csv", body)}


EXAMPLES = {
    "viina": _viina(),
    "general_staff_losses": _losses(),
    "air_force_strikes": _strikes(),
    "air_raid_alerts": _alerts(),
    "kiel_support_tracker": _kiel(),
    "ofac_designations": {
        "ofac_designations/ofac_panel.csv": csv_bytes(
            "Country,Date,yrqtr,yrmon,levels,additions,removals,change",
            '"Korea, North",2022-04-30,2022Q2,2022-04,400,0,0,0',
            "Russia,2022-04-30,2022Q2,2022-04,1469,0,0,0",
            "Russia,2022-05-31,2022Q2,2022-05,1524,59,4,55",
        )
    },
    "sanctions_packages": {
        "sanctions_packages/sanctions_packages.csv": csv_bytes(
            "date,imposed_by,package,individuals,entities",
            "2022-02-24,US,US Full Blocking Sanctions,24,80",
            "2022-02-24,US,US Export Controls,0,0",
            "2022-02-25,EU,EU 2nd Sanctions Package,26,7",
        )
    },
    "gpr": _gpr(),
    "eia_prices": _prices(),
    "ecb_rates": _rates(),
    "gdelt_interaction": {
        "gdelt_dyads/gdelt_dyad_daily_2018_2024.csv": csv_bytes(
            "date,WORLD_ABS_TOTAL,RUS-UKR,RUS-POL",
            "2018-01-01,25388.3,-148.73,36.04",
            "2018-01-03,44549.4,1.64,0.0",
        )
    },
    "troop_sightings": {
        "troop_sightings/events.csv": csv_bytes(
            "entry,date,event_group,lat,lon,country,province",
            "UW1,2022-01-01,Russian Military Presence January 2022,54.0,27.2,Belarus,",
            "UW1,2022-01-01,Russian Military Presence January 2022,54.0,27.2,Belarus,",
            "UW2,2022-01-03,Russian Military Presence January 2022,53.0,49.7,Belaurs,",
            "UW3,2022-01-03,Civilian Casualty,50.0,30.0,ukraine,",
            "UW4,2022-03-02,Russian Military Presence March 2022,50.0,30.0,Russia,",
            "UW5,,Other,50.0,30.0,Ukraine,",
            "UW6,2022-03-02,Other,50.0,30.0,Atlantis,",
        )
    },
}
"""A healthy answer of every source, by id."""
