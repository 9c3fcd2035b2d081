"""`forecaster backup` and `restore` as an operator meets them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Answer

type Command = Callable[..., Answer]


@pytest.fixture
def made(forecaster: Command, data_dir: Path) -> Path:
    answer = forecaster("backup")
    assert answer.code == 0, answer.err
    path = Path(re.findall(r"^backup: (.*)$", answer.out, re.M)[0])
    assert path.parent == (data_dir / "backups").resolve()
    assert "sha256" in answer.out
    return path


def test_a_backup_is_checked_and_put_into_another_file(
    forecaster: Command, made: Path, tmp_path: Path
) -> None:
    checked = forecaster("backup", "--check", made)
    assert checked.code == 0
    assert "is whole" in checked.out
    restored = forecaster("restore", made, "--into", tmp_path / "drill.sqlite")
    assert restored.code == 0, restored.err
    assert (tmp_path / "drill.sqlite").is_file()


def test_a_restore_over_rows_asks_for_the_name_of_the_database(
    forecaster: Command, made: Path
) -> None:
    assert forecaster("priors", "list").code == 0  # the ladder's own priors are stored by this
    refused = forecaster("restore", made)
    assert refused.code == 1
    assert "holds rows" in refused.err
    wrong = forecaster("restore", made, "--replace", "yes")
    assert wrong.code == 2
    assert "'forecaster'" in wrong.err
    assert forecaster("restore", made, "--replace", "forecaster").code == 0
    assert forecaster("restore", made).code == 0  # the backup was of a database without rows


def test_mistakes_are_one_line_and_no_password_is_taken_from_the_command_line(
    forecaster: Command, made: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.backup"
    damaged.write_bytes(made.read_bytes()[:-100])
    for answer in (
        forecaster("backup", "--check", damaged),
        forecaster("restore", damaged, "--into", tmp_path / "drill.sqlite"),
        forecaster("backup", "--check", tmp_path / "none.backup"),
    ):
        assert answer.code == 1
        assert answer.err.count("\n") == 1
    assert not (tmp_path / "drill.sqlite").exists()
    url = forecaster("restore", made, "--into", "postgresql://anna:secret@host/name")
    assert url.code == 2
    assert "FORECASTER_DATABASE_URL" in url.err
    assert "secret" not in url.err
    assert forecaster("backup", "--check", made, "--to", tmp_path).code == 2
