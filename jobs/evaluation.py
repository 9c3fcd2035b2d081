"""The evaluation as files, from stored backtests alone: documents, pictures and pages."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.errors import ReportError
from jobs.backtesting.hindsight import ceilings
from jobs.backtesting.stack import weights_over_time
from jobs.context import Context
from jobs.publication import write_whole

if TYPE_CHECKING:
    from forecaster.domain.backtest import Plan
    from forecaster.domain.backtest_record import BacktestRecord
    from forecaster.domain.ladder import Ladder, Measure
    from forecaster.reporting.evaluation.page import Page
    from forecaster.reporting.evaluation.panel import Panel
    from forecaster.store.unit_of_work import UnitOfWork


def write_evaluation(
    context: Context,
    backtest_ids: Sequence[str],
    *,
    documents: Path,
    pages: Path | None = None,
) -> list[Path]:
    """Write `evaluation.md`, `evaluation.json` and pictures into `documents`; return all paths.

    What these files hold of panels that none of the backtests is about stays as it is; a panel is
    a plan's id. `evaluation-notes.md` beside them is prose that people write; it is taken into the
    document as it is, and never written. With `pages`, one self-contained page per backtest, and
    its pictures for the dashboard.

    Raises:
        NotFoundError: a backtest is not there, or has no outcomes yet.
        ReportError: two backtests are of one plan, or a file cannot be read or written.
    """
    from forecaster.reporting.evaluation.as_html import html
    from forecaster.reporting.evaluation.bars import packaged_bars
    from forecaster.reporting.evaluation.build import page
    from forecaster.reporting.evaluation.kept import pictures_json

    panels = [_panel(context, id) for id in backtest_ids]
    _require_distinct(panels)
    built = [page(panel, packaged_bars()) for panel in panels]
    notes = _text(documents / "evaluation-notes.md")
    written = [
        *_documents(panels, built, notes, documents),
        *(path for one in built for path in _pictures(one, documents / "pictures")),
    ]
    if pages is not None:
        for panel, one in zip(panels, built, strict=True):
            path = pages / f"{panel.backtest_id}.html"
            written.append(write_whole(path, html(one, notes=notes)))
            kept = pages / f"{panel.backtest_id}.pictures.json"
            written.append(write_whole(kept, pictures_json(one.pictures)))
    return written


def _require_distinct(panels: "Sequence[Panel]") -> None:
    ids = [panel.id for panel in panels]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise ReportError(f"two backtests are of plan {', '.join(twice)}: name one of them")


def _documents(
    panels: "Sequence[Panel]", built: "Sequence[Page]", notes: str, folder: Path
) -> list[Path]:
    from forecaster.reporting.evaluation.as_json import evaluation_json, part
    from forecaster.reporting.evaluation.as_markdown import markdown

    document, figures = folder / "evaluation.md", folder / "evaluation.json"
    # Both texts are made before either is written, so that a file that cannot be read changes none.
    text = markdown(built, notes, before=_text(document))
    data = evaluation_json([part(panel) for panel in panels], before=_text(figures))
    return [write_whole(document, text), write_whole(figures, data)]


def _pictures(page: "Page", folder: Path) -> list[Path]:
    from forecaster.reporting.evaluation.as_markdown import picture_file

    files = {picture_file(page.panel, picture): picture.svg for picture in page.pictures}
    return [write_whole(folder / name, svg) for name, svg in files.items()]


def _text(path: Path) -> str:
    """Return what a file holds, nothing if there is no such file."""
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"{path} cannot be read ({error}): correct or remove it") from None


def _panel(context: Context, backtest_id: str) -> "Panel":
    from forecaster.reference.plan import read_plan
    from forecaster.store.unit_of_work import UnitOfWork

    with UnitOfWork(context.engine(), read_only=True) as work:
        record = work.backtests.get(backtest_id)
        return _built(work, record, read_plan(record.plan_text))


def _built(work: "UnitOfWork", record: "BacktestRecord", plan: "Plan") -> "Panel":
    from forecaster.reporting.evaluation.panel import Panel

    ladder = work.ladders.get(record.ladder, record.ladder_version)
    forecasts = work.backtests.forecasts(record.backtest_id)
    outcomes = work.backtests.outcomes(record.backtest_id)
    judged = ladder.wholly_judged(plan.domain)
    measure = None if judged else _measure(ladder)
    return Panel(
        name=f"{ladder.name}: {plan.title}",
        step=ladder.step,
        plan=plan,
        backtest_id=record.backtest_id,
        data_digest=record.data_digest,
        code_version=record.code_version,
        measure=_judged_as(ladder) if judged else _said(measure, ladder),
        share=measure is not None and measure.kind == "share",
        scores=work.backtests.scores(record.backtest_id),
        forecasts=forecasts,
        outcomes=outcomes,
        origins=work.backtests.log(record.backtest_id),
        weights=tuple(weights_over_time(plan, forecasts, outcomes)),
        ceilings=tuple(ceilings(plan, forecasts, outcomes)),
        names={theatre.id: theatre.name for theatre in ladder.theatres}
        | {rung.id: rung.name for rung in ladder.track(plan.domain)},
        judged=judged,
    )


def _measure(ladder: "Ladder") -> "Measure | None":
    found = (theatre.measure for theatre in ladder.theatres)
    return next((measure for measure in found if measure is not None), None)


def _judged_as(ladder: "Ladder") -> str:
    return f"the highest judged rung in force at the end of each {ladder.step}"


def _said(measure: "Measure | None", ladder: "Ladder") -> str:
    if measure is None or measure.kind == "level":
        return f"the level that the data give for each {ladder.step}"
    if measure.kind == "share":
        return (
            f"a theatre's sum over a {ladder.step} as a percentage of the mean national "
            f"{ladder.step} over the trailing {measure.window_steps}"
        )
    return f"the last value of a {ladder.step} in {measure.unit}"
