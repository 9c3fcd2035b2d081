"""Tables of fits: posterior draws that are kept, and how each run's posterior came about."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Float, LargeBinary
from sqlmodel import Field

from forecaster.store.tables.base import Table, UtcDateTime


class FitRow(Table, table=True):
    """The draws of the run that made them; the payload is that of `fit_payload`."""

    __tablename__ = "fits"

    run_id: str = Field(primary_key=True, foreign_key="runs.run_id")
    ladder: str = Field(index=True)
    ladder_version: str
    ladder_digest: str
    as_of: datetime = Field(sa_type=UtcDateTime)
    asked: str
    prior_set: str
    data_digest: str
    seed: int = Field(sa_type=BigInteger)
    payload: bytes = Field(sa_type=LargeBinary)


class RunUpdateRow(Table, table=True):
    """How a run's posterior came about; see `forecaster.domain.forecast.Updating`."""

    __tablename__ = "run_updates"
    __table_args__ = (CheckConstraint("method IN ('refit', 'reweight')", name="method"),)

    run_id: str = Field(primary_key=True, foreign_key="runs.run_id")
    method: str
    fit_run: str
    fit_as_of: datetime = Field(sa_type=UtcDateTime)
    reason: str
    k_hat: float | None = Field(default=None, sa_type=Float)
    relative_size: float | None = Field(default=None, sa_type=Float)
    agreement: float | None = Field(default=None, sa_type=Float)
    largest_difference: float | None = Field(default=None, sa_type=Float)
