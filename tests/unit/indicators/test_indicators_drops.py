"""Drops: a user's own csv, xlsx, json, parquet or query, described in the ladder file."""

import io
import json
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from forecaster.domain.ladder import Drop
from forecaster.errors import HostNotAllowedError, SourceError
from indicators.clean import clean
from indicators.conformance import assert_source_contract
from indicators.drops import drop_source, rows_of
from indicators.ingest import read_directory, read_drop
from tests.builders_sources import NOW, csv_bytes, table, utc, workbook

EXPECTED = {("reserves.weekly", "2025-06-02"): 4.0, ("reserves.weekly", "2025-06-09"): 5.5}


def drop(**changes: object) -> Drop:
    fields: dict[str, object] = {
        "id": "reserves",
        "format": "csv",
        "location": "mine/reserves.csv",
        "observed_column": "week",
        "value_column": "n",
        "series": "reserves.weekly",
        "lag_days": 2,
    }
    return Drop(**{**fields, **changes})  # type: ignore[arg-type]


def parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out)
    return out.getvalue()


BODIES = {
    "csv": csv_bytes("week,n,note", "2025-06-02,4,a", "2025-06-09,5.5,", "2025-06-16,,blank"),
    "json": json.dumps(
        [{"week": "2025-06-02", "n": 4}, {"week": "2025-06-09", "n": 5.5}, {"week": "2025-06-16"}]
    ).encode(),
    "xlsx": workbook(
        [["week", "n"], [date(2025, 6, 2), 4], [date(2025, 6, 9), 5.5], [date(2025, 6, 16), None]]
    ),
    "parquet": parquet(
        pd.DataFrame(
            {"week": pd.to_datetime(["2025-06-02", "2025-06-09"]), "n": [4.0, 5.5]},
        )
    ),
}


@pytest.mark.parametrize("format", sorted(BODIES))
def test_every_format_says_the_same(format, tmp_path):
    mine = drop(format=format, location=f"mine/reserves.{format}")
    (tmp_path / "mine").mkdir()
    (tmp_path / mine.location).write_bytes(BODIES[format])
    source = drop_source(mine)
    payloads = read_directory(source, tmp_path)
    batch = assert_source_contract(source, payloads, NOW)
    assert table(batch) == EXPECTED
    assert batch.readings.recorded_at.tolist()[0] == utc("2025-06-11").item()


@pytest.mark.parametrize("format", sorted(BODIES))
@pytest.mark.parametrize("body", [b"", b"<html>login</html>", b"\x00\x01\x02 torn", None], ids=repr)
def test_bodies_that_are_no_such_file_are_source_errors(format, body):
    half = BODIES["csv"][:16] if format == "csv" else BODIES[format][:40]
    torn = half if body is None else body
    source = drop_source(drop(format=format))
    with pytest.raises(SourceError, match=r"mine/reserves\.csv"):
        clean(source, {"mine/reserves.csv": torn}, now=NOW, first_fetch=None)


def test_a_result_of_a_query_becomes_the_same_rows():
    result = pd.DataFrame({"week": [date(2025, 6, 2), date(2025, 6, 9)], "n": [4, 5.5]})
    query = drop(format="sql", location="", query="select week, n from reserves")
    batch = clean(drop_source(query), rows_of(query, result), now=NOW, first_fetch=None)
    assert table(batch) == EXPECTED


def test_a_query_has_no_file():
    with pytest.raises(SourceError, match="is a query"):
        drop_source(drop(format="sql")).parse({})


def test_series_and_times_of_recording_may_be_columns():
    mine = drop(series="", series_column="id", recorded_column="known")
    body = csv_bytes(
        "week,n,id,known",
        "2025-06-02,4,patrols.sea,2025-06-03T10:00:00Z",
        "2025-06-02,7,Not An Id,2025-06-03T10:00:00Z",
    )
    batch = clean(drop_source(mine), {mine.location: body}, now=NOW, first_fetch=None)
    assert table(batch) == {("patrols.sea", "2025-06-02"): 4.0}
    assert batch.readings.recorded_at.tolist() == [utc("2025-06-03T10:00").item()]
    assert [(r.reason, r.raw) for r in batch.rejects] == [
        ("not a series id", "2025-06-02,7,Not An Id,2025-06-03T10:00:00Z")
    ]


