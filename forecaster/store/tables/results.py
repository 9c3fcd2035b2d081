"""The results table, a public contract, with its hash chain; and scores, filled by scoring."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Float
from sqlmodel import Field

from forecaster.store.tables.base import Table, UtcDateTime


class ResultRow(Table, table=True):
    """One published or refused probability. Columns and meaning: `forecaster.store.dictionary`.

    A row is written once. `state` is the state at issue; the views show what became of it.
    """

    __tablename__ = "results"
    __table_args__ = (
        CheckConstraint("kind IN ('at', 'reach', 'fall')", name="kind"),
        CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
        CheckConstraint("prior_share BETWEEN 0 AND 1", name="prior_share"),
        CheckConstraint("state <> 'published' OR probability IS NOT NULL", name="published"),
    )

    run_id: str = Field(primary_key=True, foreign_key="runs.run_id")
    ladder: str
    ladder_version: str
    theatre: str = Field(primary_key=True)
    domain: str = Field(primary_key=True)
    as_of: datetime = Field(sa_type=UtcDateTime)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    horizon_steps: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    horizon_end: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(primary_key=True)
    rung: str = Field(primary_key=True)
    probability: float | None = Field(default=None, sa_type=Float)
    lower: float | None = Field(default=None, sa_type=Float)
    upper: float | None = Field(default=None, sa_type=Float)
    mc_se: float | None = Field(default=None, sa_type=Float)
    prior_share: float | None = Field(default=None, sa_type=Float)
    state: str
    state_reason: str
    family: str
    family_version: str
    prior_set: str
    data_digest: str
    code_version: str
    seed: int = Field(sa_type=BigInteger)
    prev_hash: str = Field(max_length=64, unique=True)
    hash: str = Field(max_length=64)


class ChainLinkRow(Table, table=True):
    """Where one run's rows lie in the chain: after `prev_hash`, up to `hash`, so many `rows`."""

    __tablename__ = "chain_links"

    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(foreign_key="runs.run_id", unique=True)
    prev_hash: str = Field(max_length=64, unique=True)
    hash: str = Field(max_length=64)
    rows: int


class ScoreRow(Table, table=True):
    """How one forecast did once it was resolved, beside what a reference scored."""

    __tablename__ = "score_rows"

    run_id: str = Field(primary_key=True, foreign_key="runs.run_id")
    theatre: str = Field(primary_key=True)
    domain: str = Field(primary_key=True)
    horizon_steps: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    rule: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    score: float = Field(sa_type=Float)
    reference_score: float | None = Field(default=None, sa_type=Float)
    resolved_rung: str
    resolved_at: datetime = Field(sa_type=UtcDateTime)
