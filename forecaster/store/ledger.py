"""The job ledger: a slot of a job is claimed once, whoever asks and however often.

Times are the callers': processes on several machines must agree on the clock to well within a
lease. If they do not, the fence still holds: who lost a claim can neither mark nor finish it.
"""

from datetime import datetime, timedelta

from sqlmodel import col, func, select, update

from forecaster.errors import LeaseLostError
from forecaster.store.ledger_claims import claim_statement, held, lost, spare
from forecaster.store.ledger_entries import LedgerEntries
from forecaster.store.ledger_rows import (
    Asked,
    Claim,
    JobRun,
    JobState,
    Origin,
    job_name,
    new_row,
)
from forecaster.store.sql import take_turns
from forecaster.store.tables.jobs import JobRunRow

__all__ = ["Asked", "Claim", "JobRun", "JobState", "LedgerRepository", "Origin", "job_name"]

LEASE = timedelta(minutes=2)
_BY_HAND = Asked()


class LedgerRepository(LedgerEntries):
    """Claims of slots. Commit right after a claim: only then do others see it."""

    def claim(
        self,
        job: str,
        slot: datetime,
        owner: str,
        at: datetime,
        *,
        lease: timedelta = LEASE,
        attempts: int = 1,
        asked: Asked = _BY_HAND,
    ) -> Claim | None:
        """Return the claim to exactly one caller per attempt of (job, slot), None to every other.

        A slot is free if nobody has it, if it is queued, if it failed and is due again, or if its
        lease ran out. One whose lease ran out for the `attempts`-th time is dead instead.
        """
        values = new_row(job, slot, asked) | {
            "state": "running",
            "owner": owner,
            "claimed_at": at,
            "lease_until": at + lease,
            "attempts": 1,
        }
        statement = claim_statement(self._session, values, at=at, attempts=attempts)
        found = self._session.connection().execute(statement).first()
        if found is None:
            self._bury(job, slot, at, attempts)
            return None
        return Claim(found[0], job, slot, owner, *found[1:])

    def is_next(self, job: str, slot: datetime, *, after: datetime | None, until: datetime) -> bool:
        """Return whether `after` still is the newest slot of the job's calendar, `slot` aside.

        None stands for no slot at all; slots after `until` do not count. Until this transaction
        ends nobody else is answered about the same job, so that what is claimed in it is claimed in
        the order of the calendar.
        """
        take_turns(self._session, job)
        newest = select(func.max(JobRunRow.slot)).where(
            JobRunRow.job == job,
            JobRunRow.slot != slot,
            JobRunRow.origin == "calendar",
            col(JobRunRow.slot) <= until,
        )
        return self._session.exec(newest).one() == after

    def renew(self, claim: Claim, at: datetime, *, lease: timedelta, progress: float = 0.0) -> bool:
        """Let a claim live for another lease and note its progress; False if it is lost."""
        until = at + lease
        return self._set(claim, lease_until=until, progress=min(max(progress, 0.0), 1.0))

    def mark(self, claim: Claim, run_id: str) -> None:
        """Note what a slot has made, in the very transaction that makes it.

        A later attempt finds it in its claim and does not make it again; an attempt that has lost
        its claim takes back, with this error, all that its transaction wrote.

        Raises:
            LeaseLostError: the slot is somebody else's by now.
        """
        if not self._set(claim, run_id=run_id):
            raise _lost(claim, "what it made is not stored")

    def finish(
        self, claim: Claim, state: JobState, detail: str, at: datetime, *, run_id: str = ""
    ) -> None:
        """Note how a claimed slot ended.

        Raises:
            LeaseLostError: the slot is somebody else's by now, or is finished already.
        """
        made = {"run_id": run_id} if run_id else {}
        if not self._set(claim, state=state, detail=detail, finished_at=at, progress=1.0, **made):
            raise _lost(claim, f"it cannot be {state}")

    def fail(self, claim: Claim, detail: str, at: datetime, *, again_at: datetime | None) -> None:
        """Note that an attempt failed; it is free again at `again_at`.

        Without `again_at` it is dead, or stays failed if a person began it.

        Raises:
            LeaseLostError: the slot is somebody else's by now.
        """
        final: JobState = "failed" if again_at or claim.origin == "hand" else "dead"
        done = self._set(
            claim,
            state=final,
            detail=detail,
            finished_at=at,
            not_before=again_at,
            failures=claim.failures + 1,
        )
        if not done:
            raise _lost(claim, "its failure is not noted")

    def release(self, claim: Claim, detail: str) -> bool:
        """Give a claimed slot back to whoever asks next; False if it is lost already."""
        return self._set(claim, state="queued", detail=detail, lease_until=None)

    def _bury(self, job: str, slot: datetime, at: datetime, attempts: int) -> None:
        """Let a slot be dead that was lost once too often, so that it stops taking processes."""
        statement = (
            update(JobRunRow)
            .where(col(JobRunRow.job) == job, col(JobRunRow.slot) == slot, lost(at))
            .where(~spare(attempts), col(JobRunRow.origin) != "hand")
            .values(
                state="dead",
                failures=col(JobRunRow.failures) + 1,
                detail="lost with its process, " + col(JobRunRow.owner),
                finished_at=at,
            )
        )
        self._done(statement)

    def _set(self, claim: Claim, **values: object) -> bool:
        return self._done(update(JobRunRow).where(held(claim)).values(**values))


def _lost(claim: Claim, consequence: str) -> LeaseLostError:
    return LeaseLostError(
        f"slot {claim.slot.isoformat()} of job {claim.job} is no longer attempt {claim.attempt} of "
        f"{claim.owner}, so {consequence}: its lease ran out or it is finished, see "
        "`forecaster jobs history`"
    )
