"""Bring one source's newest answer into the store: read, clean, and keep all of it or nothing."""

from typing import TYPE_CHECKING

from forecaster.errors import ForecasterError
from jobs.context import Context
from jobs.health import without_rows
from jobs.job import Cadence, Job, Outcome, Slot
from jobs.watch import payloads_of, source_called

if TYPE_CHECKING:
    from forecaster.domain.reading import SourceStatus
    from indicators.source import Payloads, Source


def _ingest(context: Context, slot: Slot) -> Outcome:
    """Store readings, rejects and the source's status in one transaction.

    Raises:
        SourceError: there was no answer, or not one of the publisher's; that is the source's
            status then, and what was stored before stands.
    """
    source = source_called(slot.subject, slot.ladder)
    try:
        payloads = payloads_of(context, source, slot)
        status = _store(context, source, payloads)
    except ForecasterError as error:
        _record_failure(context, source, str(error))
        raise
    detail = f"{status.state}, {status.rows_new} new of {status.rows_received} rows"
    if status.rows_rejected:
        detail += f", {status.rows_rejected} rejected"
    return Outcome("done", f"{detail}: {status.reason}" if status.reason else detail)


def _store(context: Context, source: "Source", payloads: "Payloads") -> "SourceStatus":
    from forecaster.store.unit_of_work import UnitOfWork
    from indicators.clean import clean
    from indicators.ingest import status_of

    now = context.clock()
    with UnitOfWork(context.engine()) as work:
        first_fetch = work.sources.first_fetch(source.id)
        # TODO
        batch = clean(source, payloads, now=now, first_fetch=first_fetch, known=known)
        rows_new = work.readings.add(news(batch.readings, known=known, now=now))
        work.quarantine.add(batch.rejects, at=now)
        last = work.readings.last_observed(source.id, now)
        status = status_of(source, batch, rows_new, now, last)
        work.sources.record(status)
        work.commit()
    return status


def _record_failure(context: Context, source: "Source", reason: str) -> None:
    from forecaster.store.unit_of_work import UnitOfWork

    now = context.clock()
    with UnitOfWork(context.engine()) as work:
        last = work.readings.last_observed(source.id, now)
        work.sources.record(without_rows(source, "failed", reason, at=now, last=last))
        work.commit()


JOB = Job(
    id="ingest",
    description="Bring each source's newest answer into the store.",
    schedule=Cadence(),
    per="source",
    run=_ingest,
)
