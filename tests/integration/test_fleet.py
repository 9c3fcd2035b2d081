"""Several ladders updated on a cluster: the same numbers, and one that fails stops no other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import Client

from forecaster.clock import end_of_day
from forecaster.errors import ModelError
from forecaster.reference.sample_readings import sample_last_day, sample_readings
from forecaster.store.unit_of_work import UnitOfWork
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.fleet import OnWorker, update_fleet
from jobs.job import Slot
from jobs.runner import run_slot
from models.update import Updated, update_ladder
from tests.fakes_jobs import make_context

# distributed 2026.8 leaves a socket unclosed while it looks for a free port (2026-11).
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
LADDER = "nato-russia"


def by_reference(ladder, /, **known) -> Updated:
    """A model that needs no sampling, and refuses one ladder."""
    if ladder.id == "regime-stability":
        raise ModelError("this ladder is not for today")
    return update_ladder(ladder, **{**known, "family": "persistence", "mixture": None})


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = replace(make_context(tmp_path), update=by_reference)
    with UnitOfWork(made.engine()) as work:
        for part in sample_readings():
            work.readings.add(part)
        work.commit()
    yield made
    made.engine().dispose()


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0") as made:
        yield made


def slot(context: Context, ladder: str) -> Slot:
    return Slot(due=context.clock(), as_of=end_of_day(sample_last_day()), subject=ladder)


def cells(context: Context, run_id: str):
    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.forecasts.read(run_id).cells


def test_a_ladder_is_published_as_it_would_be_alone(context: Context, client: Client) -> None:
    alone = run_slot(context, all_jobs()["update"], slot(context, LADDER))
    (found,) = update_fleet(context, [slot(context, LADDER)], client)
    assert found.error == ""
    assert found.outcome is not None
    assert found.outcome.run_id != alone.run_id
    assert cells(context, found.outcome.run_id) == cells(context, alone.run_id)


def test_a_ladder_that_fails_stops_no_other(context: Context, client: Client) -> None:
    asked = [slot(context, ladder) for ladder in ("regime-stability", LADDER)]
    failed, done = update_fleet(context, asked, client)
    assert failed.outcome is None
    assert failed.error
    assert done.outcome is not None
    assert done.outcome.state == "done"


def test_readings_that_died_with_their_worker_are_sent_again(client: Client) -> None:
    from distributed import CancelledError

    class Forgetful:
        lost = 0

        def scatter(self, data, **_):
            return client.scatter(data, hash=False)

        def submit(self, *args, **kwargs):
            if self.lost < 1:
                self.lost += 1
                raise CancelledError("gone")
            return client.submit(*args, **kwargs)

    made = OnWorker(Forgetful(), lambda ladder, **known: (ladder, known["cores"]))
    assert made("ladder", readings=[0.0], cores=4, progress=print) == ("ladder", 1)
