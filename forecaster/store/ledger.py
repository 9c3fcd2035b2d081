"""The job ledger: a slot of a job is claimed once, whoever asks and however often."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlmodel import Session, col, or_, select, update

from forecaster.errors import StoreError
from forecaster.store.sql import insert_once
from forecaster.store.tables.jobs import JobRunRow

type JobState = Literal["running", "done", "refused", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class JobRun:
    """One slot of one job: who claimed it, when, and how it ended."""

    job: str
    slot: datetime
    state: JobState
    owner: str
    claimed_at: datetime
    finished_at: datetime | None
    detail: str


class LedgerRepository:
    """Claims of slots. Commit right after a claim: only then do others see it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, job: str, slot: datetime, owner: str, at: datetime) -> bool:
        """Return True to exactly one caller per (job, slot), and False to every other one."""
        statement = insert_once(self._session, JobRunRow).returning(col(JobRunRow.id))
        row = {
            "job": job,
            "slot": slot,
            "state": "running",
            "owner": owner,
            "claimed_at": at,
            "finished_at": None,
            "detail": "",
        }
        return self._session.connection().execute(statement, row).first() is not None

    def reclaim(
        self, job: str, slot: datetime, owner: str, at: datetime, *, silent_since: datetime
    ) -> bool:
        """Take over a slot that failed, or that is running since before `silent_since`.

        Returns True to exactly one caller: a job killed half-way does not lose its slot.
        """
        lost = (col(JobRunRow.state) == "running") & (col(JobRunRow.claimed_at) < silent_since)
        statement = (
            update(JobRunRow)
            .where(col(JobRunRow.job) == job, col(JobRunRow.slot) == slot)
            .where(or_(col(JobRunRow.state) == "failed", lost))
            .values(state="running", owner=owner, claimed_at=at, finished_at=None, detail="")
            .returning(col(JobRunRow.id))
        )
        return self._session.connection().execute(statement).first() is not None

    def finish(self, job: str, slot: datetime, state: JobState, detail: str, at: datetime) -> None:
        """Note how a claimed slot ended.

        Raises:
            StoreError: nobody claimed it, or it is finished already.
        """
        statement = (
            update(JobRunRow)
            .where(col(JobRunRow.job) == job, col(JobRunRow.slot) == slot)
            .where(col(JobRunRow.state) == "running")
            .values(state=state, detail=detail, finished_at=at)
            .returning(col(JobRunRow.id))
        )
        if self._session.connection().execute(statement).first() is None:
            raise StoreError(
                f"slot {slot.isoformat()} of job {job} is not running, so it cannot be {state}: "
                "claim it first"
            )

    def history(self, job: str | None = None, limit: int = 50) -> tuple[JobRun, ...]:
        """Return what ran, the newest slot first."""
        asked = select(JobRunRow).order_by(col(JobRunRow.slot).desc(), col(JobRunRow.id).desc())
        if job is not None:
            asked = asked.where(JobRunRow.job == job)
        return tuple(_job_run(row) for row in self._session.exec(asked.limit(limit)))


def _job_run(row: JobRunRow) -> JobRun:
    return JobRun(
        job=row.job,
        slot=row.slot,
        state=cast(JobState, row.state),
        owner=row.owner,
        claimed_at=row.claimed_at,
        finished_at=row.finished_at,
        detail=row.detail,
    )
