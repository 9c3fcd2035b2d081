"""Evaluation: how past forecasts did, from stored scores, and the report of each backtest."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from forecaster.api.access import Seen
from forecaster.api.pages.frame import page
from forecaster.api.pages.looking import ladders_seen
from forecaster.api.pages.reports import DOCUMENT_POLICY
from forecaster.api.service import Service, Surroundings
from forecaster.domain.backtest import Outcomes
from forecaster.domain.backtest_record import BacktestRecord
from forecaster.domain.ladder import Ladder
from forecaster.errors import NotFoundError
from forecaster.reference.plan import read_plan
from forecaster.reporting.evaluation.bars import packaged_bars
from forecaster.reporting.evaluation.board import ALL, Board
from forecaster.reporting.evaluation.kept import pictures_in
from forecaster.reporting.evaluation.page import Picture, Table
from forecaster.reporting.evaluation.panel import Panel
from forecaster.reporting.evaluation.tables import bars_table, main_tables
from forecaster.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)

_NONE = Outcomes((), (), (), np.zeros((0, 0), np.int64), np.zeros((0, 0)))


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A ladder's newest backtest: its tables and pictures, and whether its report was written.

    record: None where nothing was backtested; then there are no tables either. pictures: those that
    were drawn when the backtest was run, as markup.
    """

    ladder: Ladder
    record: BacktestRecord | None
    title: str
    tables: tuple[Table, ...]
    pictures: tuple[tuple[Picture, Markup], ...]
    written: bool


@router.get("/evaluation")
def evaluation(request: Request, service: Surroundings, seen: Seen) -> Response:
    """Show the newest scores of every ladder by forecaster and horizon."""
    with service.reading() as work:
        ladders = ladders_seen(service, work, seen)
        found = [_evaluated(service, work, ladder) for ladder in ladders.values()]
    marking = seen.marking(*(("ladder", id) for id in ladders))
    return page(request, "scores.html.j2", seen.principal, {"found": found}, marking=marking)


@router.get("/evaluation/{backtest_id}")
def report(request: Request, service: Surroundings, seen: Seen, backtest_id: str) -> Response:
    """Return the report of a backtest as `forecaster backtest` wrote it."""
    with service.reading() as work:
        record = next((b for b in work.backtests.list() if b.backtest_id == backtest_id), None)
    file = None if record is None else _file(service, record, "html")
    if record is None or file is None or not seen.sees(("ladder", record.ladder)):
        raise NotFoundError(f"no backtest {backtest_id!r} has a report: see the evaluation")
    text = file.read_text(encoding="utf-8")
    return HTMLResponse(text, headers={"Content-Security-Policy": DOCUMENT_POLICY})


def _evaluated(service: Service, work: UnitOfWork, ladder: Ladder) -> Evaluated:
    record = work.backtests.latest(ladder.id)
    if record is None:
        return Evaluated(ladder, None, "", (), (), written=False)
    panel = _panel(work, ladder, record)
    board = Board(panel.plan, panel.scores, judged=panel.judged)
    asked = bars_table(panel, board, packaged_bars())
    tables = (*(() if asked is None else (asked,)), *main_tables(panel, board))
    pictures = _pictures(service, record)
    written = _file(service, record, "html") is not None
    return Evaluated(ladder, record, panel.plan.title, tables, pictures, written)


def _panel(work: UnitOfWork, ladder: Ladder, record: BacktestRecord) -> Panel:
    """Return a panel with its scores alone: its forecasts are many, and no table here asks them."""
    plan = read_plan(record.plan_text)
    return Panel(
        name=plan.title,
        step=ladder.step,
        plan=plan,
        backtest_id=record.backtest_id,
        data_digest=record.data_digest,
        code_version=record.code_version,
        measure="",
        share=False,
        scores=work.backtests.scores(record.backtest_id, theatre=ALL, rung=ALL),
        forecasts=(),
        outcomes=_NONE,
        origins=(),
        weights=(),
        names={},
        judged=ladder.wholly_judged(plan.domain),
    )


def _pictures(service: Service, record: BacktestRecord) -> tuple[tuple[Picture, Markup], ...]:
    """Return the pictures that `forecaster backtest` drew; a page never waits for a drawing."""
    file = _file(service, record, "pictures.json")
    found = () if file is None else pictures_in(file.read_text(encoding="utf-8"))
    # Drawn by us from stored figures; names in it were escaped when it was drawn.
    return tuple((picture, Markup(picture.svg)) for picture in found)  # noqa: S704


def _file(service: Service, record: BacktestRecord, kind: str) -> Path | None:
    path = service.settings.data_dir / "backtests" / f"{record.backtest_id}.{kind}"
    return path if path.is_file() else None