def test_bounds_of_the_drop_hold():
    mine = drop(minimum=None, maximum=10)
    body = csv_bytes("week,n", "2025-06-02,-4", "2025-06-09,11")
    batch = clean(drop_source(mine), {mine.location: body}, now=NOW, first_fetch=None)
    assert table(batch) == {("reserves.weekly", "2025-06-02"): -4.0}
    assert [reject.reason for reject in batch.rejects] == ["above the maximum"]


def test_a_time_of_day_in_a_sheet_needs_a_zone():
    body = workbook([["week", "n"], [datetime(2025, 6, 2, 10, tzinfo=UTC).replace(tzinfo=None), 4]])
    mine = drop(format="xlsx")
    batch = clean(drop_source(mine), {mine.location: body}, now=NOW, first_fetch=None)
    assert [reject.reason for reject in batch.rejects] == ["time without a time zone"]


def test_a_sheet_is_found_by_name():
    mine = drop(format="xlsx", sheet="Data")
    body = workbook([["week", "n"], ["2025-06-02", 4]], sheet="Data")
    found = clean(drop_source(mine), {mine.location: body}, now=NOW, first_fetch=None)
    assert len(found.readings) == 1
    with pytest.raises(SourceError, match="no sheet 'Other', got Data"):
        drop_source(drop(format="xlsx", sheet="Other")).parse({mine.location: body})


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(SourceError, match="no column 'week', got day"):
        rows_of(drop(), pd.DataFrame({"day": [], "n": []}))


@pytest.mark.parametrize(
    "location", ["/etc/passwd", "../secret.csv", "a/../../secret.csv", "..\\secret.csv", ""]
)
def test_a_path_stays_in_the_ladders_folder(location):
    with pytest.raises(SourceError, match="inside the ladder file's folder"):
        drop_source(drop(location=location))


def test_a_link_out_of_the_ladders_folder_is_refused(tmp_path):
    (tmp_path / "ladder").mkdir()
    (tmp_path / "secret.csv").write_text("week,n\n")
    (tmp_path / "ladder/mine.csv").symlink_to(tmp_path / "secret.csv")
    (tmp_path / "ladder/own.csv").write_text("week,n\n")
    assert read_drop(drop(location="own.csv"), tmp_path / "ladder") == {"own.csv": b"week,n\n"}
    with pytest.raises(SourceError, match="leads out of the ladder's folder"):
        read_drop(drop(location="mine.csv"), tmp_path / "ladder")


def test_a_web_address_needs_an_allowed_host():
    mine = drop(location="https://data.example.org/reserves.csv")
    (resource,) = drop_source(mine, allowed_hosts=("data.example.org",)).resources
    assert resource.url == mine.location
    with pytest.raises(HostNotAllowedError, match=r"data\.example\.org"):
        drop_source(mine)
    with pytest.raises(HostNotAllowedError, match="not http"):
        drop_source(drop(location="file:///etc/passwd"))


def test_an_entity_bomb_in_a_workbook_is_refused():
    import zipfile

    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(BODIES["xlsx"])) as whole,
        zipfile.ZipFile(out, "w") as changed,
    ):
        for name in whole.namelist():
            changed.writestr(name, bomb if name == "xl/workbook.xml" else whole.read(name))
    mine = drop(format="xlsx")
    with pytest.raises(SourceError, match="not a whole Excel workbook"):
        drop_source(mine).parse({mine.location: out.getvalue()})


def test_a_bare_month_is_its_first_day_and_ids_are_put_in_lower_case():
    body = csv_bytes("pair,month,level", "AFG-PAK,1949-03,4", "USA-PRK,1950-06-01,5")
    mine = drop(
        location="pairs.csv", observed_column="month", value_column="level", series="",
        series_column="pair", cadence_days=30, lag_days=30,
    )  # fmt: skip
    readings, rejects = clean(drop_source(mine), {"pairs.csv": body}, now=NOW, first_fetch=None)
    assert rejects == ()
    assert readings.series.tolist() == ["afg-pak", "usa-prk"]
    assert readings.observed_at.astype("datetime64[D]").astype(str).tolist() == [
        "1949-03-01", "1950-06-01",
    ]  # fmt: skip
