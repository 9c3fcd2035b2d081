"""What tests of jobs may ask for; a file with a `context` of its own has that one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.context import Context
from tests.builders_backtest_run import sampled


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    """A context whose store holds the packaged sample and nothing else."""
    made = sampled(tmp_path)
    yield made
    made.engine().dispose()
