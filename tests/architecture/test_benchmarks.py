"""Benchmarks are run by hand: a name that they use and that is gone must not wait until then."""

import importlib
from pathlib import Path

import pytest

import benchmarks

NAMES = sorted(p.stem for p in Path(benchmarks.__path__[0]).glob("*.py") if p.stem != "__init__")


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_can_be_started(name: str) -> None:
    assert importlib.import_module(f"benchmarks.{name}").__doc__
