"""Whatever an author writes, the checker answers; whatever is sound comes back as written."""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from forecaster.domain.ladder import Ladder
from forecaster.reference.check import Examined, examine
from tests.builders_ladders import sound_text, tall_text

thresholds = st.lists(
    st.floats(min_value=1e-6, max_value=1e6), min_size=2, max_size=11, unique=True
)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)
values = st.sampled_from(
    ["", "0", "-1", "1.5", "nan", "true", '""', '"x"', "'''#'''", "[]", "[[]]", "{}", "[1, 'a']",
     '{ "*" = 1 }', "2024-01-01", "2024-01-01T00:00:00Z", "10:00:00", "]", '"unclosed']
)  # fmt: skip


def looked_at(text: str) -> Examined:
    return examine(text, folder=Path())


def sound(text: str) -> Ladder:
    examined = looked_at(text)
    assert examined.ladder is not None, examined.mistakes
    return examined.ladder


@settings(deadline=None)
@given(thresholds.map(sorted))
def test_a_sound_ladder_comes_back_as_it_was_written(rising: list[float]) -> None:
    track = sound(tall_text(rising)).track("kinetic")
    assert [rung.threshold for rung in track] == [None, *rising]
    assert [rung.order for rung in track] == list(range(len(rising) + 1))


@settings(deadline=None)
@given(thresholds.flatmap(st.permutations))
def test_thresholds_in_any_other_order_are_caught(mixed: list[float]) -> None:
    messages = [mistake.message for mistake in looked_at(tall_text(mixed)).mistakes]
    assert bool(messages) == (mixed != sorted(mixed))
    assert all("thresholds must rise" in message for message in messages)


@settings(deadline=None)
@given(texts)
def test_any_text_survives_between_quotes(name: str) -> None:
    text = sound_text().replace('"Border crisis"', json.dumps(name, ensure_ascii=False))
    assert sound(text).name == name


@settings(deadline=None)
@given(st.data())
def test_a_spoiled_line_is_answered_with_a_ladder_or_with_mistakes(data: st.DataObject) -> None:
    lines = sound_text().splitlines()
    at = data.draw(st.integers(0, len(lines) - 1), label="line")
    key, _, _ = lines[at].partition(" = ")
    lines[at] = f"{key} = {data.draw(values, label='value')}"
    examined = looked_at("\n".join(lines))
    assert (examined.ladder is None) == bool(examined.mistakes)
    assert all(1 <= m.line <= len(lines) and "\n" not in m.message for m in examined.mistakes)


@settings(deadline=None)
@given(st.data())
def test_lines_lost_or_doubled_never_crash_the_checker(data: st.DataObject) -> None:
    lines = sound_text().splitlines()
    kept = data.draw(st.lists(st.sampled_from(lines), max_size=60))
    examined = looked_at("\n".join(kept))
    assert (examined.ladder is None) == bool(examined.mistakes)


@settings(deadline=None)
@given(st.text())
def test_any_text_at_all_is_answered(text: str) -> None:
    assert looked_at(text).mistakes
