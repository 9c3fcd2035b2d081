"""Documents against the code: a command, setting or plug-in that is written down exists."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from jobs.cli.app import app
from jobs.manual import PAGES

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"```sh\n(.*?)```", re.S)
INLINE = re.compile(r"`((?:forecaster|make) [^`]*)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def commands() -> Iterator[tuple[str, str]]:
    """Every `forecaster …` and `make …` of every document, with the document's name."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
        for line in [*lines, *INLINE.findall(text)]:
            if line.startswith(("forecaster", "make ")):
                yield path.name, line.partition("#")[0].strip()


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_written_page_is_what_the_code_writes(page: str) -> None:
    assert (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8") == PAGES[page]()


@pytest.mark.parametrize(("document", "line"), sorted(set(commands())))
def test_a_command_in_a_document_exists(document: str, line: str) -> None:
    words = shlex.split(line.replace("[", "").replace("]", "").replace("…", ""))
    if words[0] == "make":
        targets = (ROOT / "Makefile").read_text()
        assert re.search(rf"^{words[1]}:", targets, re.M), line
        return
    command: Any = get_command(app)
    rest = words[1:]
    while rest and rest[0] in getattr(command, "commands", {}):
        command, rest = command.commands[rest[0]], rest[1:]
    known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    is_group = bool(getattr(command, "commands", {}))
    assert not is_group or rest == [] or set(rest) & {"|", "--debug", "--help", "--quiet"}, line
    given = {word.partition("=")[0] for word in rest if word.startswith("--")}
    assert given <= known | {"--debug", "--quiet"}, line


def test_the_first_commands_of_the_readme_are_daily_and_test() -> None:
    first = BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert first is not None
    assert [line.split("#")[0].strip() for line in first[1].splitlines()] == [
        "make daily",
        "make test",
    ]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_changelog_speaks_of_the_results_table_first() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = text.split("\n## ")[1]
    assert re.findall(r"^### (.*)$", newest, re.M)[0] == "Results table"


def test_the_build_machine_runs_make_check_and_that_runs_everything() -> None:
    assert "make check" in (ROOT / ".ci" / "run").read_text()
    planned = subprocess.run(
        ["make", "--dry-run", "check"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports", "pytest"):
        assert tool in planned
