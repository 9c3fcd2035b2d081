from pathlib import Path

import pytest

from forecaster.errors import LadderError
from forecaster.reference.check import check_ladder, examine
from tests.builders_ladders import sound_text, tall_text


def messages(text: str) -> str:
    return "\n".join(mistake.message for mistake in examine(text, folder=Path()).mistakes)


def test_all_mistakes_are_reported_at_once_from_the_top_down(tmp_path: Path) -> None:
    text = sound_text()
    for old, new in (
        ("starts = 2024-01-01", "starts = 0"),
        ("threshold = 20.0", "threshold = 2.0"),
        ('id = "south"', 'id = "north"'),
        ('sign = "-"', 'sign = "minus"'),
    ):
        text = text.replace(old, new, 1)
    file = tmp_path / "border.toml"
    file.write_text(text, "utf-8")
    mistakes = check_ladder(file).mistakes
    assert len(mistakes) == 4
    assert [m.line for m in mistakes] == sorted(m.line for m in mistakes)


@pytest.mark.parametrize("table", ["ladder", "rungs", "regions", "theatres"])
def test_a_table_that_must_be_there_is_missed(table: str) -> None:
    blocks = sound_text().split("\n[")
    kept = [b for b in blocks if not b.lstrip("[").startswith(table)]
    assert table in messages("\n[".join(kept))


def test_an_empty_file_is_told_what_it_lacks() -> None:
    assert "[ladder]" in messages("")
    assert "[[rungs]]" in messages("")


def test_measured_rungs_need_a_theatre_with_a_measure() -> None:
    lines = sound_text().splitlines()
    unmeasured = [
        line
        for line in lines
        if not line.startswith(("[theatres.measure]", "kind", "denominator"))
        and not line.startswith(('series = "events', 'series = ["events'))
    ]
    assert "no theatre has a measure" in messages("\n".join(unmeasured))


def test_every_prior_that_a_model_asks_for_must_be_there() -> None:
    text = sound_text()
    for id in ("level.mean", "effect.rhetoric", "enter.kinetic.war", "enter.spread"):
        gone = text.replace(f'id = "{id}"', 'id = "of-no-use"')
        assert f"the prior {id!r}" in messages(gone)


def test_a_concurrent_indicator_asks_for_a_prior_of_its_spread() -> None:
    said = messages(sound_text().replace('sign = "+"', 'sign = "+"\nconcurrent = true', 1))
    assert "the prior 'passing.spread'" in said


def test_an_indicator_without_series_needs_no_prior() -> None:
    assert "effect.talks" not in sound_text()
    assert messages(sound_text()) == ""


def test_a_sound_file_with_windows_line_ends_and_byte_order_mark_is_the_same_ladder(
    tmp_path: Path,
) -> None:
    plain, marked = tmp_path / "plain.toml", tmp_path / "marked.toml"
    plain.write_text(sound_text(), "utf-8")
    marked.write_bytes(b"\xef\xbb\xbf" + sound_text().replace("\n", "\r\n").encode())
    assert check_ladder(plain).mistakes == check_ladder(marked).mistakes == ()


@pytest.mark.parametrize("height", [3, 12])
def test_a_ladder_may_be_low_or_high(height: int) -> None:
    examined = examine(tall_text([float(i) for i in range(1, height)]), folder=Path())
    assert examined.mistakes == ()
    assert examined.ladder is not None
    assert len(examined.ladder.track("kinetic")) == height


def test_brackets_without_end_are_a_mistake_not_a_crash() -> None:
    assert "nested too deeply" in messages("a = " + "[" * 100_000)
    assert "not TOML" in messages("order = " + "9" * 10_000)


def test_a_file_that_ends_in_the_middle_is_reported_on_its_last_line() -> None:
    text = "[ladder]\nhorizons = [\n1,\n\n\n"
    assert [m.line for m in examine(text, folder=Path()).mistakes] == [3]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "no ladder file"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(b'name = "\xff\xfe"'), "not UTF-8"),
        (lambda path: path.write_bytes(b"#" * 6_000_000), "below 5 MB"),
    ],
)
def test_what_is_no_text_file_is_refused_in_one_line(tmp_path: Path, make, says: str) -> None:
    path = tmp_path / "ladder.toml"
    make(path)
    with pytest.raises(LadderError, match=says) as caught:
        check_ladder(path)
    assert "\n" not in str(caught.value)


def test_a_path_that_no_system_can_have_is_refused() -> None:
    with pytest.raises(LadderError):
        check_ladder("a\0b")
    with pytest.raises(LadderError):
        check_ladder("x" * 5_000)


DROP = 'series = "speech.threats"\n'
UNREAD = ('series = { "*" = "speech.threats" }', "series = {}")


@pytest.mark.parametrize(
    ("drop", "read", "hinted"),
    [
        (DROP, True, True),
        (DROP, False, False),
        (DROP + 'grade = "B2"\n', True, False),
        (DROP + 'grade = "F6"\n', True, False),
        ('series_column = "id"\n', True, True),
    ],
    ids=["no grade", "read by no indicator", "a grade", "F6 on purpose", "many series"],
)
def test_a_drop_of_an_indicator_without_a_grade_is_hinted_at(
    drop: str, read: bool, hinted: bool
) -> None:
    text = sound_text().replace(DROP, drop)
    if not read:
        text = text.replace(*UNREAD)
    hints = examine(text, folder=Path()).hints
    assert bool(hints) == hinted
    if hinted:
        assert hints[0].line == 1 + text[: text.index("[[drops]]")].count("\n")
        assert "'speeches' states no grade and counts as F6, which leaves 25%" in hints[0].message


def test_a_hint_keeps_nothing_from_being_a_ladder_and_a_mistake_hides_it() -> None:
    assert examine(sound_text(), folder=Path()).ladder is not None
    examined = examine(sound_text().replace(DROP, DROP + 'grade = "Z9"\n'), folder=Path())
    assert len(examined.mistakes) == 1
    assert examined.hints == ()
