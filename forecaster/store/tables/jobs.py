"""The table of the job ledger: which slot of which job was claimed, by whom, with what end."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from forecaster.store.tables.base import Table, UtcDateTime


class JobRunRow(Table, table=True):
    """One slot of one job. The unique key is what makes a slot run once."""

    __tablename__ = "job_runs"
    __table_args__ = (UniqueConstraint("job", "slot"),)

    id: int | None = Field(default=None, primary_key=True)
    job: str
    slot: datetime = Field(sa_type=UtcDateTime)
    state: str
    owner: str
    claimed_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    detail: str
