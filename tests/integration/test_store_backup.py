"""The drill: a backup made while others write, put back elsewhere, and held row against row."""

import hashlib
import json
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import Engine, inspect, text, update

from forecaster.errors import StoreError
from forecaster.store.backup.archive import check
from forecaster.store.backup.manifest import NAME
from forecaster.store.backup.restore import restore
from forecaster.store.backup.values import schema_of
from forecaster.store.backup.write import Made, back_up
from forecaster.store.schema import move, newest
from forecaster.store.session import make_engine, migrate, require_current
from forecaster.store.tables import METADATA
from forecaster.store.tables.results import ResultRow
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_filled_store import everything, fill
from tests.builders_store import day, forecast, run
from tests.fakes_disk import spoiling_fsync


def backup_of(engine: Engine, folder: Path) -> Made:
    return back_up(engine, folder / "made.backup", at=day(30), code_version="0.1.0")


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    fill(engine)
    return engine


@pytest.fixture
def filled_file(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'filled.sqlite'}")
    migrate(engine)
    fill(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_backed_up(table) -> None:
    assert schema_of(table).names == list(table.columns.keys())


def test_what_is_restored_is_what_was_backed_up_on_either_kind_of_database(
    filled: Engine, empty: Engine, tmp_path: Path
) -> None:
    before = everything(filled)
    assert sum(bool(rows) for rows in before.values()) >= 18
    made = backup_of(filled, tmp_path)
    assert made.manifest.chain_mistakes == ()
    restore(made.path, empty)
    require_current(empty)
    assert everything(empty) == before
    with UnitOfWork(empty) as work:
        assert work.forecasts.verify_chain() == ()
        assert work.forecasts.read("run-1") == forecast()


def test_a_restored_database_takes_new_rows(filled: Engine, empty: Engine, tmp_path: Path) -> None:
    restore(backup_of(filled, tmp_path).path, empty)
    with UnitOfWork(empty) as work:
        work.forecasts.publish(run("run-3", as_of=day(14)), forecast())
        work.runs.withdraw("run-3", reason="a drill", actor="anna", at=day(15))
        assert work.ledger.claim("daily:toy", day(2), "test", day(2))
        work.commit()
        assert work.forecasts.verify_chain() == ()


def test_a_backup_made_while_a_writer_writes_is_of_one_instant(
    filled: Engine, empty: Engine, tmp_path: Path
) -> None:
    written, stop = [0], threading.Event()

    def write() -> None:
        while not stop.is_set():
            with UnitOfWork(filled) as work:
                name = f"more-{written[0]}"
                work.forecasts.publish(run(name, as_of=day(20 + written[0])), forecast())
                work.commit()
            written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not written[0]:
            assert writer.is_alive()
        begun = written[0]
        made = backup_of(filled, tmp_path)
        ended = written[0]
    finally:
        stop.set()
        writer.join()
    restore(made.path, empty)
    rows = {part.table: part.rows for part in made.manifest.parts}
    assert begun <= rows["chain_links"] - 2 <= ended + 1
    assert rows["results"] == 9 * rows["chain_links"]
    assert rows["run_details"] == rows["runs"] == rows["chain_links"] + 1
    assert all(len(found) == rows[name] for name, found in everything(empty).items())


def test_a_backup_is_its_owners_alone_and_leaves_nothing_half_made(
    filled_file: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    made = backup_of(filled_file, folder)
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["made.backup"]
    assert check(made.path) == made.manifest
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        backup_of(filled_file, in_the_way)


def test_a_backup_that_does_not_read_back_never_takes_its_name(
    filled_file: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    whole = backup_of(filled_file, folder)
    monkeypatch.setattr(os, "fsync", spoiling_fsync)
    with pytest.raises(StoreError, match=r"made\.backup is not kept.*check the disk"):
        backup_of(filled_file, folder)
    assert [path.name for path in folder.iterdir()] == ["made.backup"]
    assert check(whole.path) == whole.manifest


def flipped(raw: bytes) -> bytes:
    middle = len(raw) // 2
    return raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [flipped, lambda raw: raw[: len(raw) * 2 // 3], lambda raw: b""],
    ids=["one bit", "cut short", "empty"],
)
def test_a_damaged_backup_is_refused_and_nothing_is_restored(
    spoil: Callable[[bytes], bytes], filled_file: Engine, empty: Engine, tmp_path: Path
) -> None:
    made = backup_of(filled_file, tmp_path)
    raw = spoil(made.path.read_bytes())
    made.path.write_bytes(raw)
    with pytest.raises(StoreError, match=r"made\.backup"):
        check(made.path)
    with pytest.raises(StoreError, match=r"made\.backup"):
        restore(made.path, empty)
    if empty.dialect.name == "sqlite":
        assert not Path(empty.url.database or "").exists()
    else:
        assert inspect(empty).get_table_names() == []


def rewritten(
    path: Path,
    *,
    manifest: Callable[[dict], None] = lambda _: None,
    stream: Callable[[str, pa.Table], pa.Table] = lambda _, rows: rows,
) -> Path:
    """Write a backup anew, with other words or rows and digests that fit."""
    with zipfile.ZipFile(path) as archive:
        said = json.loads(archive.read(NAME))
        manifest(said)
        kept = {}
        for part in said["parts"]:
            with archive.open(f"tables/{part['table']}.arrows") as entry:
                rows = stream(part["table"], pa.ipc.open_stream(entry).read_all())
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, rows.schema) as writer:
                writer.write_table(rows)
            kept[f"tables/{part['table']}.arrows"] = raw = sink.getvalue().to_pybytes()
            part["sha256"] = hashlib.sha256(raw).hexdigest()
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in kept.items():
            archive.writestr(name, raw)
        archive.writestr(NAME, json.dumps(said))
    return path


def columns_at(revision: str, folder: Path) -> dict[str, set[str]]:
    """Return the columns of every table of an older schema."""
    engine = make_engine(f"sqlite:///{folder / 'older.sqlite'}")
    with engine.begin() as connection:
        move(connection, revision)
        there = inspect(connection)
        found = {
            name: {column["name"] for column in there.get_columns(name)}
            for name in there.get_table_names()
        }
    engine.dispose()
    return found


def test_an_older_backup_is_restored_and_then_migrated(
    filled_file: Engine, empty: Engine, tmp_path: Path
) -> None:
    before, then = everything(filled_file), columns_at("0004", tmp_path)

    def older(said: dict) -> None:
        said["schema"] = "0004"
        said["parts"] = [part for part in said["parts"] if part["table"] in then]

    def narrower(name: str, rows: pa.Table) -> pa.Table:
        return rows.select([column for column in rows.column_names if column in then[name]])

    made = backup_of(filled_file, tmp_path)
    restore(rewritten(made.path, manifest=older, stream=narrower), empty)
    require_current(empty)
    after = everything(empty)
    same = {t.name for t in METADATA.sorted_tables if then.get(t.name) == set(t.columns.keys())}
    assert len(same) >= 18
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    with UnitOfWork(empty, read_only=True) as work:
        (backtest,) = work.backtests.list()
        assert backtest.prior_set == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": "9999"}, "install the release that made it"),
        ({"format": 2}, "format 2"),
        ({"chain_head": "0" * 64}, "chain of results"),
        ({"chain_mistakes": 5}, "manifest cannot be read"),
    ],
)
def test_a_backup_that_cannot_be_trusted_leaves_the_database_as_it_was(
    change: dict, said: str, filled_file: Engine, engine: Engine, tmp_path: Path
) -> None:
    made = backup_of(filled_file, tmp_path / "backups")
    rewritten(made.path, manifest=lambda found: found.update(change))
    before = everything(engine)
    with pytest.raises(StoreError, match=said):
        restore(made.path, engine, replace=True)
    assert everything(engine) == before
    require_current(engine)


def test_rows_are_never_mixed_with_a_backups_and_go_only_when_replaced(
    filled_file: Engine, engine: Engine, tmp_path: Path
) -> None:
    made = backup_of(filled_file, tmp_path / "backups")
    expected = everything(filled_file)
    with UnitOfWork(engine) as work:
        work.ledger.claim("daily:other", day(1), "test", day(1))
        work.commit()
    with pytest.raises(StoreError, match=r"holds rows \(table job_runs\).*--replace"):
        restore(made.path, engine)
    assert len(everything(engine)["job_runs"]) == 1
    restore(made.path, engine, replace=True)
    assert everything(engine) == expected


def test_a_migrated_database_without_rows_is_empty_enough_and_keeps_its_readers(
    filled_file: Engine, postgres_url: str, tmp_path: Path
) -> None:
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("GRANT SELECT ON results_latest TO PUBLIC"))
    restore(backup_of(filled_file, tmp_path / "backups").path, engine)
    asked = (
        "SELECT grantee FROM information_schema.role_table_grants "
        "WHERE table_name = 'results_latest'"
    )
    with engine.connect() as connection:
        assert "PUBLIC" in connection.execute(text(asked)).scalars().all()
    engine.dispose()


def test_a_chain_that_was_broken_before_is_told_and_restored_as_it_was(
    filled: Engine, empty: Engine, tmp_path: Path
) -> None:
    with filled.begin() as connection:
        connection.execute(
            update(ResultRow).where(ResultRow.run_id == "run-1").values(probability=0.5)
        )
    made = backup_of(filled, tmp_path)
    assert "edited" in made.manifest.chain_mistakes[0]
    restore(made.path, empty)
    assert everything(empty) == everything(filled)


def test_a_table_or_column_that_the_schema_never_had_is_refused(
    filled_file: Engine, engine: Engine, tmp_path: Path
) -> None:
    def another(name: str, rows: pa.Table) -> pa.Table:
        return rows.rename_columns(["x; DROP", *rows.column_names[1:]]) if name == "runs" else rows

    made = backup_of(filled_file, tmp_path / "backups")
    with pytest.raises(StoreError, match="columns of runs that it never had"):
        restore(rewritten(made.path, stream=another), engine)
    assert newest() == made.manifest.schema
