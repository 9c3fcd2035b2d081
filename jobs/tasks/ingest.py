"""Bring one source's newest answer into the store: read, clean, and keep all of it or nothing."""

from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.errors import ForecasterError
from jobs.answers import Answer, answer_of, remember
from jobs.context import Context
from jobs.job import Cadence, Job, Outcome, Slot
from jobs.watch import source_called

if TYPE_CHECKING:
    from forecaster.domain.reading import Batch, Readings, SourceStatus
    from forecaster.store.unit_of_work import UnitOfWork
    from indicators.source import Source


def _ingest(context: Context, slot: Slot) -> Outcome:
    """Store readings, rejects and the source's status in one transaction.

    Raises:
        SourceError: there was no answer, or not one of the publisher's; that is the source's
            status then, and what was stored before stands.
    """
    source = source_called(slot.subject, slot.ladder)
    try:
        answer = answer_of(context, source, slot, fed=_is_fed(context, source))
        status = _store(context, source, answer)
    except ForecasterError as error:
        _record_failure(context, source, str(error))
        raise
    remember(context, source.id, answer)
    detail = f"{status.state}, {status.rows_new} new of {status.rows_received} rows"
    if status.rows_rejected:
        detail += f", {status.rows_rejected} rejected"
    return Outcome("done", f"{detail}; {status.reason}")


def _is_fed(context: Context, source: "Source") -> bool:
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.sources.first_fetch(source.id) is not None


def _store(context: Context, source: "Source", answer: Answer) -> "SourceStatus":
    from forecaster.store.unit_of_work import UnitOfWork
    from indicators.ingest import status_of

    now = context.clock()
    with UnitOfWork(context.engine()) as work:
        batch = None if answer.rows is None else _clean(work, source, answer, now)
        status = status_of(
            source,
            batch,
            rows_new=0 if batch is None else _add(work, batch, now),
            now=now,
            last_observed=work.readings.last_observed(source.id, now),
            rows_before=_rows_before(work, source),
        )
        work.sources.record(status)
        work.commit()
    return status


def _clean(work: "UnitOfWork", source: "Source", answer: Answer, now: datetime) -> "Batch":
    from indicators.clean import clean

    assert answer.rows is not None  # noqa: S101 — the caller has looked
    return clean(
        source,
        answer.rows,
        now=now,
        first_fetch=work.sources.first_fetch(source.id),
        known=_known(work, source, now),
    )


def _known(work: "UnitOfWork", source: "Source", now: datetime) -> "Readings":
    return work.readings.as_of(work.readings.series(source.id), now)


def _add(work: "UnitOfWork", batch: "Batch", now: datetime) -> int:
    """Store rejects and readings; the store itself tells news from what it knows already."""
    work.quarantine.add(batch.rejects, at=now)
    return work.readings.add(batch.readings, at=now)


def _rows_before(work: "UnitOfWork", source: "Source") -> int | None:
    """Return how many rows the last answer held, None if there was none or it held nothing."""
    stored = {status.source: status for status in work.sources.latest()}
    status = stored.get(source.id)
    return status.rows_received if status and status.rows_received else None


def _record_failure(context: Context, source: "Source", reason: str) -> None:
    from forecaster.store.unit_of_work import UnitOfWork
    from indicators.ingest import status_of

    now = context.clock()
    with UnitOfWork(context.engine()) as work:
        last = work.readings.last_observed(source.id, now)
        status = status_of(source, None, rows_new=0, now=now, last_observed=last, failure=reason)
        work.sources.record(status)
        work.commit()


JOB = Job(
    id="ingest",
    description="Bring each source's newest answer into the store.",
    schedule=Cadence(),
    per="source",
    run=_ingest,
)
