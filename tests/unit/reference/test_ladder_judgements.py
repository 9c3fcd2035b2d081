from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forecaster.domain.ladder import Ladder
from forecaster.errors import LadderError
from forecaster.reference.judgements import examine_judgements
from forecaster.reference.load import (
    check_judgements,
    judgements_of,
    load_ladder,
    packaged_judgements,
)
from tests.builders_ladders import sound_text

RECORD = """\
[[judgements]]
theatre = "north"
rung = "war"
starts_at = 2024-03-01T02:00:00+02:00
ends_at = 2024-03-05T00:00:00Z
recorded_at = 2024-03-02T00:00:00Z
author = "A. Nalyst"
evidence = "Declared by both governments."
"""


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    file = tmp_path / "mine.toml"
    file.write_text(sound_text(), "utf-8")
    return file


@pytest.fixture
def ladder(own_file: Path) -> Ladder:
    return load_ladder(own_file)


def test_a_record_beside_the_ladder_is_read_in_utc(own_file: Path, ladder: Ladder) -> None:
    (own_file.parent / "mine.judgements.toml").write_text(RECORD, "utf-8")
    (judgement,) = judgements_of(own_file, ladder)
    assert judgement.ladder == "border"
    assert judgement.domain == "kinetic"
    assert judgement.starts_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert judgement.starts_at.tzinfo is UTC


def test_what_still_lasts_has_no_end(ladder: Ladder) -> None:
    lasting = RECORD.replace("ends_at = 2024-03-05T00:00:00Z\n", "")
    (judgement,), mistakes = examine_judgements(lasting, ladder)
    assert mistakes == ()
    assert judgement.ends_at is None


def test_a_ladder_without_a_record_has_no_judgements(own_file: Path, ladder: Ladder) -> None:
    assert judgements_of(own_file, ladder) == ()
    assert packaged_judgements(ladder) == ()


def test_the_packaged_record_does_not_speak_for_a_changed_copy() -> None:
    nato = load_ladder("nato-russia")
    assert packaged_judgements(nato)
    assert packaged_judgements(replace(nato, digest="0" * 32)) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('"north"', '"norht"', 2, "did you mean 'north'"),
        ('"war"', '"battle"', 3, "no judged rung"),
        ("2024-03-01T02:00:00+02:00", "2024-03-01", 4, "time with its zone"),
        ("2024-03-01T02:00:00+02:00", "2024-03-01T02:00:00", 4, "time with its zone"),
        ("2024-03-05", "2024-02-05", 5, "later than 'starts_at'"),
        ("2024-03-02", "2024-02-02", 6, "nobody knows"),
        ("author", "autor", 7, "did you mean 'author'"),
        ('"Declared by both governments."', '""', 8, "must not be empty"),
        (RECORD, RECORD + RECORD, 9, "repeats one above"),
        ("[[judgements]]", "[judgements]", 1, "double brackets"),
    ],
)
def test_a_mistake_in_a_record_is_found_on_its_line(
    ladder: Ladder, old: str, new: str, line: int, says: str
) -> None:
    judgements, mistakes = examine_judgements(RECORD.replace(old, new, 1), ladder)
    assert judgements == ()
    assert [m.line for m in mistakes if says in m.message] == [line]


def test_a_rung_is_judged_only_where_it_exists() -> None:
    nato = load_ladder("nato-russia")
    wrong = RECORD.replace('"north"', '"donbas"').replace('"war"', '"hybrid-pressure"')
    _, mistakes = examine_judgements(wrong, nato)
    assert "does not exist in 'donbas'" in mistakes[0].message


def test_a_broken_record_is_an_error_with_file_and_line(own_file: Path, ladder: Ladder) -> None:
    record = own_file.parent / "mine.judgements.toml"
    record.write_text(RECORD.replace('"war"', '"peace"'), "utf-8")
    with pytest.raises(LadderError, match=f"{record.name}:3: "):
        judgements_of(own_file, ladder)
    assert [m.line for m in check_judgements(own_file, ladder)] == [3]
    record.unlink()
    assert check_judgements(own_file, ladder) == ()


@pytest.mark.parametrize("id", ["nato-russia", "regime-stability"])
def test_packaged_records_are_dated_within_the_data_and_never_before_the_fact(id: str) -> None:
    ladder = load_ladder(id)
    found = packaged_judgements(ladder)
    assert found
    last = datetime(2025, 6, 30, 23, 59, tzinfo=UTC)
    assert all(j.starts_at <= j.recorded_at <= last for j in found)
    assert all(j.starts_at.date() >= ladder.starts for j in found)


def test_the_kinetic_record_is_empty_because_nothing_of_it_happened() -> None:
    found = packaged_judgements(load_ladder("nato-russia"))
    assert {j.domain for j in found} == {"sub-threshold"}


def test_what_came_to_light_later_is_not_known_before() -> None:
    found = packaged_judgements(load_ladder("nato-russia"))
    late = [j for j in found if (j.recorded_at - j.starts_at).days > 300]
    assert len(late) == 2
    assert all("known only later" in j.evidence for j in late)


def test_the_mutiny_of_june_2023_is_an_armed_challenge() -> None:
    found = packaged_judgements(load_ladder("regime-stability"))
    (mutiny,) = [j for j in found if j.rung == "armed-challenge"]
    assert mutiny.starts_at.date().isoformat() == "2023-06-23"
    assert mutiny.recorded_at.date().isoformat() == "2023-06-24"
