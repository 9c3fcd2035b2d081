"""Rejects in quarantine and the states of sources."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from forecaster.domain.reading import Reject, SourceState, SourceStatus
from forecaster.errors import StoreError
from forecaster.store.unit_of_work import UnitOfWork
from tests.builders_store import day


@pytest.fixture
def uow(engine: Engine) -> Iterator[UnitOfWork]:
    with UnitOfWork(engine) as uow:
        yield uow


def status(
    source: str, at: int, *, state: SourceState = "fresh", received: int = 5
) -> SourceStatus:
    return SourceStatus(
        source=source,
        state=state,
        reason="",
        checked_at=day(at),
        last_observed_at=day(at - 1),
        rows_received=received,
        rows_new=1,
        rows_rejected=0,
        rows_expected=5,
    )


def test_a_reject_is_kept_with_reason_and_row(uow: UnitOfWork):
    rejects = [Reject("viina", 3, "negative count", "2024-01-01,-4"), Reject("gpr", 1, "no", "x")]
    assert uow.quarantine.add(rejects, at=day(1)) == 2
    assert uow.quarantine.list("viina") == (rejects[0],)
    assert uow.quarantine.list() == tuple(rejects)
    assert uow.quarantine.list(limit=1) == (rejects[1],)


def test_the_same_reject_again_is_not_another(uow: UnitOfWork):
    reject = Reject("viina", 3, "negative count", "2024-01-01,-4")
    uow.quarantine.add([reject], at=day(1))
    assert uow.quarantine.add([reject, Reject("viina", 4, "negative count", "-4")], at=day(2)) == 1
    assert uow.quarantine.count() == 2
    assert uow.quarantine.count(since=day(2)) == 1
    assert uow.quarantine.count(source="gpr") == 0
    assert uow.quarantine.list(since=day(2))[0].row_number == 4


def test_rows_that_no_text_column_takes_are_kept_readable(uow: UnitOfWork):
    uow.quarantine.add([Reject("viina", 1, "not text", "a\x00b\udce9c")], at=day(1))
    assert uow.quarantine.list()[0].raw == "a\\x00b\\udce9c"


def test_many_rejects_are_all_kept(uow: UnitOfWork):
    rejects = [Reject("viina", n, "nonsense", "?") for n in range(12_001)]
    assert uow.quarantine.add(rejects, at=day(1)) == 12_001


def test_the_latest_state_of_every_source(uow: UnitOfWork):
    for found in (status("viina", 1), status("gpr", 1), status("viina", 3, state="late")):
        uow.sources.record(found)
    assert uow.sources.latest() == (status("gpr", 1), status("viina", 3, state="late"))


def test_the_first_fetch_is_the_first_that_brought_rows(uow: UnitOfWork):
    assert uow.sources.first_fetch("viina") is None
    uow.sources.record(status("viina", 1, state="failed", received=0))
    assert uow.sources.first_fetch("viina") is None
    uow.sources.record(status("viina", 2))
    uow.sources.record(status("viina", 3))
    assert uow.sources.first_fetch("viina") == day(2)


def test_a_naive_time_is_refused(uow: UnitOfWork):
    with pytest.raises(StoreError, match="no time zone"):
        uow.quarantine.add([Reject("viina", 1, "r", "x")], at=day(1).replace(tzinfo=None))
