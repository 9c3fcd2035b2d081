"""The bars that were set before a backtest, each with the figure found and whether it is met."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import isfinite
from typing import Literal

from forecaster.domain.backtest import Score
from forecaster.errors import ReportError
from forecaster.reporting.evaluation import figures
from forecaster.reporting.evaluation.board import Board

type Quantity = Literal[
    "saving",
    "difference_upper",
    "family_difference_lower",
    "coverage_90",
    "reliability_slope",
    "rps_lead",
    "log_lead",
    "pooling_lead",
]
"""saving: 1 less published RPS over the best reference's. difference_upper: upper end of the 95 %
interval of published RPS less the best reference's. family_difference_lower: the lower end, for
each Bayesian family. coverage_90, reliability_slope: of the published forecasts. rps_lead,
log_lead: published score less the lowest of a reference. pooling_lead: the first Bayesian family's
RPS less that of each variant."""
type Met = Literal["yes", "no", "not scored"]


@dataclass(frozen=True, slots=True)
class Bar:
    """What was asked of a ladder's forecasts; a bound of None does not bind, `below` is strict.

    aim: what was hoped for beyond the bar; told, never required.
    """

    ladder: str
    text: str
    quantity: Quantity
    horizons: tuple[int, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    aim: float | None = None

    def met(self, value: float | None) -> Met:
        """Return whether `value` meets the bar; what has no value is not met and says so."""
        if value is None or not isfinite(value):
            return "not scored"
        within = (
            (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )
        return "yes" if within else "no"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A bar at one horizon for one forecaster: the figure found, `against` whom, and the answer."""

    bar: Bar
    forecaster: str
    horizon_steps: int
    value: float | None
    met: Met
    against: str = ""


def verdicts(board: Board, bars: tuple[Bar, ...], horizons: tuple[int, ...]) -> list[Verdict]:
    """Return one verdict per bar, horizon and forecaster that the bar speaks of, in that order."""
    return [
        Verdict(bar, forecaster, horizon, value, bar.met(value), against)
        for bar in bars
        for horizon in bar.horizons or horizons
        for forecaster, against, value in _FOUND[bar.quantity](board, horizon)
    ]


type _Figure = tuple[str, str, float | None]


def _saving(board: Board, horizon: int) -> Iterator[_Figure]:
    published, best = board.plan.published, board.best_reference(horizon)
    mine = board.get(published, "rps", horizon)
    if mine is None or best is None or best.value == 0.0:
        yield published, "", None
        return
    yield published, best.forecaster, 1.0 - mine.value / best.value


def _difference_upper(board: Board, horizon: int) -> Iterator[_Figure]:
    found = board.difference(board.plan.published, horizon)
    yield board.plan.published, _against(found), found.upper if found else None


def _family_difference_lower(board: Board, horizon: int) -> Iterator[_Figure]:
    for family in board.forecasters("bayesian"):
        found = board.difference(family, horizon)
        yield family, _against(found), found.lower if found else None


def _own(score: str) -> Callable[[Board, int], Iterator[_Figure]]:
    def figure(board: Board, horizon: int) -> Iterator[_Figure]:
        found = board.get(board.plan.published, score, horizon)
        yield board.plan.published, "", found.value if found else None

    return figure


def _lead(score: str) -> Callable[[Board, int], Iterator[_Figure]]:
    def figure(board: Board, horizon: int) -> Iterator[_Figure]:
        mine = board.get(board.plan.published, score, horizon)
        best = board.best_reference(horizon, score=score)
        value = mine.value - best.value if mine and best else None
        yield board.plan.published, _named(best), value

    return figure


def _pooling_lead(board: Board, horizon: int) -> Iterator[_Figure]:
    families = board.forecasters("bayesian")
    mine = board.get(families[0], "rps", horizon) if families else None
    for variant in board.forecasters("variant"):
        other = board.get(variant, "rps", horizon)
        value = mine.value - other.value if mine and other else None
        yield families[0] if families else "", variant, value


_FOUND: Mapping[Quantity, Callable[[Board, int], Iterator[_Figure]]] = {
    "saving": _saving,
    "difference_upper": _difference_upper,
    "family_difference_lower": _family_difference_lower,
    "coverage_90": _own("coverage_90"),
    "reliability_slope": _own("reliability_slope"),
    "rps_lead": _lead("rps"),
    "log_lead": _lead("log"),
    "pooling_lead": _pooling_lead,
}


def _against(score: Score | None) -> str:
    return score.reference if score else ""


def _named(score: Score | None) -> str:
    return score.forecaster if score else ""


@lru_cache(maxsize=1)
def packaged_bars() -> tuple[Bar, ...]:
    """Return the bars of every ladder that has some."""
    text = (resources.files(__package__) / "bars.toml").read_text(encoding="utf-8")
    return bars_in(text)


def bars_in(text: str) -> tuple[Bar, ...]:
    """Return the bars that a TOML text sets.

    Raises:
        ReportError: a key or a quantity is unknown, or a bar bounds nothing.
    """
    return tuple(_bar(raw) for raw in tomllib.loads(text).get("bars", ()))


def _bar(raw: dict[str, object]) -> Bar:
    try:
        bar = Bar(**{**raw, "horizons": tuple(raw.get("horizons", ()))})  # type: ignore[arg-type]
    except TypeError as error:
        raise ReportError(f"bar {raw} cannot be read ({error}): correct its keys") from None
    if bar.quantity not in _FOUND:
        raise ReportError(
            f"bar {bar.text!r} asks for {bar.quantity!r}: ask for one of {', '.join(_FOUND)}"
        )
    if bar.at_least is None and bar.at_most is None and bar.below is None:
        raise ReportError(f"bar {bar.text!r} bounds nothing: give at_least, at_most or below")
    return bar


def wanted(bar: Bar) -> str:
    """Return what a bar asks for in figures: `at least 2.0 %`, `0.8 to 1.2`."""
    show = percent_or_number(bar)
    if bar.at_least is not None and bar.at_most is not None:
        return f"{show(bar.at_least)} to {show(bar.at_most)}"
    if bar.at_least is not None:
        return f"at least {show(bar.at_least)}" + (
            f" (aim {show(bar.aim)})" if bar.aim is not None else ""
        )
    if bar.at_most is not None:
        return f"at most {show(bar.at_most)}"
    return f"below {show(bar.below)}"


def percent_or_number(bar: Bar) -> Callable[[float | None], str]:
    """Return how figures of a bar are printed: shares in per cent, slopes bare, scores in full."""
    if bar.quantity in ("saving", "coverage_90"):
        return lambda value: figures.DASH if value is None else f"{figures.plain(100 * value, 1)} %"
    digits = 2 if bar.quantity == "reliability_slope" else 4
    return lambda value: "0" if value == 0.0 else figures.plain(value, digits)
