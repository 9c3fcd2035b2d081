"""Tables of backtests: what was planned, what each forecaster said, what came, what it scored."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKeyConstraint, LargeBinary
from sqlmodel import Field

from forecaster.store.tables.base import Table, UtcDateTime


class BacktestRow(Table, table=True):
    """A backtest as it was begun: its plan word for word, and the digests of what it ran on.

    No prior set is named by rows that are older than the column.
    """

    __tablename__ = "backtests"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ladder", "ladder_version", "ladder_digest"],
            ["ladders.id", "ladders.version", "ladders.digest"],
            name="fk_backtests_ladder_ladders",
        ),
    )

    backtest_id: str = Field(primary_key=True)
    plan_id: str
    plan_digest: str
    plan_text: str
    ladder: str = Field(index=True)
    ladder_version: str
    ladder_digest: str
    domain: str
    data_digest: str
    prior_set: str = Field(default="", sa_column_kwargs={"server_default": ""})
    code_version: str
    began_at: datetime = Field(sa_type=UtcDateTime)


class BacktestForecastRow(Table, table=True):
    """What one forecaster said from one origin. The payload is that of `backtest_payload`.

    The other columns repeat parts of it, so that a list of origins need not open a payload. A
    number that was not a number is stored as null; all of the gate's are for what is not sampled.
    """

    __tablename__ = "backtest_forecasts"
    __table_args__ = (
        CheckConstraint("state IN ('done', 'refused', 'failed')", name="state"),
        CheckConstraint("state = 'failed' OR payload IS NOT NULL", name="payload"),
    )

    backtest_id: str = Field(primary_key=True, foreign_key="backtests.backtest_id")
    forecaster: str = Field(primary_key=True)
    origin: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    family_version: str
    code_version: str
    seed: int = Field(sa_type=BigInteger)
    seconds: float = Field(sa_type=Float)
    state: str
    state_reason: str
    passed: bool | None = None
    reason: str | None = None
    max_rhat: float | None = Field(default=None, sa_type=Float)
    min_ess_bulk: float | None = Field(default=None, sa_type=Float)
    min_ess_tail: float | None = Field(default=None, sa_type=Float)
    divergences: int | None = None
    draws: int | None = None
    min_bfmi: float | None = Field(default=None, sa_type=Float)
    worst: str | None = None
    made_at: datetime = Field(sa_type=UtcDateTime)
    payload: bytes | None = Field(default=None, sa_type=LargeBinary)


class BacktestOutcomeRow(Table, table=True):
    """What then happened, for every origin of a backtest together."""

    __tablename__ = "backtest_outcomes"

    backtest_id: str = Field(primary_key=True, foreign_key="backtests.backtest_id")
    payload: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = Field(sa_type=UtcDateTime)


class BacktestScoreRow(Table, table=True):
    """One scored figure. A backtest that is scored again keeps both sets; the newest is shown."""

    __tablename__ = "backtest_scores"

    backtest_id: str = Field(primary_key=True, foreign_key="backtests.backtest_id")
    made_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    forecaster: str = Field(primary_key=True)
    theatre: str = Field(primary_key=True)
    rung: str = Field(primary_key=True)
    horizon_steps: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    score: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    n: int
    value: float | None = Field(default=None, sa_type=Float)
    lower: float | None = Field(default=None, sa_type=Float)
    upper: float | None = Field(default=None, sa_type=Float)
