"""What the ledger hands out: a job run as it stands, and the claim of whoever may run it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from forecaster.errors import StoreError
from forecaster.store.tables.jobs import JobRunRow

type JobState = Literal["queued", "running", "done", "refused", "skipped", "failed", "dead"]
"""queued: waits to be claimed. running: claimed, under a lease. done, refused, skipped: how a job
ended. failed: an attempt failed; it is tried again at `not_before`, never if there is none.
dead: no attempt is left; it stays until a person retries it."""

type Origin = Literal["calendar", "request", "hand"]
"""calendar: due by the job's schedule. request: asked for, and run by a scheduler. hand: begun by a
person at a terminal, who sees how it ends, so that nobody repeats it."""

type Arguments = Mapping[str, str | bool]
"""What a person may choose of a job: `family`, `refit`, `ladder`."""

MOST_ARGUMENTS = 2_000
"""How many characters of JSON the arguments of a request may take."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a slot is about, besides its job and its time; kept so that any process can run it.

    as_of: what may be known in it, None for what may be known at the slot itself.
    """

    subject: str = ""
    as_of: datetime | None = None
    arguments: Arguments = field(default_factory=dict)
    origin: Origin = "hand"
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run one slot, until its lease ends: the fence of everything that it writes.

    attempt: how often the slot has been claimed; a later claim has a higher one, and fences off
    every earlier. failures: attempts that failed or were lost before. run_id: what an earlier
    attempt has committed already, empty if nothing.
    """

    id: int
    job: str
    slot: datetime
    owner: str
    attempt: int
    failures: int = 0
    run_id: str = ""
    origin: Origin = "hand"


@dataclass(frozen=True, slots=True)
class JobRun:
    """One slot of one job as it stands: who runs or ran it, how far it is, how it ended.

    job: the ledger's name, `<job>` or `<job>:<subject>`. progress: 0 to 1. attempts: how often it
    was claimed. failures: how many of these failed or were lost since a person last retried it.
    run_id: the run that it made, empty if it makes none.
    """

    id: int
    job: str
    slot: datetime
    state: JobState
    subject: str
    origin: Origin
    asked_by: str
    as_of: datetime | None
    arguments: Arguments
    owner: str
    attempts: int
    failures: int
    progress: float
    claimed_at: datetime | None
    lease_until: datetime | None
    not_before: datetime | None
    finished_at: datetime | None
    detail: str
    run_id: str

    @property
    def kind(self) -> str:
        """The id of the job, without its subject."""
        return self.job.partition(":")[0]


def job_run(row: JobRunRow) -> JobRun:
    """Return what a row says."""
    values = {name: getattr(row, name) for name in JobRun.__dataclass_fields__}
    # What was claimed under an older ledger names its subject in its own name alone.
    values["subject"] = row.subject or row.job.partition(":")[2]
    return JobRun(**(values | {"arguments": cast(Arguments, json.loads(row.arguments))}))


def job_name(job: str, subject: str) -> str:
    """Return the name under which a job and its subject are kept, such as `ingest:viina`."""
    if subject.endswith(".toml"):
        subject = subject.replace("\\", "/").rpartition("/")[2].removesuffix(".toml")
    return f"{job}:{subject}" if subject else job


def new_row(job: str, slot: datetime, asked: Asked) -> dict[str, Any]:
    """Return the columns of a slot that nobody has claimed."""
    return {
        "job": job,
        "slot": slot,
        "owner": "",
        "claimed_at": None,
        "finished_at": None,
        "detail": "",
        "subject": asked.subject,
        "origin": asked.origin,
        "asked_by": asked.asked_by,
        "as_of": asked.as_of,
        "arguments": as_json(asked.arguments),
        "attempts": 0,
        "failures": 0,
        "progress": 0.0,
        "lease_until": None,
        "not_before": None,
        "run_id": "",
    }


def as_json(arguments: Arguments) -> str:
    """Return arguments as the ledger keeps them.

    Raises:
        StoreError: they are longer than a few words.
    """
    text = json.dumps(dict(arguments), sort_keys=True)
    if len(text) > MOST_ARGUMENTS:
        raise StoreError(
            f"the arguments of a job take {len(text)} characters, at most {MOST_ARGUMENTS} are "
            "kept: give it less, and let it read the rest from the store"
        )
    return text
