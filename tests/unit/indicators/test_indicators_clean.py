"""Cleaning: every row becomes a reading or a reject that says why."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from forecaster.errors import CleaningError
from indicators.clean import clean
from indicators.source import Timing
from tests.builders_sources import NOW, days, frame, plain_source, readings, table, utc

SOURCE = plain_source()
COUNT = "plain.count"
VINTAGE = ("series", "observed_at", "value", "recorded_at")


def cleaned(rows, *columns, source=SOURCE, now=NOW, first_fetch=None, known=None):
    return clean(source, frame(rows, *columns), now=now, first_fetch=first_fetch, known=known)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ((COUNT, "30.06.2025", "4"), "unreadable date"),
        ((COUNT, "2025-02-30", "4"), "unreadable date"),
        ((COUNT, None, "4"), "unreadable date"),
        ((COUNT, "2025-06-30T10:00:00", "4"), "time without a time zone"),
        ((COUNT, "2025-07-11", "4"), "date in the future"),
        ((COUNT, "2025-07-10T12:00:01Z", "4"), "date in the future"),
        (("plain.unheard-of", "2025-06-30", "4"), "unknown series"),
        (("plain.open.", "2025-06-30", "4"), "unknown series"),
        ((None, "2025-06-30", "4"), "unknown series"),
        ((COUNT, "2025-06-30", "four"), "not a number"),
        ((COUNT, "2025-06-30", "1,204"), "not a number"),
        ((COUNT, "2025-06-30", "nan"), "not a number"),
        ((COUNT, "2025-06-30", "inf"), "infinite"),
        ((COUNT, "2025-06-30", "-1"), "negative"),
        ((COUNT, "2025-06-30", "1e7"), "above the maximum"),
    ],
)
def test_a_bad_row_is_a_reject_with_its_reason_and_the_good_one_stays(row, why):
    batch = cleaned([(COUNT, "2025-06-29", "3"), row])
    assert table(batch) == {(COUNT, "2025-06-29"): 3.0}
    (reject,) = batch.rejects
    assert reject.reason == why
    assert reject.row_number == 1
    assert reject.source == "plain"
    assert str(row[2]) in reject.raw


def test_the_raw_row_of_the_parser_is_what_the_quarantine_sees():
    batch = cleaned(
        [(COUNT, "bad", "3", "a;b;c", None), (COUNT, "bad", "3", None, "torn")],
        "series", "observed_at", "value", "raw", "reject",
    )  # fmt: skip
    assert [(r.reason, r.raw) for r in batch.rejects] == [
        ("unreadable date", "a;b;c"),
        ("torn", f"{COUNT},bad,3"),
    ]


def test_rows_out_of_order_are_sorted():
    batch = cleaned([("plain.open.b", d, "1") for d in reversed(days("2025-06-01", 5))])
    assert (np.diff(batch.readings.observed_at) > np.timedelta64(0, "us")).all()


def test_repeated_rows_count_once():
    batch = cleaned([(COUNT, "2025-06-30", "4"), (COUNT, "2025-06-30", 4.0)])
    assert table(batch) == {(COUNT, "2025-06-30"): 4.0}
    assert batch.rejects == ()


def test_rows_that_contradict_each_other_are_both_rejected():
    batch = cleaned(
        [(COUNT, "2025-06-30", "4"), (COUNT, "2025-06-30", "5"), (COUNT, "2025-06-30", "4")]
    )
    assert len(batch.readings) == 0
    assert [reject.row_number for reject in batch.rejects] == [0, 1, 2]
    assert all("contradicted" in reject.reason for reject in batch.rejects)


def test_another_vintage_is_a_revision_not_a_contradiction():
    rows = [
        (COUNT, "2025-06-30", "4", "2025-07-01T06:00:00Z"),
        (COUNT, "2025-06-30", "5", "2025-07-02T06:00:00Z"),
    ]
    assert cleaned(rows, *VINTAGE).readings.value.tolist() == [4, 5]


@pytest.mark.parametrize(
    ("told", "recorded"),
    [
        ("2025-07-02T09:00:00+03:00", "2025-07-02T06:00"),
        ("2025-06-28T09:00:00Z", "2025-06-30T00:00"),  # misdated: counts from its own day on
        ("2025-07-10T20:00:00Z", "2025-07-10T12:00"),  # their clock runs ahead of ours
    ],
)
def test_the_publishers_vintage_is_when_it_was_known(told, recorded):
    batch = cleaned([(COUNT, "2025-06-30", "4", told)], *VINTAGE)
    assert batch.readings.recorded_at.tolist() == [utc(recorded).item()]
    assert not batch.readings.estimated.any()


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("2025-07-02T09:00:00", "recorded at a time without a time zone"),
        ("yesterday", "unreadable time of recording"),
        ("2026-07-02T09:00:00Z", "recorded in the future"),
    ],
)
def test_an_impossible_vintage_is_a_reject(told, why):
    batch = cleaned([(COUNT, "2025-06-30", "4", told)], *VINTAGE)
    assert [reject.reason for reject in batch.rejects] == [why]


def test_without_a_vintage_the_usual_lag_is_an_estimate_at_the_first_fetch():
    batch = cleaned([(COUNT, "2025-06-30", "4")])
    assert batch.readings.recorded_at.tolist() == [utc("2025-07-02").item()]
    assert batch.readings.estimated.all()


def test_what_appears_after_the_first_fetch_is_known_from_now():
    rows = [(COUNT, "2025-06-30", "4"), (COUNT, "2025-07-05", "5")]
    batch = cleaned(rows, first_fetch=datetime(2025, 7, 3, tzinfo=UTC))
    assert batch.readings.recorded_at.tolist() == [
        utc("2025-07-02").item(),
        utc("2025-07-10T12:00").item(),
    ]
    assert batch.readings.estimated.tolist() == [True, False]


def test_an_early_publication_is_known_from_now_never_later():
    batch = cleaned([(COUNT, "2025-07-10", "4")])
    assert batch.readings.recorded_at.tolist() == [utc("2025-07-10T12:00").item()]
    assert not batch.readings.estimated.any()


def test_months_start_on_the_first_and_end_with_the_month():
    source = plain_source(timings=(Timing("plain.open.", "month", 5),))
    batch = cleaned([("plain.open.a", "2024-02-29", "1")], source=source)
    assert batch.readings.observed_at.tolist() == [utc("2024-02-01").item()]
    assert batch.readings.recorded_at.tolist() == [utc("2024-03-06").item()]


def test_times_with_a_zone_are_put_on_their_utc_day():
    batch = cleaned([(COUNT, "2025-06-30T23:30:00-03:00", "1")])
    assert table(batch) == {(COUNT, "2025-07-01"): 1.0}


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_columns_of_moments_are_read_as_well_as_strings(zone):
    at = pd.Series(pd.to_datetime(["2025-06-29", "2025-06-30 06:00"], format="ISO8601"))
    rows = pd.DataFrame({"series": COUNT, "observed_at": at.dt.tz_localize(zone), "value": [1, 2]})
    batch = clean(SOURCE, rows, now=NOW, first_fetch=None)
    assert len(batch.readings) == (2 if zone else 1)
    assert [r.reason for r in batch.rejects] == ([] if zone else ["time without a time zone"])


def history(value: float = 10, count: int = 30, series: str = COUNT):
    return [(series, day, value + i % 3) for i, day in enumerate(days("2025-05-01", count))]


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_a_unit_changed_within_an_answer_is_noticed(factor):
    rows = [*history(), *((COUNT, day, 11 * factor) for day in days("2025-06-01", 10))]
    batch = cleaned(rows)
    assert len(batch.readings) == 30
    assert {reject.reason for reject in batch.rejects} == {
        "out of line with the series so far: has its unit changed?"
    }
    assert len(batch.rejects) == 10


def test_a_unit_changed_for_the_whole_answer_is_noticed_against_what_is_known():
    known = readings(
        "plain",
        [(s, d, "2025-06-01", v, True) for s, d, v in history()],
    )
    rows = [(s, d, v * 1000) for s, d, v in history(count=40)]
    batch = cleaned(rows, known=known)
    # The first five have too little before them to be called out of line.
    assert len(batch.rejects) == 35
    assert len(cleaned(history(count=40), known=known).rejects) == 0


def test_growth_zeros_and_large_swings_are_no_change_of_unit():
    rows = [
        (COUNT, d, v)
        for d, v in zip(days("2025-05-01", 8), [5, 0, 9, 3, 7, 0, 700, 1], strict=True)
    ]
    assert cleaned(rows).rejects == ()


def test_a_cumulative_count_may_be_corrected_but_not_lost():
    values = [100, 110, 120, 130, 140, 125, 60, 150]
    rows = [("plain.total", d, v) for d, v in zip(days("2025-06-01", 8), values, strict=True)]
    batch = cleaned(rows)
    assert [reject.raw for reject in batch.rejects] == ["plain.total,2025-06-07,60"]
    assert batch.readings.value.tolist() == [100, 110, 120, 130, 140, 125, 150]


def test_one_wild_value_does_not_condemn_those_after_it():
    values = [100, 110, 120, 5000, 140, 150, 160, 170]
    rows = [("plain.total", d, v) for d, v in zip(days("2025-06-01", 8), values, strict=True)]
    assert cleaned(rows).rejects == ()


def test_no_rows_at_all_make_an_empty_batch():
    batch = cleaned([])
    assert len(batch.readings) == 0
    assert batch.rejects == ()


def test_a_frame_without_its_columns_is_an_error_that_names_the_column():
    with pytest.raises(CleaningError, match="'value'"):
        clean(SOURCE, pd.DataFrame({"series": [], "observed_at": []}), now=NOW, first_fetch=None)


def test_a_naive_now_is_an_error():
    with pytest.raises(CleaningError, match="UTC"):
        cleaned([(COUNT, "2025-06-30", "4")], now=NOW.replace(tzinfo=None))


def test_now_in_another_zone_is_the_same_instant():
    from datetime import timezone

    other = NOW.astimezone(timezone(timedelta(hours=5)))
    one, two = (cleaned([(COUNT, "2025-07-10", "4")], now=now) for now in (NOW, other))
    assert one.readings.recorded_at.tolist() == two.readings.recorded_at.tolist()
