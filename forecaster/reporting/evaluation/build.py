"""The page of one panel, put together from its tables and pictures."""

from collections.abc import Iterable

from forecaster.reporting.evaluation import method, tables, tables_detail, tables_sampling
from forecaster.reporting.evaluation.bars import Bar
from forecaster.reporting.evaluation.board import Board
from forecaster.reporting.evaluation.calibration import calibration
from forecaster.reporting.evaluation.fans import fan_picture
from forecaster.reporting.evaluation.page import Page, Picture, Section, Table
from forecaster.reporting.evaluation.panel import Panel
from forecaster.reporting.evaluation.pit import pit_picture
from forecaster.reporting.evaluation.reliability import reliability_picture
from forecaster.reporting.evaluation.skill import skill_picture
from forecaster.reporting.evaluation.tables_ceiling import ceiling_table
from forecaster.reporting.evaluation.weights import weights_picture

NO_SCORES = "Nothing is scored: no forecast of this backtest has met its outcome yet."


def page(panel: Panel, bars: tuple[Bar, ...]) -> Page:
    """Return everything that is written of one backtest; a part without figures is left out."""
    board = Board(panel.plan, panel.scores, judged=panel.judged)
    built = (
        Section("What was scored", points=method.words(panel)),
        _section("Bars", tables_=[tables.bars_table(panel, board, bars)]),
        _scores(panel, board),
        _section("What mixing could give", tables_=[ceiling_table(panel, board)]),
        _section("Pooling", tables_=[tables.pooling_table(panel, board)]),
        _section("By theatre", tables_=tables_detail.theatre_tables(panel, board)),
        _section("By rung", tables_=tables_detail.rung_tables(panel, board)),
        _section("Calibration", pictures=_calibration(panel)),
        _section("Forecast and outcome", pictures=[fan_picture(panel, _middle(panel))]),
        _section(
            "Stack weights",
            tables_=[tables_sampling.weights_table(panel)],
            pictures=[weights_picture(panel)],
        ),
        _section(
            "Sampling",
            tables_=[tables_sampling.sampling_table(panel), tables_sampling.refused_table(panel)],
        ),
    )
    return Page(
        panel=panel.id,
        title=panel.name,
        facts=method.facts(panel),
        sections=tuple(section for section in built if section is not None),
    )


def _scores(panel: Panel, board: Board) -> Section:
    found = tables.main_tables(panel, board)
    picture = skill_picture(panel, board)
    return Section(
        "Scores",
        paragraphs=() if found else (NO_SCORES,),
        tables=found,
        pictures=(picture,) if picture else (),
    )


def _calibration(panel: Panel) -> list[Picture | None]:
    published = panel.plan.published
    found = {h: calibration(panel, published, h) for h in panel.horizons}
    known = {h: c for h, c in found.items() if c is not None}
    bins = {h: c.bins for h, c in known.items()}
    places = {h: c.ranks for h, c in known.items()}
    return [
        reliability_picture(bins, forecaster=published, step=panel.step),
        None if panel.judged else pit_picture(places, forecaster=published, step=panel.step),
    ]


def _middle(panel: Panel) -> int:
    horizons = panel.horizons or (1,)
    return horizons[len(horizons) // 2]


def _section(
    title: str,
    *,
    tables_: Iterable[Table | None] = (),
    pictures: Iterable[Picture | None] = (),
) -> Section | None:
    kept = tuple(table for table in tables_ if table is not None)
    drawn = tuple(picture for picture in pictures if picture is not None)
    return Section(title, tables=kept, pictures=drawn) if kept or drawn else None
