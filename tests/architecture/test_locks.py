"""Pinned packages: what the service runs with is what is tested, and is all that it imports."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("forecaster", "indicators", "models", "jobs")

type Pin = tuple[str, frozenset[str]]
"""What is installed (name, version, where) and the hashes that it may have."""


def pins(name: str) -> dict[str, Pin]:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if re.match(r"\w", line)]
    return {
        line.partition("==")[0]: (
            line.partition(" --hash")[0].strip(),
            frozenset(re.findall(r"sha256:\w+", line)),
        )
        for line in lines
    }


def imported() -> Iterator[str]:
    """Every module of others that the service names anywhere, in functions too."""
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    yield node.module or ""


def test_the_service_runs_with_the_very_packages_that_are_tested():
    run, tested = pins("requirements-run.txt"), pins("requirements.txt")
    assert run == {name: tested.get(name) for name in run}


def test_the_service_is_spared_the_tools_of_development():
    tools = {"pytest", "ruff", "mypy", "hypothesis", "playwright", "import-linter"}
    assert tools <= set(pins("requirements.txt"))
    assert not tools & set(pins("requirements-run.txt"))


def test_what_the_service_imports_is_pinned_for_it():
    ours_or_python = {*OURS, *sys.stdlib_module_names}
    modules = {name.partition(".")[0] for name in imported()} - ours_or_python
    pinned, known = set(pins("requirements-run.txt")), packages_distributions()
    assert len(modules) > 20
    for module in sorted(modules):
        names = {re.sub(r"[-_.]+", "-", name).lower() for name in known.get(module, [])}
        assert names & pinned, module
