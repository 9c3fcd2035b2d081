"""News: repeats are dropped, revisions are known from now on, vintages pass."""

from datetime import UTC, datetime

from indicators.news import news
from tests.builders_sources import readings, utc

NOW = datetime(2025, 7, 10, 12, tzinfo=UTC)
OLD = ("plain.count", "2025-06-01", "2025-06-03", 4.0, True)


def test_what_is_known_is_no_news():
    again = readings("plain", [OLD])
    assert len(news(again, known=again, now=NOW)) == 0


def test_into_an_empty_store_everything_is_news():
    fresh = readings("plain", [OLD])
    empty = news(fresh, known=fresh, now=NOW)
    assert news(fresh, known=empty, now=NOW) is fresh


def test_a_revision_is_known_from_now_and_is_no_estimate():
    revised = readings("plain", [("plain.count", "2025-06-01", "2025-06-03", 5.0, True)])
    found = news(revised, known=readings("plain", [OLD]), now=NOW)
    assert found.recorded_at.tolist() == [utc("2025-07-10T12:00").item()]
    assert found.estimated.tolist() == [False]
    assert found.value.tolist() == [5.0]


def test_a_publication_seen_again_later_is_not_recorded_twice():
    seen = readings("plain", [("plain.count", "2025-07-01", "2025-07-05T08:00", 4.0, False)])
    again = readings("plain", [("plain.count", "2025-07-01", "2025-07-10T12:00", 4.0, False)])
    assert len(news(again, known=seen, now=NOW)) == 0


def test_new_days_keep_their_estimate():
    fresh = readings("plain", [("plain.count", "2025-06-02", "2025-06-04", 5.0, True)])
    found = news(fresh, known=readings("plain", [OLD]), now=NOW)
    assert found.recorded_at.tolist() == [utc("2025-06-04").item()]
    assert found.estimated.tolist() == [True]


def test_the_publishers_own_vintages_all_pass_with_their_times():
    rows = [
        ("plain.count", "2025-06-01", "2025-06-02T08:00", 3.0, False),
        ("plain.count", "2025-06-01", "2025-06-04T08:00", 4.0, False),
    ]
    found = news(readings("plain", rows), known=readings("plain", [OLD]), now=NOW)
    assert found.value.tolist() == [3.0, 4.0]
    assert found.recorded_at.tolist() == [utc(row[2]).item() for row in rows]
