"""Scores as they are served; see the views `scores` and `scores_backtest`."""

from datetime import datetime

from pydantic import BaseModel


class Score(BaseModel):
    """How one forecast did once it was resolved, beside what a reference scored."""

    run_id: str
    ladder: str
    ladder_version: str
    family: str
    family_version: str
    as_of: datetime
    issued_at: datetime
    theatre: str
    domain: str
    horizon_steps: int
    rule: str
    score: float
    reference: str
    reference_score: float | None
    resolved_rung: str
    resolved_at: datetime


class Scores(BaseModel):
    """Scores of published runs, in order of run."""

    items: list[Score]
    next: str | None


class BacktestScore(BaseModel):
    """One figure of a backtest, as it was scored last."""

    backtest_id: str
    plan_id: str
    plan_digest: str
    ladder: str
    ladder_version: str
    domain: str
    data_digest: str
    began_at: datetime
    made_at: datetime
    forecaster: str
    theatre: str
    rung: str
    horizon_steps: int
    score: str
    reference: str
    n: int
    value: float | None
    lower: float | None
    upper: float | None


class BacktestScores(BaseModel):
    """Figures of backtests, in order of backtest."""

    items: list[BacktestScore]
    next: str | None
