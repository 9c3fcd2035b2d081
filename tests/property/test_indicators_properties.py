"""Whatever a publisher sends, cleaning keeps its promises."""

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from forecaster.errors import SourceError
from indicators.catalogue import sources
from indicators.clean import clean
from indicators.conformance import assert_readings, assert_rejects
from indicators.news import news
from indicators.places import slug
from indicators.sources import viina
from tests.builders_sources import EXAMPLES, frame, plain_source

NOW = datetime(2025, 7, 10, 12, tzinfo=UTC)
SOURCE = plain_source()
PRESENT = np.datetime64("2025-07-10T12:00", "us")

names = st.sampled_from(["plain.count", "plain.total", "plain.open.a", "plain.other", "", None])
moments = st.one_of(
    st.dates(datetime(2025, 5, 1).date(), datetime(2025, 8, 1).date()).map(str),  # noqa: DTZ001
    st.sampled_from(["2025-06-01T05:00:00Z", "2025-06-01T05:00", "soon", "", None]),
)
values = st.one_of(
    st.integers(-5, 50), st.floats(), st.sampled_from(["7", "7.5", "x", "", None, "1e9", "-0"])
)
answers = st.lists(st.tuples(names, moments, values, moments), max_size=40)
COLUMNS = ("series", "observed_at", "value", "recorded_at")


@settings(deadline=None)
@given(answers)
def test_every_row_is_a_reading_a_repeat_or_a_named_reject(rows):
    batch = clean(SOURCE, frame(rows, *COLUMNS), now=NOW, first_fetch=None)
    numbers = [reject.row_number for reject in batch.rejects]
    assert numbers == sorted(set(numbers))
    assert all(reject.reason for reject in batch.rejects)
    assert len(batch.readings) + len(batch.rejects) <= len(rows)
    kept = [row for i, row in enumerate(rows) if i not in numbers]
    assert {row[0] for row in kept} == set(batch.readings.series)


@settings(deadline=None)
@given(answers)
def test_readings_are_finite_sorted_without_repeats_and_never_of_the_future(rows):
    readings = clean(SOURCE, frame(rows, *COLUMNS), now=NOW, first_fetch=None).readings
    assert np.isfinite(readings.value).all()
    assert (readings.value >= 0).all()
    assert (readings.recorded_at <= PRESENT).all()
    assert (readings.observed_at <= readings.recorded_at).all()
    keys = list(zip(readings.series, readings.observed_at, readings.recorded_at, strict=True))
    assert keys == sorted(set(keys))


@settings(deadline=None)
@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    mixed = list(rows)
    random.shuffle(mixed)
    one, two = (clean(SOURCE, frame(r, *COLUMNS), now=NOW, first_fetch=None) for r in (rows, mixed))
    for name in ("series", "observed_at", "recorded_at", "value", "estimated"):
        assert np.array_equal(getattr(one.readings, name), getattr(two.readings, name))
    assert sorted(r.reason for r in one.rejects) == sorted(r.reason for r in two.rejects)


@settings(deadline=None)
@given(answers)
def test_an_answer_seen_before_holds_no_news_without_vintages(rows):
    plain = frame([row[:3] for row in rows])
    readings = clean(SOURCE, plain, now=NOW, first_fetch=None).readings
    later = datetime(2025, 7, 20, tzinfo=UTC)
    again = clean(SOURCE, plain, now=later, first_fetch=NOW).readings
    told = np.isin(again.observed_at, readings.observed_at)
    fresh = news(again, known=readings, now=later)
    assert len(fresh) <= (~told).sum()


@settings(deadline=None)
@given(st.text(max_size=30))
def test_slugs_are_stable_lower_case_words(name):
    once = slug(name)
    assert slug(once) == once
    assert once == once.lower()
    assert not once.startswith("-")
    assert " " not in once


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 400))
def test_a_cut_off_answer_is_an_error_or_is_whole(length):
    grid = {"dates": [20250601 + i for i in range(5)], "counts": [[1] * 28] * 5}
    body = json.dumps(grid).encode()
    kinds = json.dumps({"start": 20250601, "Drone": [1] * 5}).encode()
    payloads = {viina.REGIONS: body[:length], viina.TYPES: kinds}
    try:
        rows = viina.parse(payloads)
    except SourceError:
        return
    whole = viina.parse({**payloads, viina.REGIONS: body})
    pd.testing.assert_frame_equal(rows, whole)


scars = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 9),
        st.sampled_from([b"", b",", b"\n", b'"', b"-", b"9999999999", b"\x00", b"e999", b"\xff"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(EXAMPLES)), st.integers(0, 2), scars)
def test_a_damaged_answer_is_a_source_error_or_a_clean_batch(id, which, wounds):
    payloads = dict(EXAMPLES[id])
    name = sorted(payloads)[which % len(payloads)]
    body = payloads[name]
    for place, cut, put in wounds:
        start = int(place * len(body))
        body = body[:start] + put + body[start + cut :]
    refusal = ""
    try:
        batch = clean(sources()[id], {**payloads, name: body}, now=NOW, first_fetch=None)
    except SourceError as error:
        refusal = str(error)
    if refusal:
        assert name in refusal
    else:
        assert_readings(sources()[id], batch.readings, NOW)
        assert_rejects(sources()[id], batch)
