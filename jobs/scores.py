"""Stored scores of a backtest as rows: which backtest is meant, and which of its scores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from forecaster.errors import NotFoundError
from jobs.context import Context

if TYPE_CHECKING:
    from forecaster.domain.backtest import Score
    from forecaster.domain.backtest_record import BacktestRecord
    from forecaster.store.unit_of_work import UnitOfWork

type Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for of a backtest's scores; None asks for all."""

    forecaster: str | None = None
    score: str | None = None
    theatre: str | None = None
    horizon_steps: int | None = None


def score_rows(
    context: Context, *, ladder_ref: str, backtest_id: str | None, wanted: Wanted
) -> list[Row]:
    """Return scores as rows, of the backtest named or of the ladder's last one.

    Raises:
        NotFoundError: there is no such backtest, it has no scores, or none that is wanted; the
            message says what there is.
    """
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        record = _backtest(work, ladder_ref, backtest_id)
        scores = work.backtests.scores(record.backtest_id)
    _require(record, scores, ladder_ref)
    found = [score for score in scores if _fits(score, wanted)]
    if not found:
        raise NotFoundError(_nothing(record, scores, wanted))
    return [_row(record, score) for score in found]


def _backtest(work: "UnitOfWork", ladder_ref: str, backtest_id: str | None) -> "BacktestRecord":
    from forecaster.reference.load import load_ladder

    if backtest_id is not None:
        return work.backtests.get(backtest_id)
    ladder = load_ladder(ladder_ref)
    record = work.backtests.latest(ladder.id)
    if record is None:
        raise NotFoundError(f"no backtest of {ladder.id!r} is stored: {_remedy(ladder_ref)}")
    return record


def _require(record: "BacktestRecord", scores: "tuple[Score, ...]", ladder_ref: str) -> None:
    if not scores:
        raise NotFoundError(
            f"backtest {record.backtest_id} has no scores yet: {_remedy(ladder_ref)} to its end"
        )


def _remedy(ladder_ref: str) -> str:
    return f"run `forecaster backtest --ladder {ladder_ref} --plan FILE`"


def _fits(score: "Score", wanted: Wanted) -> bool:
    return (
        wanted.forecaster in (None, score.forecaster)
        and wanted.score in (None, score.score)
        and wanted.theatre in (None, score.theatre)
        and wanted.horizon_steps in (None, score.horizon_steps)
    )


def _nothing(record: "BacktestRecord", scores: "tuple[Score, ...]", wanted: Wanted) -> str:
    there = (
        ("--forecaster", wanted.forecaster, (s.forecaster for s in scores)),
        ("--horizon", wanted.horizon_steps, (s.horizon_steps for s in scores)),
        ("--theatre", wanted.theatre, (s.theatre for s in scores)),
        ("--score", wanted.score, (s.score for s in scores)),
    )
    said = [
        f"{option} one of {_listed(values)}" for option, value, values in there if value is not None
    ]
    return f"backtest {record.backtest_id} has no such score: give {'; '.join(said)}"


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in dict.fromkeys(values))


def _row(record: "BacktestRecord", score: "Score") -> Row:
    return {
        "backtest_id": record.backtest_id,
        "forecaster": score.forecaster,
        "score": score.score,
        "theatre": score.theatre,
        "rung": score.rung,
        "horizon_steps": score.horizon_steps,
        "n": score.n,
        "value": _number(score.value),
        "lower": _number(score.lower),
        "upper": _number(score.upper),
        "reference": score.reference,
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
