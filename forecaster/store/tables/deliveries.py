"""The table of deliveries: to whom a report was sent, and whether it arrived."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from forecaster.store.tables.base import Table, UtcDateTime


class DeliveryRow(Table, table=True):
    """One report for one receiver. The receiver's address is a secret and is never stored."""

    __tablename__ = "deliveries"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state"),)

    run_id: str = Field(primary_key=True, foreign_key="runs.run_id")
    receiver: str = Field(primary_key=True)
    state: str
    attempts: int
    detail: str
    first_tried_at: datetime = Field(sa_type=UtcDateTime)
    last_tried_at: datetime = Field(sa_type=UtcDateTime)
