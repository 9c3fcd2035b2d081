"""The table of the job ledger: which slot of which job was claimed, by whom, with what end."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from forecaster.store.tables.base import Table, UtcDateTime


class JobRunRow(Table, table=True):
    """One slot of one job. The unique key is what makes a slot run once."""

    __tablename__ = "job_runs"
    __table_args__ = (UniqueConstraint("job", "slot"), Index(None, "state"))

    id: int | None = Field(default=None, primary_key=True)
    job: str
    slot: datetime = Field(sa_type=UtcDateTime)
    state: str
    owner: str
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: str
    subject: str
    origin: str
    asked_by: str
    as_of: datetime | None = Field(default=None, sa_type=UtcDateTime)
    arguments: str
    attempts: int
    failures: int
    progress: float
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    run_id: str
