"""Slots that are entered by who does not run them: asked for, retried, left out, given up."""

from datetime import datetime, timedelta

from sqlmodel import col, update

from forecaster.errors import StoreError
from forecaster.store.ledger_claims import lost
from forecaster.store.ledger_reads import LedgerReader
from forecaster.store.ledger_rows import Arguments, Asked, JobRun, job_name, new_row
from forecaster.store.sql import insert_once
from forecaster.store.tables.jobs import JobRunRow

_INSTANT = timedelta(microseconds=1)


class LedgerEntries(LedgerReader):
    """Requests and notes; schedulers find them when they look next."""

    def request(
        self,
        job: str,
        subject: str,
        *,
        as_of: datetime | None = None,
        arguments: Arguments | None = None,
        asked_by: str,
        at: datetime,
    ) -> int:
        """Queue a job for whichever scheduler looks first, and return the id of its job run.

        Args:
            job: the id of a job.
            subject: the source or the ladder that it is about, empty if neither.
            as_of: what may be known in it, `at` if not given.
            arguments: `family`, `refit`, `ladder`, where they differ from the job's own.
            asked_by: who asks.
            at: when; it is the slot, so a later instant is not run before.

        Raises:
            StoreError: the arguments are too long.
        """
        asked = Asked(subject, as_of, arguments or {}, "request", asked_by)
        statement = insert_once(self._session, JobRunRow).returning(col(JobRunRow.id))
        while True:
            row = new_row(job_name(job, subject), at, asked) | {"state": "queued"}
            found = self._session.connection().execute(statement, row).first()
            if found is not None:
                return int(found[0] or 0)
            at += _INSTANT  # somebody asked for the same at the same instant

    def retry(self, id: int, *, asked_by: str) -> JobRun:
        """Queue a dead or failed job run again, with all its attempts before it.

        Raises:
            NotFoundError: there is none of that id.
            StoreError: it neither failed nor is dead.
        """
        found = self.get(id)
        values = {"state": "queued", "failures": 0, "not_before": None, "asked_by": asked_by}
        if found.origin == "hand":
            values["origin"] = "request"
        again = update(JobRunRow).where(col(JobRunRow.id) == id)
        again = again.where(col(JobRunRow.state).in_(("dead", "failed"))).values(**values)
        if not self._done(again):
            raise StoreError(
                f"slot {found.slot.isoformat()} of job {found.job} is {found.state}, so there is "
                "nothing to retry: only what is dead or failed can be"
            )
        return self.get(id)

    def skip(self, job: str, slot: datetime, detail: str, at: datetime, *, subject: str) -> bool:
        """Note a slot of the calendar as left out, unless somebody has it."""
        row = new_row(job, slot, Asked(subject, origin="calendar")) | {
            "state": "skipped",
            "detail": detail,
            "finished_at": at,
        }
        statement = insert_once(self._session, JobRunRow).returning(col(JobRunRow.id))
        return self._session.connection().execute(statement, row).first() is not None

    def abandon(self, id: int, at: datetime) -> bool:
        """Note that the process of a job that a person began is gone, if its lease is over."""
        statement = update(JobRunRow).where(col(JobRunRow.id) == id, lost(at)).values(
            state="failed", detail="its process was lost; begin it again", finished_at=at
        )  # fmt: skip
        return self._done(statement)

    def _done(self, statement: object) -> bool:
        returning = statement.returning(col(JobRunRow.id))  # type: ignore[attr-defined]
        return self._session.connection().execute(returning).first() is not None
