"""The manual cannot drift: its reference is the code's, and its examples work."""

import dataclasses
import re
from pathlib import Path

import pytest

from forecaster.reference import fields
from forecaster.reference.check import examine
from forecaster.reference.judgements import examine_judgements
from forecaster.reference.manual import field_reference
from forecaster.reference.table import Table

MANUAL = (Path(__file__).parents[3] / "docs" / "ladder-files.md").read_text("utf-8")
SECTION = re.compile(r"<!-- field reference: begin -->\n(.*)<!-- field reference: end -->", re.S)
SET_BY_LOADER = {"rungs", "regions", "theatres", "indicators", "priors", "levers", "couplings"} | {
    "drops",
    "panel",
    "digest",
}


def test_the_manual_holds_the_field_reference_of_the_code() -> None:
    found = SECTION.search(MANUAL)
    assert found is not None
    assert found[1] == field_reference()


@pytest.mark.parametrize(
    "table", [*fields.LADDER_FILE, fields.MEASURE, fields.JUDGEMENTS], ids=lambda t: t.name
)
def test_every_field_of_the_domain_can_be_written_and_no_other(table: Table) -> None:
    known = {field.name for field in dataclasses.fields(table.fills)}
    if table is fields.LADDER:
        known -= SET_BY_LOADER
    assert {key.name for key in table.keys} == known


def test_the_examples_of_the_manual_are_sound() -> None:
    ladder_text, judgements_text = re.findall(r"```toml\n(.*?)```", MANUAL, re.S)
    examined = examine(ladder_text, folder=Path())
    assert examined.mistakes == ()
    assert examined.ladder is not None
    judgements, mistakes = examine_judgements(judgements_text, examined.ladder)
    assert mistakes == ()
    assert len(judgements) == 1
