"""Status: no data is never zero, and the reason is in plain words."""

from datetime import UTC, datetime, timedelta

import pytest

from indicators.clean import clean
from indicators.ingest import status_of
from tests.builders_sources import days, frame, plain_source

NOW = datetime(2025, 7, 10, 12, tzinfo=UTC)
SOURCE = plain_source(expected_rows=5)


def batch(last: str, count: int = 10):
    first = (datetime.fromisoformat(last) - timedelta(days=count - 1)).strftime("%Y-%m-%d")
    rows = [("plain.count", day, 3) for day in days(first, count)]
    return clean(SOURCE, frame(rows), now=NOW, first_fetch=None)


def status(answer, *, rows_new=0, last="2025-07-08", **more):
    seen = None if last is None else datetime.fromisoformat(last).replace(tzinfo=UTC)
    return status_of(SOURCE, answer, rows_new=rows_new, now=NOW, last_observed=seen, **more)


@pytest.mark.parametrize(
    ("answer", "more", "state", "words"),
    [
        (batch("2025-07-08"), {"rows_new": 1}, "fresh", "1 new rows"),
        (batch("2025-07-08"), {}, "unchanged", "nothing new and nothing overdue"),
        (None, {}, "unchanged", "2025-07-08"),
        (None, {"last": "2025-07-05"}, "late", "the next was due on 2025-07-08"),
        (batch("2025-06-20"), {"rows_new": 10, "last": None}, "stale", "only old rows"),
        (None, {"last": "2025-05-01"}, "stale", "only old rows"),
        (batch("2025-07-08", 4), {"rows_new": 4}, "short", "4 rows, at least 5 expected"),
        (batch("2025-07-08"), {"rows_before": 11}, "short", "nothing stored is removed"),
        (clean(SOURCE, frame([]), now=NOW, first_fetch=None), {}, "empty", "no rows"),
        (None, {"last": None}, "empty", "nothing has ever come"),
        (None, {"failure": "it answered 503"}, "failed", "it answered 503"),
    ],
)
def test_states(answer, more, state, words):
    found = status(answer, **more)
    assert found.state == state
    assert words in found.reason


def test_an_answer_of_which_nothing_could_be_read_is_empty():
    rows = frame([("plain.count", "2025-07-08", "?")] * 9)
    found = status(clean(SOURCE, rows, now=NOW, first_fetch=None))
    assert found.state == "empty"
    assert (found.rows_received, found.rows_rejected) == (9, 9)
    assert found.last_observed_at == datetime(2025, 7, 8, tzinfo=UTC)


def test_counts_and_the_newest_time_are_told():
    found = status(batch("2025-07-09"), rows_new=1)
    assert (found.rows_received, found.rows_new, found.rows_rejected) == (10, 1, 0)
    assert found.rows_expected == 5
    assert found.last_observed_at == datetime(2025, 7, 9, tzinfo=UTC)
