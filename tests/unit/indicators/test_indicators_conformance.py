"""The conformance suite, tested on sources that lie."""

import itertools

import pytest

from forecaster.domain.reading import Batch, Reject
from indicators.catalogue import sources
from indicators.conformance import assert_readings, assert_rejects, assert_source_contract
from indicators.source import Resource
from tests.builders_sources import NOW, days, frame, plain_source, readings

GOOD = [("plain.count", day, 3) for day in days("2025-06-01", 5)]
COUNTER = itertools.count()
PAYLOADS = {"plain.csv": b"x"}


def lying(rows=GOOD, **changes):
    changes.setdefault("parse", lambda payloads: frame(rows))
    return plain_source(**changes)


def test_an_honest_source_passes_and_hands_back_its_batch():
    batch = assert_source_contract(lying(), PAYLOADS, NOW)
    assert len(batch.readings) == 5


def parse_differently(payloads):
    return frame([("plain.count", "2025-06-01", next(COUNTER))])


def parse_and_write(payloads):
    payloads["more"] = b""
    return frame(GOOD)


@pytest.mark.parametrize(
    ("source", "broken"),
    [
        (lying(parse=parse_differently), "reads the same bytes differently"),
        (lying(parse=parse_and_write), "changed the payloads"),
        (lying(rows=[]), "no reading of its own example"),
        (lying(id=""), "does not state its id"),
        (lying(licence=" "), "does not state its licence"),
        (lying(grade="Z9"), "not Admiralty"),
        (lying(cadence_days=0), "cadence"),
        (lying(lag_days=-1), "lag"),
        (lying(expected_rows=0), "expects 0 rows"),
        (lying(resources=()), "names no file"),
        (lying(resources=(Resource("plain.csv", "ftp://x/y"),)), "scheme 'ftp'"),
        (lying(series=("plain.count", "plain.count")), "repeats a series id"),
    ],
)
def test_a_lying_source_is_found_out(source, broken):
    with pytest.raises(AssertionError, match=broken):
        assert_source_contract(source, dict(PAYLOADS), NOW)


def test_the_packaged_sources_have_ids_of_their_own_and_declare_themselves():
    found = sources()
    assert len(found) == 12
    assert list(found) == sorted(found)
    owners = [(name, id) for id, source in found.items() for name in source.series]
    assert len({name for name, _ in owners}) == len(owners)


A = ("plain.count", "2025-06-01", "2025-06-03", 4.0, True)
B = ("plain.count", "2025-06-02", "2025-06-04", 4.0, True)


@pytest.mark.parametrize(
    ("rows", "broken"),
    [
        ([B, A], "not sorted"),
        ([A, A], "repeats a reading"),
        ([("plain.count", "2025-06-01", "2025-06-03", float("nan"), True)], "not finite"),
        ([("plain.count", "2025-06-01", "2025-06-03", float("inf"), True)], "not finite"),
        ([("plain.count", "2025-06-01", "2025-06-03", -1.0, True)], "outside its own bounds"),
        ([("plain.count", "2025-06-01", "2025-06-03", 1e9, True)], "outside its own bounds"),
        ([("plain.count", "2025-08-01", "2025-08-03", 4.0, True)], "speaks of the future"),
        ([("plain.count", "2025-06-01", "2025-08-03", 4.0, True)], "after now"),
        ([("plain.count", "2025-06-01", "2025-05-03", 4.0, True)], "before its period began"),
        ([("plain.count", "NaT", "2025-06-03", 4.0, True)], "without a time"),
    ],
)
def test_readings_that_break_a_promise_are_found_out(rows, broken):
    assert_readings(plain_source(), readings("plain", [A, B]), NOW)
    with pytest.raises(AssertionError, match=broken):
        assert_readings(plain_source(), readings("plain", rows), NOW)


def test_readings_in_the_name_of_another_source_are_found_out():
    with pytest.raises(AssertionError, match="in the name of other"):
        assert_readings(plain_source(), readings("other", [A]), NOW)


@pytest.mark.parametrize(
    ("reject", "broken"),
    [
        (Reject("plain", 0, " ", "raw"), "without a reason"),
        (Reject("plain", 0, "torn", ""), "without showing it"),
        (Reject("other", 0, "torn", "raw"), "in the name of other"),
    ],
)
def test_rejects_that_say_too_little_are_found_out(reject, broken):
    with pytest.raises(AssertionError, match=broken):
        assert_rejects(plain_source(), Batch(readings("plain", [A]), (reject,)))
