"""Misuse ends with 2 and failure with 1; each is one line with the remedy, and no traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Command, in_a_process
from tests.processes import running

MISUSE = [
    (("bogus",), "bogus"),
    (("--bogus",), "--bogus"),
    (("daily", "--bogus"), "--bogus"),
    (("daily", "--as-of", "2024-13-01"), "YYYY-MM-DD"),
    (("daily", "--as-of", "20240806"), "YYYY-MM-DD"),
    (("daily", "--as-of", "0"), "YYYY-MM-DD"),
    (("daily", "--as-of", "9999-01-01"), "future"),
    (("daily", "--sample", "--as-of", "2024-08-06"), "--sample"),
    (("daily", "--seed", "minus"), "--seed"),
    (("daily", "--seed", "-1"), "--seed"),
    (("report", "--format", "pdf"), "--format"),
    (("report", "--run", "x", "--as-of", "2024-08-06"), "--run"),
    (("results", "--format", "parquet"), "--output"),
    (("results", "--run", "x", "--latest"), "--run"),
    (("scores", "--horizon", "0"), "--horizon"),
    (("scores", "--format", "parquet"), "--format"),
    (("ingest", "--from-dir", "/no/such/folder"), "--from-dir"),
    (("ingest", "viinna"), "viina"),
    (("jobs", "run", "weekly"), "daily"),
    (("priors", "set", "some-prior", "median"), "--reason"),
    (("priors", "set", "some-prior", "median", "--reason", "because"), "NAME=VALUE"),
    (("migrate", "--clearance", "TLP:RED"), "--reader"),
    (("migrate", "--reader", "grafana", "--clearance", "RED"), "TLP:RED"),
    (("ladder",), "command"),
    (("ladder", "check"), "FILE"),
]


@pytest.mark.parametrize(("arguments", "hint"), MISUSE, ids=lambda value: str(value)[:40])
def test_misuse_is_one_line_and_exit_2(
    forecaster: Command, arguments: tuple[str, ...], hint: str
) -> None:
    answer = forecaster(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("error: ")
    assert answer.err.count("\n") == 1
    assert hint in answer.err


def test_a_setting_that_cannot_be_is_named(
    forecaster: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORECASTER_CORES", "many")
    answer = forecaster("runs", "list")
    assert answer.code == 2
    assert "FORECASTER_CORES" in answer.err
    assert answer.err.count("\n") == 1


def test_a_traceback_is_shown_with_debug_alone(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(b"\xff\xfe nothing")
    plain = in_a_process("ladder", "show", file)
    debug = in_a_process("ladder", "show", file, "--debug")
    assert plain.code == debug.code == 1
    assert "Traceback" not in plain.err
    assert plain.err.count("\n") == 1
    assert "Traceback" in debug.err
    assert debug.err.endswith(plain.err)


def test_a_reader_that_leaves_early_is_no_failure() -> None:
    command = f"{sys.executable} -m jobs ladder list | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr == ""


def test_the_keyboard_ends_a_command_quietly(data_dir: Path) -> None:
    with running(
        [sys.executable, "-m", "jobs", "schedule", "--quiet"],
        env={**os.environ, "FORECASTER_LADDERS": "[]"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_for(data_dir / "forecaster.sqlite", process)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err == ""


def wait_for(file: Path, process: "subprocess.Popen[str]") -> None:
    import time

    for _ in range(600):
        assert process.poll() is None
        if file.exists():
            time.sleep(2)
            return
        time.sleep(0.1)
    raise AssertionError(f"{file} never came")
