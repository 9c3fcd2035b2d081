"""The command line as a person meets it: its own data folder, its output, its exit code."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from forecaster.settings import load_settings
from jobs.cli.entry import run
from jobs.wiring import open_database

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


type Command = Callable[..., Answer]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data folder that the settings point to; its database is closed afterwards."""
    folder = tmp_path / "data"
    monkeypatch.setenv("FORECASTER_DATA_DIR", str(folder))
    monkeypatch.delenv("FORECASTER_DATABASE_URL", raising=False)
    # The command says where compiled models are kept; afterwards it is as it was.
    monkeypatch.setenv("PYTENSOR_FLAGS", os.environ.get("PYTENSOR_FLAGS", ""))
    load_settings.cache_clear()
    yield folder
    if (folder / "forecaster.sqlite").is_file():
        open_database(load_settings()).dispose()
    open_database.cache_clear()
    load_settings.cache_clear()


@pytest.fixture
def forecaster(data_dir: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process, which is quick; `data_dir` is its data folder."""

    def call(*arguments: object) -> Answer:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Answer(code, said.out, said.err)

    return call


def in_a_process(*arguments: object, **environment: str) -> Answer:
    """Run a command in a process of its own, as a shell would."""
    done = subprocess.run(
        [sys.executable, "-m", "jobs", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Answer(done.returncode, done.stdout, done.stderr)
