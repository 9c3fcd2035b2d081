"""A panel of state pairs, from a user's own file to the printed answer."""

import json
from pathlib import Path

import pytest

from forecaster.reference.files import PACKAGED
from tests.e2e.conftest import Command

ROWS = """\
dyad,a,b,month,max_hostlev
AFG-PAK,700,770,1949-03,4
AFG-PAK,700,770,1950-06,3
AFG-PAK,700,770,1960-11,5
IND-PAK,750,770,1947-10,5
IND-PAK,750,770,1960-12,2
USA-CUB,2,40,1960-07,3
"""

STALE = "no data for 15 months"


@pytest.fixture
def ladder(tmp_path: Path) -> Path:
    """A copy of the packaged ladder beside the data, as the ladder file tells its reader.

    Persistence speaks for it: three pairs are too few to fit how pairs differ.
    """
    folder = tmp_path / "mine"
    folder.mkdir()
    text = (PACKAGED / "state-pairs.toml").read_text(encoding="utf-8")
    assert text.count('family = "stack"') == 1
    own = text.replace('family = "stack"', 'family = "persistence"')
    (folder / "state-pairs.toml").write_text(own, encoding="utf-8")
    (folder / "mie_dyad_month.csv").write_text(ROWS, encoding="utf-8")
    return folder / "state-pairs.toml"


def test_pairs_go_from_a_file_to_a_page(forecaster: Command, ladder: Path, data_dir: Path) -> None:
    taken = forecaster("ingest", "mie-dyad-month", "--ladder", ladder)
    assert (taken.code, "6 new of 6 rows" in taken.out) == (0, True), taken

    made = forecaster("daily", "--ladder", ladder)
    assert made.code == 0, made
    assert "as of 1961-01-31" in made.err  # December 1960 was known then
    assert "Afghanistan – P" in made.out
    assert "Every source is up to date" in made.out  # and no source of another ladder is missed
    assert (data_dir / "reports" / "state-pairs" / "1961-01-31.html").is_file()

    report = json.loads(forecaster("report", "--format", "json", "--ladder", ladder).out)
    stands = {row["theatre"]: (row["rung"]["order"], row["region_name"]) for row in report["rows"]}
    assert stands == {
        "afg-pak": (0, "Asia"),
        "ind-pak": (1, "Asia"),
        "usa-cub": (0, "The Americas"),
    }
    results = forecaster("results", "--format", "csv", "--ladder", ladder).out.splitlines()
    assert len(results) == 1 + 3 * 3 * (5 + 5 + 1)  # pairs, horizons, at and reach and fall


def test_a_day_is_answered_from_what_was_known_then(forecaster: Command, ladder: Path) -> None:
    forecaster("ingest", "mie-dyad-month", "--ladder", ladder)
    made = forecaster("update", "--ladder", ladder, "--as-of", "1950-06-30")
    assert made.code == 0, made
    report = json.loads(forecaster("report", "--format", "json", "--ladder", ladder).out)
    stands = {row["theatre"]: (row["rung"]["order"], row["label"]) for row in report["rows"]}
    # June 1950 is not known in June, so that the file's last word is that of March 1949.
    assert stands == {"afg-pak": (3, STALE), "ind-pak": (0, STALE)}


def test_another_family_can_be_asked_for(forecaster: Command, ladder: Path) -> None:
    forecaster("ingest", "mie-dyad-month", "--ladder", ladder)
    made = forecaster("update", "--ladder", ladder, "--family", "climatology")
    assert made.code == 0, made
    report = json.loads(forecaster("report", "--format", "json", "--ladder", ladder).out)
    assert any("climatology" in value for _, value in report["method"])


def test_a_family_that_serves_no_levels_says_so_in_one_line(
    forecaster: Command, ladder: Path
) -> None:
    forecaster("ingest", "mie-dyad-month", "--ladder", ladder)
    made = forecaster("update", "--ladder", ladder, "--family", "latent_tension")
    assert made.code == 1
    errors = [line for line in made.err.splitlines() if line.startswith("error")]
    assert len(errors) == 1
    assert "serves no measure of kind level" in errors[0]
    assert "persistence" in errors[0]


def test_an_unknown_family_is_told_with_the_known_ones(forecaster: Command, ladder: Path) -> None:
    forecaster("ingest", "mie-dyad-month", "--ladder", ladder)
    made = forecaster("update", "--ladder", ladder, "--family", "oracle")
    assert (made.code, "persistence" in made.err) == (2, True)


def test_without_its_file_a_panel_says_what_to_do(forecaster: Command, ladder: Path) -> None:
    made = forecaster("update", "--ladder", ladder)
    assert (made.code, "forecaster ingest" in made.err) == (1, True)


def test_a_day_on_which_no_pair_is_at_risk_is_told(forecaster: Command, ladder: Path) -> None:
    forecaster("ingest", "mie-dyad-month", "--ladder", ladder)
    made = forecaster("update", "--ladder", ladder, "--as-of", "1999-01-01")
    assert (made.code, "no state pair" in made.err) == (1, True)


def test_what_is_ingested_and_examined_is_what_the_ladder_watches(
    forecaster: Command, ladder: Path
) -> None:
    taken = forecaster("ingest", "--ladder", ladder)
    assert (taken.code, len(taken.out.splitlines())) == (0, 1), taken
    health = forecaster("doctor", "--ladder", ladder).out
    assert "source mie-dyad-month" in health
    assert "source viina" not in health


def test_a_panel_is_shown_by_what_it_is_found_in(forecaster: Command) -> None:
    shown = forecaster("ladder", "show", "state-pairs")
    assert "one per state pair in mie-dyad-month" in shown.out
    priors = forecaster("priors", "predictive", "--ladder", "state-pairs")
    assert (priors.code, "is a panel" in priors.err) == (1, True)
