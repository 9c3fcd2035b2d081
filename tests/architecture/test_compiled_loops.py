"""Compiled loops are kept by the file they are in: one that changes elsewhere would go unseen."""

import ast
from pathlib import Path

import pytest

import models

ROOT = Path(models.__path__[0])


def compiled_names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Name) and d.id == "jit" for d in node.decorator_list)
    }


COMPILED = {path: names for path in ROOT.rglob("*.py") if (names := compiled_names(path))}


def test_there_are_compiled_loops():
    assert COMPILED


@pytest.mark.parametrize("path", sorted(COMPILED), ids=lambda p: p.stem)
def test_a_compiled_loop_calls_none_of_another_file(path: Path):
    others = set().union(*(names for other, names in COMPILED.items() if other != path))
    called = {
        node.func.id
        for loop in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(loop, ast.FunctionDef) and loop.name in COMPILED[path]
        for node in ast.walk(loop)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & others
