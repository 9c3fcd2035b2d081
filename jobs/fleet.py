"""Several ladders updated at once, the model of each on a worker of a Dask cluster.

What is read and what is published stays in this process, so that workers need no database: a
worker is handed what was known, and hands back a forecast. Its numbers do not depend on where it
was made.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forecaster.errors import ForecasterError, JobError
from jobs.catalogue import all_jobs
from jobs.context import Context, Update, silent
from jobs.job import Outcome, Slot
from jobs.runner import run_slot
from jobs.workers import MOST_SENT

if TYPE_CHECKING:
    from distributed import Client

    from forecaster.domain.ladder import Ladder
    from forecaster.domain.reading import Readings
    from models.update import Updated

AHEAD = 2
"""How many ladders are in hand per worker: enough to keep it busy, few in memory."""


@dataclass(frozen=True, slots=True)
class LadderOutcome:
    """What came of one ladder: an outcome, or the error that kept it from one."""

    slot: Slot
    outcome: Outcome | None
    error: str = ""


def update_fleet(
    context: Context, slots: Sequence[Slot], client: "Client"
) -> Iterator[LadderOutcome]:
    """Yield what came of each ladder, in the order asked; one that fails stops no other.

    A worker that dies loses nothing: its ladders go to another.
    """
    there = replace(context, update=OnWorker(client, context.update), progress=silent)

    def one(slot: Slot) -> LadderOutcome:
        try:
            return LadderOutcome(slot, run_slot(there, all_jobs()["update"], slot))
        except ForecasterError as error:
            return LadderOutcome(slot, None, str(error))

    at_once = max(1, AHEAD * len(client.scheduler_info()["workers"]))
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(one, slots)


@dataclass(frozen=True, slots=True)
class OnWorker:
    """An `Update` that is computed by a worker, on one core."""

    client: Any
    """A `distributed.Client`, which has no types."""
    update: Update

    def __call__(self, ladder: "Ladder", /, **known: Any) -> "Updated":  # noqa: ANN401 — handed on
        """Return the forecast; see `models.update`.

        Raises:
            JobError: several workers died at it, or there is none.
        """
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        told = {**known, "progress": silent, "cores": 1}
        readings = told.pop("readings")
        for _ in range(MOST_SENT):
            try:
                held = self.client.scatter(readings, hash=False)
                asked = self.client.submit(
                    compute_update, self.update, ladder, held, told, pure=False
                )
                made: Updated = asked.result()
            except (CancelledError, OSError):  # the worker that held the readings is gone
                continue
            except KilledWorker:
                break
            return made
        raise JobError(
            f"no worker came through with ladder {ladder.id}: give workers more memory, or start "
            "some with `dask worker ADDRESS`, then run it again"
        )


def compute_update(
    update: Update, ladder: "Ladder", readings: "Readings", told: dict[str, Any]
) -> "Updated":
    """Return a forecast; the same on any machine with the same code."""
    from models.threads import one_thread

    with one_thread():
        return update(ladder, readings=readings, **told)
