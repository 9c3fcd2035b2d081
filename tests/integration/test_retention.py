"""What may go goes, what never goes stays, and a preview tells exactly what a removal does."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert
from sqlmodel import Session

from forecaster.domain.reading import SourceStatus
from forecaster.errors import StoreError
from forecaster.store import retention as rows
from forecaster.store.backup.archive import check
from forecaster.store.ledger import Asked, JobState
from forecaster.store.ledger_rows import Origin
from forecaster.store.retention import Bounds, never_removed
from forecaster.store.tables.fits import FitRow
from forecaster.store.unit_of_work import UnitOfWork
from jobs import retention
from jobs.backups import backups_in, name_at
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Slot
from jobs.runner import run_slot
from tests.builders_filled_store import everything, fill, fit_row
from tests.builders_store import day, forecast, run
from tests.fakes_disk import spoiling_fsync
from tests.fakes_jobs import NOON, make_context

ALL_OLD = Bounds(fits_kept=2, skipped_from=day(1000), checks_from=day(1000))


def check_of(source: str, at: float, received: int) -> SourceStatus:
    return SourceStatus(source, "fresh", "", day(at), None, received, 0, 0, received)


def note(
    work: UnitOfWork, job: str, number: int, state: JobState, origin: Origin = "calendar"
) -> None:
    at = day(number)
    claim = work.ledger.claim(job, at, "test", at, asked=Asked(origin=origin))
    assert claim is not None
    work.ledger.finish(claim, state, "", at)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Four fits, five checks of a source, and slots of two jobs."""
    fill(engine)
    with UnitOfWork(engine) as work:
        for number in (3, 4, 5):
            work.forecasts.publish(run(f"run-{number}", as_of=day(7 * number)), forecast())
        for at, received in ((10, 0), (11, 5), (12, 5), (13, 5)):
            work.sources.record(check_of("acled", at, received))
        slots: tuple[tuple[str, int, JobState], ...] = (
            ("daily:a", 1, "skipped"),
            ("daily:a", 2, "done"),
            ("daily:a", 3, "skipped"),
            ("daily:b", 4, "skipped"),
            ("daily:b", 5, "failed"),
        )
        for job, number, state in slots:
            note(work, job, number, state)
        work.commit()
    with engine.begin() as connection:
        connection.execute(
            insert(FitRow), [fit_row(f"run-{n}", day(7 * n), asked="x") for n in (3, 4, 5)]
        )
    return engine


def test_a_removal_does_what_its_preview_said_and_touches_nothing_else(filled: Engine) -> None:
    before = everything(filled)
    with Session(filled) as session:
        told = rows.find(session, ALL_OLD)
    assert everything(filled) == before
    with Session(filled) as session:
        gone = rows.remove(session, ALL_OLD)
        session.commit()
    after = everything(filled)
    assert gone == told
    assert {r.kind: r.count for r in gone} == {"fits": 2, "skipped slots": 2, "source checks": 2}
    assert all(r.size > 0 for r in gone)
    assert gone[0].size > 512  # the payloads alone
    assert {name: after[name] for name in never_removed()} == {
        name: before[name] for name in never_removed()
    }
    with Session(filled) as session:
        assert [r.count for r in rows.find(session, ALL_OLD)] == [0, 0, 0]


def test_what_the_product_still_asks_for_stays(filled: Engine) -> None:
    with UnitOfWork(filled, read_only=True) as work:
        first, latest = work.sources.first_fetch("acled"), work.sources.latest()
        newest = {job: work.ledger.history(job, limit=1) for job in ("daily:a", "daily:b")}
    with Session(filled) as session:
        rows.remove(session, ALL_OLD)
        session.commit()
    with UnitOfWork(filled, read_only=True) as work:
        assert work.sources.first_fetch("acled") == first
        assert work.sources.latest() == latest
        assert {job: work.ledger.history(job, limit=1) for job in newest} == newest
        assert work.forecasts.verify_chain() == ()
        assert [entry.state for entry in work.ledger.history("daily:a")] == ["skipped", "done"]


def test_a_slot_by_hand_never_stands_for_the_newest_of_the_calendar(engine: Engine) -> None:
    with UnitOfWork(engine) as work:
        for number in (1, 2):
            note(work, "daily:a", number, "skipped")
        note(work, "daily:a", 3, "skipped", "hand")
        note(work, "daily:a", 4, "done", "hand")
        note(work, "daily:b", 5, "skipped", "hand")
        work.commit()
        before = work.ledger.newest_of_calendar(day(99))
    with Session(engine) as session:
        rows.remove(session, ALL_OLD)
        session.commit()
    with UnitOfWork(engine, read_only=True) as work:
        assert work.ledger.newest_of_calendar(day(99)) == before
        assert [entry.slot for entry in work.ledger.history()] == [day(4), day(2)]


def test_the_bounds_are_kept_to(filled: Engine) -> None:
    narrow = Bounds(fits_kept=4, skipped_from=day(1), checks_from=day(10))
    with Session(filled) as session:
        assert [r.count for r in rows.find(session, narrow)] == [0, 0, 0]


def test_the_record_is_never_removed() -> None:
    assert {
        "results",
        "runs",
        "run_states",
        "readings",
        "prior_versions",
        "judgements",
        "score_rows",
        "chain_links",
    } <= set(never_removed())


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = make_context(tmp_path)
    yield made
    made.engine().dispose()


def aged(path: Path, days: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("0123456789")
    moment = (NOON - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_failed_backups_never_push_out_good_ones(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = context.settings.model_copy(update={"backups_kept": 2})

    def try_on(days: int) -> None:
        moment = NOON + timedelta(days=days)
        there = replace(context, settings=settings, clock=lambda: moment)
        run_slot(there, all_jobs()["backup"], Slot(moment, moment))

    for days in (0, 1):
        try_on(days)
    good = backups_in(settings.backups)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", spoiling_fsync)
        for days in (2, 3):
            with pytest.raises(StoreError, match="does not read back"):
                try_on(days)
    retention.apply(replace(context, settings=settings))
    assert backups_in(settings.backups) == good
    assert [check(path).made_at for path in good] == [NOON + timedelta(days=1), NOON]


def test_files_go_by_number_and_age_and_only_those_that_we_made(context: Context) -> None:
    settings = context.settings
    backups = [aged(settings.backups / name_at(NOON - timedelta(days=n)), n) for n in range(16)]
    half = aged(settings.backups / ".x.half", 2)
    others = [aged(settings.backups / "mine.zip", 900), aged(settings.backups / ".y.half", 0.1)]
    reports = settings.data_dir / "reports" / "toy"
    old = [aged(reports / f"2020-01-0{n}.html", 500) for n in (1, 2)]
    kept = [aged(reports / "2020-01-03.html", 10), aged(reports / "notes.html", 900)]
    lonely = aged(settings.data_dir / "reports" / "other" / "2019-01-01.html", 900)
    told = {r.kind: (r.count, r.size) for r in retention.preview(context) if r.count}
    assert told == {"backups": (2, 20), "half-made backups": (1, 10), "report files": (2, 20)}
    assert half.exists()
    outcome = run_slot(context, all_jobs()["retention"], Slot(context.clock(), context.clock()))
    assert "2 backups" in outcome.detail
    assert backups_in(settings.backups) == tuple(backups[:14])
    assert not any(path.exists() for path in (half, *old, *backups[14:]))
    assert all(path.exists() for path in (*others, *kept, lonely))
    again = run_slot(context, all_jobs()["retention"], Slot(context.clock(), context.clock()))
    assert again.detail == "nothing was to be removed"
