"""Findings follow from what is found: bounds, slots and grace, and what a run should tell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forecaster.errors import StoreError
from forecaster.health import preflight
from forecaster.health.finding import Finding, State, worst
from forecaster.health.freshness import Freshness, absent_of, fresh_until, judge
from forecaster.health.machine import available_memory, free_bytes, writing_fails
from forecaster.settings import Settings
from tests.builders_store import ladder, refused, run

SIX = datetime(2025, 7, 10, 6, tzinfo=UTC)
GRACE = timedelta(hours=3)
MICRO = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("free", "state"),
    [(2e9, "ok"), (2e9 - 1, "warn"), (2e8, "warn"), (2e8 - 1, "fail"), (0, "fail")],
)
def test_a_disk_is_judged_by_its_bound(free: float, state: State) -> None:
    found = preflight.disk(int(free), 2000)
    assert found.state == state
    assert bool(found.remedy) == (state != "ok")


@pytest.mark.parametrize(
    ("available", "state"), [(None, "ok"), (15 * 10**8, "ok"), (15 * 10**8 - 1, "warn")]
)
def test_memory_is_judged_by_what_a_fit_needs(available: int | None, state: State) -> None:
    assert preflight.memory(available, 1500).state == state


@pytest.mark.parametrize(
    ("stored", "database", "state"),
    [
        (None, None, "ok"),
        (SIX + timedelta(seconds=59), SIX - timedelta(seconds=59), "ok"),
        (SIX + timedelta(minutes=2), SIX, "fail"),
        (SIX, SIX + timedelta(minutes=2), "warn"),
        (SIX, SIX - timedelta(minutes=2), "warn"),
    ],
)
def test_a_clock_is_judged_by_what_is_stored_and_by_the_database(
    stored: datetime | None, database: datetime | None, state: State
) -> None:
    assert preflight.clock_of(SIX, stored=stored, database=database).state == state


def test_the_worst_finding_speaks_for_all() -> None:
    findings = [Finding("a", "ok", ""), Finding("b", "fail", ""), Finding("c", "warn", "")]
    assert worst(findings) == "fail"
    assert worst(()) == "ok"


def test_a_database_that_is_away_is_a_finding_and_no_failure(tmp_path: Path) -> None:
    def away():
        raise StoreError("the database x on y is away: start it")

    found = preflight.preflight(Settings(data_dir=tmp_path / "data"), away, lambda: SIX)
    assert [(f.name, f.state) for f in found if f.name == "database"] == [("database", "fail")]
    assert {f.name for f in found} == {"data folder", "disk", "memory", "database"}


def test_a_folder_is_told_by_what_can_be_written_into_it(tmp_path: Path) -> None:
    assert writing_fails(tmp_path / "new" / "folder") == ""
    (tmp_path / "file").touch()
    assert writing_fails(tmp_path / "file") != ""
    assert free_bytes(tmp_path / "not" / "there") > 0


def group(root: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_available_memory_is_the_least_of_machine_and_control_group(tmp_path: Path) -> None:
    assert available_memory(tmp_path) is None
    root = group(tmp_path, proc__meminfo="MemTotal: 9 kB\nMemAvailable:    4000 kB\n")
    assert available_memory(root) == 4_096_000
    group(root, sys__fs__cgroup__memory_max="max\n", sys__fs__cgroup__memory_current="5\n")
    assert available_memory(root) == 4_096_000
    group(
        root,
        sys__fs__cgroup__memory_max="3000000\n",
        sys__fs__cgroup__memory_current="2500000\n",
        sys__fs__cgroup__memory_stat="anon 1\ninactive_file 400000\n",
    )
    assert available_memory(root) == 900_000


@pytest.mark.parametrize(
    ("as_of", "until"),
    [
        (SIX, SIX + timedelta(days=1)),
        (SIX - MICRO, SIX),
        (SIX.replace(hour=0) - MICRO, SIX),
        (SIX.replace(hour=23), SIX + timedelta(days=1)),
    ],
)
def test_a_run_is_fresh_until_the_slot_after_it_and_its_grace(
    as_of: datetime, until: datetime
) -> None:
    assert fresh_until(as_of, hour=6, grace=GRACE) == until + GRACE


@pytest.mark.parametrize(
    ("published", "newest", "late", "state"),
    [
        (False, "none", 0.0, "missing"),
        (False, "refused", 0.0, "missing"),
        (True, "same", 0.0, "fresh"),
        (True, "same", 1.0, "stale"),
        (True, "refused", 0.0, "refused-newer"),
        (True, "refused", 1.0, "refused-newer"),
        (True, "refused before", 0.0, "fresh"),
    ],
)
def test_a_ladder_is_told_by_its_published_run_and_the_one_issued_last(
    published: bool, newest: str, late: float, state: Freshness
) -> None:
    shown = run("run-1", as_of=SIX) if published else None
    last = {
        "none": None,
        "same": shown,
        "refused": refused("bad", as_of=SIX + timedelta(days=1)),
        "refused before": refused("bad", as_of=SIX - timedelta(days=30)),
    }[newest]
    now = SIX + timedelta(days=1) + GRACE + late * MICRO
    found = judge("toy", published=shown, newest=last, absent=(), now=now, hour=6, grace=GRACE)
    assert found.state == state
    assert found.complete == published
    assert found.finding.state == ("ok" if state == "fresh" else "warn")
    assert ("R-hat" in found.finding.detail) == (newest == "refused")
    assert bool(found.finding.remedy) == (state != "fresh")


def test_a_run_that_leaves_something_out_is_not_complete() -> None:
    told = {("north", "kinetic", steps) for steps in (1, 4, 13)}
    assert absent_of(ladder(), set(), told) == ()
    missing = absent_of(ladder(), {("found", "kinetic")}, told - {("north", "kinetic", 4)})
    assert missing == (
        ("found", "kinetic", 1),
        ("found", "kinetic", 4),
        ("found", "kinetic", 13),
        ("north", "kinetic", 4),
    )
    shown = run("run-1", as_of=SIX)
    found = judge(
        "toy", published=shown, newest=shown, absent=missing, now=SIX, hour=6, grace=GRACE
    )
    assert (found.state, found.complete, found.finding.state) == ("fresh", False, "warn")
    assert "4 forecasts are missing" in found.finding.detail


def test_a_track_that_has_one_rung_alone_has_nothing_to_tell() -> None:
    plain = replace(ladder(), rungs=ladder().rungs[:1])
    assert absent_of(plain, set(), set()) == ()
