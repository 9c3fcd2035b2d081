"""Help answers at once, because nothing heavy is imported before a command runs."""

import subprocess
import sys

import pytest

from tests.e2e.conftest import ROOT, Command, in_a_process

HEAVY = ("pandas", "numpy", "pymc", "pytensor", "arviz", "nutpie", "sqlalchemy", "rich", "pydantic")
GROUPS = ("ladder", "runs", "priors", "sample", "jobs")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from jobs.cli.entry import run\n"
        "code = run(['--help'])\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"
    assert "daily" in done.stdout


def test_no_command_at_all_is_help(forecaster: Command) -> None:
    assert forecaster().out == forecaster("--help").out
    assert forecaster().code == 0


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_explains_itself(forecaster: Command, group: str) -> None:
    answer = forecaster(group, "--help")
    assert answer.code == 0
    assert "Commands:" in answer.out


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    answer = in_a_process("--version")
    assert answer.code == 0
    assert version("escalation-forecaster") in answer.out
