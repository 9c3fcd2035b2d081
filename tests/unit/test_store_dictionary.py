"""The dictionary of the results is whole, and its page is up to date."""

from pathlib import Path

from forecaster.store import dictionary

ROOT = Path(__file__).parents[2]
CONTRACT = [
    "run_id",
    "ladder",
    "ladder_version",
    "theatre",
    "domain",
    "as_of",
    "issued_at",
    "horizon_steps",
    "horizon_end",
    "kind",
    "rung",
    "probability",
    "lower",
    "upper",
    "mc_se",
    "prior_share",
    "state",
    "state_reason",
    "family",
    "family_version",
    "prior_set",
    "data_digest",
    "code_version",
    "seed",
    "prev_hash",
    "hash",
]


def test_the_columns_are_the_contract():
    assert [entry.column for entry in dictionary.results()] == CONTRACT


def test_every_column_says_what_it_means():
    assert all(entry.meaning and entry.type for entry in dictionary.results())


def test_the_page_is_up_to_date():
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    assert page == dictionary.render(), (
        "run python -m forecaster.store.dictionary > docs/results.md"
    )
