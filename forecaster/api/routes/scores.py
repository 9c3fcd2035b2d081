"""How forecasts did: those that were published, and those of backtests."""

from fastapi import APIRouter, Request, Response

from forecaster.api import tables
from forecaster.api.access import Seen, Viewer
from forecaster.api.listing import Listed, answered, page_of
from forecaster.api.parameters import Cursor, Format, Limit, Name, Steps
from forecaster.api.schemas.common import FORMS, PROBLEMS
from forecaster.api.schemas.scores import BacktestScores, Scores
from forecaster.api.service import Surroundings
from forecaster.store.views import SCORES, SCORES_BACKTEST, Asked

router = APIRouter(prefix="/api/v1", tags=["scores"], responses=PROBLEMS)

_ORDER = ("run_id", "theatre", "domain", "horizon_steps", "rule", "reference")
_BACKTEST = (
    *("backtest_id", "forecaster", "theatre", "rung"),
    *("horizon_steps", "score", "reference"),
)


@router.get(
    "/scores",
    operation_id="scores",
    summary="Scores of published runs",
    response_model=Scores,
    responses=FORMS,
)
def scores(
    request: Request,
    service: Surroundings,
    principal: Viewer,
    seen: Seen,
    ladder: Name | None = None,
    run_id: Name | None = None,
    theatre: Name | None = None,
    rule: Name | None = None,
    reference: Name | None = None,
    horizon_steps: Steps | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 1_000,
    format: Format = None,
) -> Response:
    """Answer how each forecast did once it was resolved."""
    where = {
        "ladder": ladder,
        "run_id": run_id,
        "theatre": theatre,
        "rule": rule,
        "reference": reference,
        "horizon_steps": horizon_steps,
    }
    hidden = {"ladder": seen.hidden("ladder"), "run_id": seen.hidden("run")}
    asked = Asked(SCORES, _ORDER, where=where, without=hidden, limit=limit)
    with service.reading() as work:
        page, next = page_of(work, "scores", asked, cursor, (str, str, str, int, str, str))
    listed = Listed("scores", tables.columns_of(SCORES), page.rows, next)
    return answered(request, principal, listed, format)


@router.get(
    "/scores/backtests",
    operation_id="backtest_scores",
    summary="Scores of backtests",
    response_model=BacktestScores,
    responses=FORMS,
)
def backtests(
    request: Request,
    service: Surroundings,
    principal: Viewer,
    seen: Seen,
    ladder: Name | None = None,
    backtest_id: Name | None = None,
    forecaster: Name | None = None,
    score: Name | None = None,
    theatre: Name | None = None,
    rung: Name | None = None,
    horizon_steps: Steps | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 1_000,
    format: Format = None,
) -> Response:
    """Answer the figures of every forecaster of every backtest; `*` means all together."""
    where = {
        "ladder": ladder,
        "backtest_id": backtest_id,
        "forecaster": forecaster,
        "score": score,
        "theatre": theatre,
        "rung": rung,
        "horizon_steps": horizon_steps,
    }
    hidden = {"ladder": seen.hidden("ladder")}
    asked = Asked(SCORES_BACKTEST, _BACKTEST, where=where, without=hidden, limit=limit)
    with service.reading() as work:
        types = (str, str, str, str, int, str, str)
        page, next = page_of(work, "backtests", asked, cursor, types)
    listed = Listed("backtest scores", tables.columns_of(SCORES_BACKTEST), page.rows, next)
    return answered(request, principal, listed, format)
