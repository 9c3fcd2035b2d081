"""After a loss: a day's report and results read from a restored database are those of before."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from forecaster.clock import end_of_day
from forecaster.reference.sample_readings import sample_last_day
from forecaster.store.backup.archive import check
from forecaster.store.backup.restore import restore
from forecaster.store.session import make_engine
from jobs import exports, publication
from jobs.backups import backups_in, name_at
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Cron, Slot
from jobs.runner import run_slot
from jobs.slots import Calendar, next_slot
from tests.fakes_jobs import make_context

LADDER = "nato-russia"


CALENDAR = Calendar(hour=6, zone=ZoneInfo("UTC"))


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = make_context(tmp_path / "lost")
    day = Slot(due=made.clock(), as_of=end_of_day(sample_last_day()), subject=LADDER)
    run_slot(made, all_jobs()["daily"], day)
    yield made
    made.engine().dispose()


def backup(context: Context):
    return run_slot(context, all_jobs()["backup"], Slot(context.clock(), context.clock()))


def test_a_restored_database_gives_the_same_report_and_results(
    context: Context, empty_database_url: str, tmp_path: Path
) -> None:
    outcome = backup(context)
    assert outcome.state == "done"
    (path,) = outcome.files
    assert check(path).rows > 1000
    engine = make_engine(empty_database_url)
    restore(path, engine)
    settings = context.settings.model_copy(
        update={"data_dir": tmp_path / "new", "database_url": SecretStr(empty_database_url)}
    )
    there = replace(context, settings=settings, engine=lambda: engine)
    run_id = publication.latest_run(there, LADDER, None).run_id
    assert run_id == publication.latest_run(context, LADDER, None).run_id
    assert exports.result_rows(there, run_id) == exports.result_rows(context, run_id)
    assert publication.ladder_table(there, run_id) == publication.ladder_table(context, run_id)
    engine.dispose()


def test_a_backup_is_due_every_day_after_the_report(context: Context) -> None:
    daily, job = all_jobs()["daily"].schedule, all_jobs()["backup"]
    assert job.per == "once"
    assert isinstance(daily, Cron)
    assert isinstance(job.schedule, Cron)
    report = next_slot(daily, CALENDAR, after=context.clock())
    assert report is not None
    slot = next_slot(job.schedule, CALENDAR, after=report)
    assert slot is not None
    assert 0 < (slot - report).total_seconds() < 3600


def test_backups_are_told_from_other_files_and_the_newest_stands_first(
    context: Context, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("notes.txt", "forecaster-old.backup", ".forecaster-20250101T000000Z.backup"):
        (folder / name).touch()
    clock = context.clock
    names = [name_at(clock().replace(day=day)) for day in (3, 1, 2)]
    for name in names:
        (folder / name).touch()
    assert [path.name for path in backups_in(folder)] == sorted(names, reverse=True)
    assert backups_in(tmp_path / "none") == ()
