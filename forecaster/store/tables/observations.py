"""Tables of what sources said: series, batches, readings, rejects and the state of a source.

`readings` takes hundreds of thousands of rows at once, so it carries its key, which on PostgreSQL
holds the values too, one index of block ranges there, and no foreign keys;
`forecaster.store.readings` is its only writer and makes both references itself.
"""

from datetime import datetime

from sqlalchemy import Float, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field

from forecaster.store.tables.base import Table, UtcDateTime, only_on


class SeriesRow(Table, table=True):
    """A series by its short key. A series belongs to one source for good."""

    __tablename__ = "series"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    name: str = Field(unique=True)


class BatchRow(Table, table=True):
    """One batch of readings taken in: the digest proves what it held, `rows` says what was new."""

    __tablename__ = "batches"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    digest: str = Field(max_length=64)
    rows: int
    added_at: datetime = Field(sa_type=UtcDateTime)


class ReadingRow(Table, table=True):
    """One value of a series: what it speaks of, when it was known, and the batch it came in."""

    __tablename__ = "readings"
    __table_args__ = (
        PrimaryKeyConstraint(
            "series_id",
            "observed_at",
            "recorded_at",
            postgresql_include=["value", "estimated"],
        ),
        Index(
            "ix_readings_batch_id",
            "batch_id",
            postgresql_using="brin",
            postgresql_with={"autosummarize": "on"},
            info=only_on("postgresql"),
        ),
        {"sqlite_with_rowid": False},
    )

    series_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    observed_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    recorded_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    value: float = Field(sa_type=Float)
    estimated: bool
    batch_id: int


class RejectRow(Table, table=True):
    """A raw row that could not become a reading, kept with the reason."""

    __tablename__ = "rejects"
    __table_args__ = (UniqueConstraint("source", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    row_number: int
    reason: str
    raw: str
    digest: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class SourceCheckRow(Table, table=True):
    """How a source stood when it was asked; one row per time it was asked."""

    __tablename__ = "source_checks"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    state: str
    reason: str
    checked_at: datetime = Field(sa_type=UtcDateTime)
    last_observed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rows_received: int
    rows_new: int
    rows_rejected: int
    rows_expected: int
