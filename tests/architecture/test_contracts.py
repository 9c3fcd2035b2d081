"""The shape of the house: who may import whom, nothing at import, files that stay small."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("forecaster", "indicators", "models", "jobs")
FILES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts  # written once by Alembic, never read as code
]
MOST_LINES = 300

# What a module may do when it is imported: say what things are, not start anything.
_DECLARATIONS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
    ast.TypeAlias,
    ast.If,
)


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [
            Path(sys.executable).parent / "lint-imports",
            "--config",
            "importlinter.toml",
            "--no-logo",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_package_and_shelf_is_under_contract() -> None:
    contracts = tomllib.loads((ROOT / "importlinter.toml").read_text())["tool"]["importlinter"]
    assert set(contracts["root_packages"]) == set(PACKAGES)
    inside = {c["containers"][0]: c for c in contracts["contracts"] if "containers" in c}
    assert set(inside) == set(PACKAGES)
    assert all(contract["exhaustive"] for contract in inside.values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_small_and_does_nothing_at_import(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    for node in ast.parse(text).body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        # The tree of commands is made of calls that name them.
        is_command = path.name == "app.py" and isinstance(node, ast.Expr)
        assert is_docstring or is_command or isinstance(node, _DECLARATIONS), ast.unparse(node)


def test_importing_every_package_opens_and_writes_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, forecaster, indicators, models, jobs, jobs.cli.app\n"
        "heavy = {'pymc', 'pytensor', 'sqlalchemy', 'pandas'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_file_names_a_package_registry_or_a_private_path() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not listed:
        pytest.fail("the checkout has no list of files: run this in a clone")
    # Written in halves, so that this file does not name them either.
    words = ["pypi" + ".org", "python" + "hosted.org", "/work" + "/shared", "/work" + "/wt"]
    for name in listed:
        path = ROOT / name
        if path.suffix in {".parquet", ".png"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], name
