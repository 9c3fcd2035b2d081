"""How the sampling went over all origins, which origins were refused and why; stack weights."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isnan, nan

from forecaster.domain.backtest import OriginForecast
from forecaster.domain.forecast import Diagnostics
from forecaster.reporting.evaluation import figures
from forecaster.reporting.evaluation.page import Table
from forecaster.reporting.evaluation.panel import Panel
from forecaster.reporting.phrases import short_day, span

MOST_REFUSED = 30
"""More refused origins than this are counted, not listed."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """The worst of what the gate looked at over a forecaster's origins."""

    forecaster: str
    origins: int
    refused: int
    max_rhat: float
    min_ess_bulk: float
    min_ess_tail: float
    divergences: int
    draws: int
    min_bfmi: float


def summary(panel: Panel) -> tuple[Sampled, ...]:
    """Return one summary for each forecaster that is sampled, over every origin that was run."""
    found = ((f.id, _diagnosed(panel, f.id)) for f in panel.plan.forecasters)
    return tuple(_summed(id, [d for _, d in diagnosed]) for id, diagnosed in found if diagnosed)


def _diagnosed(panel: Panel, id: str) -> list[tuple[OriginForecast, Diagnostics]]:
    return [
        (f, f.diagnostics)
        for f in panel.forecasts
        if f.forecaster == id and f.diagnostics is not None
    ]


def _summed(id: str, found: list[Diagnostics]) -> Sampled:
    return Sampled(
        forecaster=id,
        origins=len(found),
        refused=sum(not d.passed for d in found),
        max_rhat=_worst(max, (d.max_rhat for d in found)),
        min_ess_bulk=_worst(min, (d.min_ess_bulk for d in found)),
        min_ess_tail=_worst(min, (d.min_ess_tail for d in found)),
        divergences=sum(d.divergences for d in found),
        draws=sum(d.draws for d in found),
        min_bfmi=_worst(min, (d.min_bfmi for d in found)),
    )


def _worst(pick: Callable[[list[float]], float], values: Iterable[float]) -> float:
    """Return the worst number; NaN, which a refused origin may hold, only if there is no other."""
    numbers = [value for value in values if not isnan(value)]
    return pick(numbers) if numbers else nan


def sampling_table(panel: Panel) -> Table | None:
    """Return the worst diagnostics of each sampled forecaster, None if none was sampled."""
    rows = tuple(_row(sampled) for sampled in summary(panel))
    heads = (
        "Forecaster",
        "Origins",
        "Refused",
        "Worst R-hat",
        "Least ESS, bulk",
        "Least ESS, tail",
        "Divergences",
        "Draws",
        "Least E-BFMI",
    )
    return Table("Sampling", heads, rows) if rows else None


def _row(sampled: Sampled) -> tuple[str, ...]:
    return (
        sampled.forecaster,
        figures.count(sampled.origins),
        figures.count(sampled.refused),
        figures.plain(sampled.max_rhat, 3),
        figures.plain(sampled.min_ess_bulk, 0),
        figures.plain(sampled.min_ess_tail, 0),
        figures.count(sampled.divergences),
        figures.count(sampled.draws),
        figures.plain(sampled.min_bfmi, 2),
    )


def refused_table(panel: Panel) -> Table | None:
    """Return every origin at which a forecaster failed the gate, with the reason; None if none."""
    found = [
        (f.forecaster, f"{short_day(f.origin)} {f.origin.year}", d.reason or "no reason given")
        for forecaster in panel.plan.forecasters
        for f, d in _diagnosed(panel, forecaster.id)
        if not d.passed
    ]
    if not found:
        return None
    more = len(found) - MOST_REFUSED
    note = f"{more} more are in the store." if more > 0 else ""
    heads = ("Forecaster", "Origin", "Why it failed the gate")
    return Table("Refused origins", heads, tuple(found[:MOST_REFUSED]), note, text_columns=3)


def weights_table(panel: Panel) -> Table | None:
    """Return each member's mean weight over the scored origins, with its range; None if none."""
    members = tuple(dict.fromkeys(w.forecaster for w in panel.weights))
    horizons = tuple(sorted({w.horizon_steps for w in panel.weights}))
    if not members:
        return None
    return Table(
        "Stack weights",
        ("Forecaster", *(f"{span(h, panel.step)}: mean (least to most)" for h in horizons)),
        tuple((member, *(_spread(panel, member, h) for h in horizons)) for member in members),
        note="Over the scored origins. A weight at an origin is learnt from what had happened by then.",
    )


def _spread(panel: Panel, member: str, horizon: int) -> str:
    found = [
        w.weight
        for w in panel.weights
        if (w.forecaster, w.horizon_steps) == (member, horizon)
        and w.origin.date() >= panel.plan.scored_from
    ]
    return _range(found) if found else figures.DASH


def _range(values: Iterable[float]) -> str:
    kept = list(values)
    mean = sum(kept) / len(kept)
    return (
        f"{figures.plain(mean, 2)} ({figures.plain(min(kept), 2)} to {figures.plain(max(kept), 2)})"
    )
