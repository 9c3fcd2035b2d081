"""Kept bodies never take more room than they may; cursors open only their own list."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from forecaster.api import cursors
from forecaster.api.bodies import Body, Shelf, body_of, tag_of
from forecaster.api.parameters import day_of, moment_of
from forecaster.errors import RequestError
from tests.builders_store import day

KEY = ("run-1", day(3), 7, "north")
TYPES = (str, datetime, int, str)


def test_a_shelf_lets_go_of_what_was_asked_for_longest_ago():
    shelf = Shelf(most_bytes=4_000)
    for name in "abcd":
        shelf.put(name, body_of(name.encode() * 900, "text/plain"))
    assert shelf.get("a") is not None
    shelf.put("e", body_of(b"e" * 900, "text/plain"))
    assert shelf.get("b") is None
    assert all(shelf.get(name) is not None for name in "acde")


def test_a_body_that_would_fill_the_shelf_is_not_kept():
    shelf = Shelf(most_bytes=4_000)
    shelf.put("a", body_of(b"a" * 900, "text/plain"))
    shelf.put("big", body_of(b"b" * 2_000, "application/vnd.apache.parquet"))
    assert shelf.get("big") is None
    assert shelf.get("a") is not None


def test_putting_one_twice_takes_its_room_once():
    shelf = Shelf(most_bytes=4_000)
    for _ in range(100):
        shelf.put("a", body_of(b"a" * 900, "text/plain"))
    shelf.put("b", body_of(b"b" * 900, "text/plain"))
    assert shelf.get("a") is not None


def test_other_parts_are_another_tag():
    assert tag_of("run-1", {"kind": "at"}) == tag_of("run-1", {"kind": "at"})
    assert tag_of("run-1", {"kind": "at"}) != tag_of("run-1", {"kind": "reach"})
    assert tag_of("a", "bc") != tag_of("ab", "c")


def test_a_cursor_comes_back_whole():
    assert cursors.decode("results", cursors.encode("results", KEY), TYPES) == KEY


@pytest.mark.parametrize(
    ("cursor", "types"),
    [
        (cursors.encode("runs", KEY), TYPES),
        (cursors.encode("results", KEY[:3]), TYPES),
        (cursors.encode("results", ("run-1", 3, 7, "north")), TYPES),
        (cursors.encode("results", ("run-1", day(3), 2**40, "north")), TYPES),
        (cursors.encode("results", ("run\x00", day(3), 7, "north")), TYPES),
        ("", TYPES),
        ("not base64 at all", TYPES),
        ("bm90IGpzb24", TYPES),
        ("W1tbW1tbW1tb" * 60, TYPES),
    ],
)
def test_nothing_else_is_a_cursor(cursor: str, types: tuple[type, ...]):
    with pytest.raises(RequestError, match="is no cursor of this list"):
        cursors.decode("results", cursor, types)


def test_a_day_means_its_end_and_an_instant_needs_its_zone():
    assert moment_of("2024-01-31", what="as_of") == datetime(
        2024, 1, 31, 23, 59, 59, 999_999, tzinfo=UTC
    )
    at_noon = datetime(2024, 1, 31, 10, tzinfo=UTC)
    # A plus sign in an address arrives as a blank.
    assert moment_of("2024-01-31T12:00:00 02:00", what="as_of") == at_noon
    for text in ("2024-01-31T12:00:00", "0", "yesterday", "0001-01-01", "9999-12-31"):
        with pytest.raises(RequestError, match="as_of is no"):
            moment_of(text, what="as_of")
    with pytest.raises(RequestError, match="is no day"):
        day_of("2024-02-30", what="the date")


def test_a_body_that_many_ask_for_at_once_is_made_once():
    shelf, made, together = Shelf(), [], Barrier(8)

    def make() -> Body:
        made.append(1)
        time.sleep(0.05)
        return body_of(b"rows", "text/csv")

    def ask(_: int) -> Body:
        together.wait()
        return shelf.get_or_make("tag", make)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert len(made) == 1
    assert {answer.plain for answer in answers} == {b"rows"}
