from datetime import date
from pathlib import Path

import pytest

from forecaster.domain.prior import PARAMETERS
from forecaster.errors import LadderError
from forecaster.reference.load import check_ladder, load_ladder, packaged_ladders
from tests.builders_ladders import sound_text


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    file = tmp_path / "mine.toml"
    file.write_text(sound_text(), "utf-8")
    return file


def test_a_ladder_anywhere_on_disk_is_loaded(own_file: Path) -> None:
    ladder = load_ladder(own_file)
    assert ladder.id == "border"
    assert ladder.starts == date(2024, 1, 1)
    assert ladder.horizons == (1, 4)
    assert [rung.threshold for rung in ladder.track("kinetic")] == [None, 5.0, 20.0, None]
    assert load_ladder(str(own_file)) == ladder


def test_one_series_or_several_are_both_lists_of_them(own_file: Path) -> None:
    ladder = load_ladder(own_file)
    north, south = ladder.theatre("north").measure, ladder.theatre("south").measure
    assert north is not None
    assert south is not None
    assert north.series == ("events.north",)
    assert south.series == ("events.south", "events.coast")


def test_a_star_as_denominator_is_every_series_that_measures_a_theatre(own_file: Path) -> None:
    measure = load_ladder(own_file).theatre("north").measure
    assert measure is not None
    assert measure.denominator == ("events.north", "events.south", "events.coast")


def test_an_indicator_without_source_has_no_series(own_file: Path) -> None:
    rhetoric, talks = load_ladder(own_file).indicators
    assert talks.series_for("north") == ()
    assert rhetoric.series_for("north") == ("speech.threats",)


def test_a_relative_drop_lies_beside_its_ladder_wherever_one_stands(
    own_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_file.parent)
    (drop,) = load_ladder("mine.toml").drops
    assert Path(drop.location) == own_file.parent.resolve() / "speeches.csv"


@pytest.mark.parametrize("place", ["/srv/data/speeches.csv", "https://example.org/speeches.csv"])
def test_an_absolute_drop_stays_where_it_is(own_file: Path, place: str) -> None:
    own_file.write_text(sound_text().replace("speeches.csv", place), "utf-8")
    assert load_ladder(own_file).drops[0].location == place


def test_another_text_is_another_digest(own_file: Path) -> None:
    before = load_ladder(own_file).digest
    assert len(before) == 32
    assert load_ladder(own_file).digest == before
    own_file.write_text(sound_text() + "# a remark\n", "utf-8")
    assert load_ladder(own_file).digest != before


def test_the_error_names_file_line_remedy_and_how_many_more(own_file: Path) -> None:
    text = sound_text().replace('step = "week"', 'step = "weeks"').replace("by = 1.0", "by = nan")
    own_file.write_text(text, "utf-8")
    with pytest.raises(LadderError) as caught:
        load_ladder(own_file)
    message = str(caught.value)
    assert f"{own_file}:6: " in message
    assert "did you mean 'week'? and 1 more" in message
    assert f"forecaster ladder check {own_file}" in message


def test_an_unknown_id_lists_the_ids_there_are() -> None:
    with pytest.raises(LadderError, match="nato-russia, regime-stability, state-pairs"):
        load_ladder("nato-rusia")


def test_the_packaged_ladders_are_listed_and_sound() -> None:
    assert packaged_ladders() == ("nato-russia", "regime-stability", "state-pairs")
    for id in packaged_ladders():
        found = check_ladder(id)
        assert (found.mistakes, found.hints) == ((), ())
        assert load_ladder(id).id == id


@pytest.mark.parametrize("id", ["nato-russia", "regime-stability", "state-pairs"])
def test_priors_of_packaged_ladders_have_their_parameters_in_order(id: str) -> None:
    for prior in load_ladder(id).priors:
        assert tuple(name for name, _ in prior.parameters) == PARAMETERS[prior.distribution]
        assert prior.question.endswith((")", "?"))
