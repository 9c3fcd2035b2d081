"""Reading the job ledger: what may be claimed, what ran, and how each job run stands."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from forecaster.errors import NotFoundError
from forecaster.store.ledger_claims import lost, waiting
from forecaster.store.ledger_rows import JobRun, JobState, job_run
from forecaster.store.tables.jobs import JobRunRow

_MOST_READY = 200


class LedgerReader:
    """Job runs as they stand; reading them keeps nobody waiting."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ready(self, at: datetime) -> tuple[JobRun, ...]:
        """Return what may be claimed again: queued, failed and due, or lost; oldest slot first."""
        asked = select(JobRunRow).where(waiting(at) | lost(at))
        asked = asked.order_by(col(JobRunRow.slot), col(JobRunRow.id)).limit(_MOST_READY)
        return self._all(asked)

    def newest_of_calendar(self, until: datetime) -> Mapping[str, JobRun]:
        """Return the newest slot of the calendar of every job and subject, by the ledger's name.

        Slots after `until` do not count: a clock that ran ahead must not keep jobs from running.
        """
        newest = (
            select(JobRunRow.job, func.max(JobRunRow.slot).label("slot"))
            .where(JobRunRow.origin == "calendar", col(JobRunRow.slot) <= until)
            .group_by(col(JobRunRow.job))
            .subquery()
        )
        same = (col(JobRunRow.job) == newest.c.job) & (col(JobRunRow.slot) == newest.c.slot)
        return {run.job: run for run in self._all(select(JobRunRow).join(newest, same))}

    def get(self, id: int) -> JobRun:
        """Return a job run.

        Raises:
            NotFoundError: there is none of that id.
        """
        row = self._session.get(JobRunRow, id, populate_existing=True)
        if row is None:
            raise NotFoundError(f"no job run has the id {id}: see `forecaster jobs history`")
        return job_run(row)

    def list(
        self,
        *,
        state: JobState | None = None,
        job: str | None = None,
        limit: int = 50,
        before_id: int | None = None,
    ) -> tuple[JobRun, ...]:
        """Return job runs, the one entered last first.

        Args:
            state: only those in this state.
            job: only those of this name; a job's id alone means all its subjects.
            limit: how many at most.
            before_id: only those entered before this one, for the next page.
        """
        asked = _of(select(JobRunRow).order_by(col(JobRunRow.id).desc()), job, state)
        if before_id is not None:
            asked = asked.where(col(JobRunRow.id) < before_id)
        return self._all(asked.limit(limit))

    def history(
        self, job: str | None = None, limit: int = 50, *, state: JobState | None = None
    ) -> tuple[JobRun, ...]:
        """Return what ran and what waits, the newest slot first; `job` as for `list`."""
        order = (col(JobRunRow.slot).desc(), col(JobRunRow.id).desc())
        return self._all(_of(select(JobRunRow).order_by(*order), job, state).limit(limit))

    def count(self, state: JobState) -> Mapping[str, int]:
        """Return how many job runs are in a state, by the ledger's name; none means no entry."""
        asked = select(JobRunRow.job, func.count()).where(JobRunRow.state == state)
        return dict(self._session.exec(asked.group_by(col(JobRunRow.job))).all())

    def _all(self, asked: SelectOfScalar[JobRunRow]) -> tuple[JobRun, ...]:
        # Rows are written by statements alone, so what the session remembers may be of before.
        fresh = asked.execution_options(populate_existing=True)
        return tuple(job_run(row) for row in self._session.exec(fresh))


def _of(
    asked: SelectOfScalar[JobRunRow], job: str | None, state: JobState | None
) -> SelectOfScalar[JobRunRow]:
    if job is not None:
        of_any_subject = col(JobRunRow.job).startswith(f"{job}:", autoescape=True)
        asked = asked.where((col(JobRunRow.job) == job) | of_any_subject)
    return asked if state is None else asked.where(JobRunRow.state == state)
