"""Tables of runs: what each was made of, what became of it, and which one is the latest."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKeyConstraint, Index
from sqlmodel import Field

from forecaster.store.tables.base import Table, UtcDateTime


class RunRow(Table, table=True):
    """A run as it was issued. A number that was not a number is stored as null."""

    __tablename__ = "runs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ladder", "ladder_version", "ladder_digest"],
            ["ladders.id", "ladders.version", "ladders.digest"],
            name="fk_runs_ladder_ladders",
        ),
        # Every poll asks for the run of a ladder that was issued last.
        Index("ix_runs_ladder_issued_at", "ladder", "issued_at", "run_id"),
    )

    run_id: str = Field(primary_key=True)
    ladder: str
    ladder_version: str
    ladder_digest: str
    as_of: datetime = Field(sa_type=UtcDateTime)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    state: str
    state_reason: str
    family: str
    family_version: str
    prior_set: str
    data_digest: str
    code_version: str
    seed: int = Field(sa_type=BigInteger)
    wall_seconds: float = Field(sa_type=Float)
    passed: bool
    reason: str
    max_rhat: float | None = Field(default=None, sa_type=Float)
    min_ess_bulk: float | None = Field(default=None, sa_type=Float)
    min_ess_tail: float | None = Field(default=None, sa_type=Float)
    divergences: int
    draws: int
    min_bfmi: float | None = Field(default=None, sa_type=Float)
    worst: str


class RunStateRow(Table, table=True):
    """What became of a run after it was issued; the newest row of a run holds."""

    __tablename__ = "run_states"

    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(foreign_key="runs.run_id", index=True)
    state: str
    state_reason: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    actor: str


class LatestRow(Table, table=True):
    """The run that a ladder's readers see, since when, and who moved the pointer there."""

    __tablename__ = "latest"

    ladder: str = Field(primary_key=True)
    run_id: str = Field(foreign_key="runs.run_id")
    moved_at: datetime = Field(sa_type=UtcDateTime)
    actor: str


class StandingRow(Table, table=True):
    """Where a theatre stood as of a run; `history` is a JSON list of (start of step, measure)."""

    __tablename__ = "standings"

    run_id: str = Field(primary_key=True, foreign_key="runs.run_id")
    theatre: str = Field(primary_key=True)
    domain: str = Field(primary_key=True)
    position: int
    present_rung: str
    observed_through: datetime | None = Field(default=None, sa_type=UtcDateTime)
    measure: float | None = Field(default=None, sa_type=Float)
    exposure: float = Field(sa_type=Float)
    label: str
    history: str


class RunDetailRow(Table, table=True):
    """What a report shows beside the results, as JSON: judged records, fans, effects, members."""

    __tablename__ = "run_details"

    run_id: str = Field(primary_key=True, foreign_key="runs.run_id")
    judged: str
    fans: str
    effects: str
    members: str = Field(default="[]", sa_column_kwargs={"server_default": "[]"})
