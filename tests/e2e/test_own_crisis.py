"""The page about a crisis of your own holds: its files are sound, its commands do as it says."""

import re
import shlex
from pathlib import Path

import pytest

from forecaster.reference.load import load_ladder
from forecaster.store.unit_of_work import UnitOfWork
from jobs.wiring import make_context
from tests.e2e.conftest import Command

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "own-crisis.md").read_text(encoding="utf-8")
LADDER = "docs/own-crisis/middle-east.toml"
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.S)
COMMANDS = [shlex.split(line) for block in BLOCKS for line in block.splitlines()]


def commands(name: str) -> list[list[str]]:
    return [words[1:] for words in COMMANDS if words[:2] == ["forecaster", name]]


@pytest.mark.e2e
@pytest.mark.recovery
def test_the_commands_of_the_page_lead_to_a_published_report(
    forecaster: Command, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(ROOT)
    for words in (*commands("ladder"), *commands("ingest"), commands("daily")[0]):
        answer = forecaster(*words)
        assert answer.code == 0, (words, answer)
    assert "Israel" in answer.out
    assert "newest reading of press was known" in answer.err
    with UnitOfWork(make_context().engine(), read_only=True) as work:
        latest = work.runs.latest("middle-east")
        assert work.quarantine.count("press") == work.quarantine.count("threats") == 0
        assert latest is not None
        standings = work.forecasts.read(latest.run_id).standings
    assert [s.theatre for s in standings] == [t.id for t in load_ladder(LADDER).theatres]


def test_every_command_of_the_page_is_one_of_ours():
    named = {words[1] for words in COMMANDS if words[0] == "forecaster"}
    assert named == {"ladder", "priors", "ingest", "daily", "serve"}


def test_the_figures_are_told_as_they_stand():
    first = (ROOT / "docs/own-crisis/press.csv").read_text(encoding="utf-8").splitlines()[:2]
    for line in first:
        assert f"    {line}\n" in PAGE
