"""What a job is: a frozen value, one file each in `jobs/tasks`, found by the shelf.

A job works through tables alone: it reads what earlier jobs stored and stores what later ones
read. A job made of others names them in `steps`; the runner runs them in that order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jobs.context import Context

if TYPE_CHECKING:
    from forecaster.store.ledger import Claim

type State = Literal["done", "refused", "skipped"]
type Per = Literal["source", "ladder", "once"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One occasion of a job. In the ledger, `(job, subject, due)` happens at most once.

    due: when it was to happen. as_of: what may be known in it. subject: the source or the ladder
    (an id, or a path of a file) that it is about. ladder: whose drops count as sources.
    directory: where an ingest reads the publishers' files instead of fetching them. family: which
    model family updates the ladder; empty for the ladder's own. refit: whether to fit it anew,
    though an earlier fit would serve. claim: the right to run it, under which its work is stored;
    None outside the ledger.
    """

    due: datetime
    as_of: datetime
    subject: str = ""
    ladder: str = ""
    directory: Path | None = None
    family: str = ""
    refit: bool = False
    claim: "Claim | None" = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a slot: `detail` is one line for a person and for the ledger.

    done: it did what it is for. refused: it ran, and its result is stored but not published.
    skipped: there was nothing to do, or somebody else has done it.
    """

    state: State
    detail: str
    run_id: str = ""
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Cron:
    """Due `lead` before the times of a cron expression in the zone of the settings.

    `{hour}` in it is the hour set for the daily cycle.
    """

    expression: str
    lead: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Cadence:
    """Due every so many days for each source, as often as its publisher has something new."""


@dataclass(frozen=True, slots=True)
class OnNews:
    """Due every so many minutes, as the settings say, if `Job.wanted` then finds something to do.

    What was missed needs no catching up: what there is to do is asked anew each time.
    """


@dataclass(frozen=True, slots=True)
class ByHand:
    """Never due: a person or another job starts it."""


type Schedule = Cron | Cadence | OnNews | ByHand


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work. Exactly one of `run` and `steps` is given.

    per: what a slot's subject is: each source, each ladder, or nothing. catch_up: how many of the
    slots missed last are made good, one at least. attempts: how often a slot is tried before it is
    dead. wanted: asked before a due slot is claimed; a slot that is not wanted leaves no trace.
    refit: whether every slot of it fits its ladder anew. Twice the same slot leaves the same rows;
    an empty store is an outcome or a named error, never a crash.
    """

    id: str
    description: str
    schedule: Schedule
    per: Per
    run: Callable[[Context, Slot], Outcome] | None = None
    steps: tuple[str, ...] = ()
    catch_up: int = 1
    attempts: int = 3
    wanted: Callable[[Context, Slot], bool] | None = None
    refit: bool = False

    def __post_init__(self) -> None:
        if (self.run is None) == (not self.steps):
            raise ValueError(f"job {self.id!r} must have either run or steps")
        if self.catch_up < 1 or self.attempts < 1:
            raise ValueError(f"job {self.id!r} must have catch_up and attempts of at least 1")
