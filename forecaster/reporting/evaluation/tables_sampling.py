"""How the sampling went over all origins, which origins gave nothing and why; stack weights."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isnan, nan

from forecaster.domain.backtest_record import OriginRecord
from forecaster.reporting.evaluation import figures
from forecaster.reporting.evaluation.page import Table
from forecaster.reporting.evaluation.panel import Panel
from forecaster.reporting.phrases import short_day, span

MOST_REFUSED = 30
"""More refused origins than this are counted, not listed."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """The worst of what the gate looked at over a forecaster's origins.

    origins: all that were run. refused: failed the gate. failed: gave no numbers at all.
    """

    forecaster: str
    origins: int
    refused: int
    failed: int
    max_rhat: float
    min_ess_bulk: float
    min_ess_tail: float
    divergences: int
    draws: int
    min_bfmi: float


def summary(panel: Panel) -> tuple[Sampled, ...]:
    """Return one summary for each forecaster that is sampled, over every origin that was run."""
    found = (
        (f.id, [o for o in panel.origins if o.forecaster == f.id]) for f in panel.plan.forecasters
    )
    return tuple(
        _summed(id, origins)
        for id, origins in found
        if any(origin.diagnostics is not None for origin in origins)
    )


def _summed(id: str, origins: list[OriginRecord]) -> Sampled:
    found = [origin.diagnostics for origin in origins if origin.diagnostics is not None]
    return Sampled(
        forecaster=id,
        origins=len(origins),
        refused=sum(origin.state == "refused" for origin in origins),
        failed=sum(origin.state == "failed" for origin in origins),
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
        "Failed",
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
        figures.count(sampled.failed),
        figures.plain(sampled.max_rhat, 3),
        figures.plain(sampled.min_ess_bulk, 0),
        figures.plain(sampled.min_ess_tail, 0),
        figures.count(sampled.divergences),
        figures.count(sampled.draws),
        figures.plain(sampled.min_bfmi, 2),
    )


def refused_table(panel: Panel) -> Table | None:
    """Return every origin that gave nothing to score, with the reason; None if all did."""
    found = [
        (
            origin.forecaster,
            f"{short_day(origin.origin)} {origin.origin.year}",
            origin.state,
            origin.reason or "no reason given",
        )
        for forecaster in panel.plan.forecasters
        for origin in panel.origins
        if origin.forecaster == forecaster.id and origin.state != "done"
    ]
    if not found:
        return None
    more = len(found) - MOST_REFUSED
    note = f"{more} more are in the store." if more > 0 else ""
    heads = ("Forecaster", "Origin", "State", "Why")
    return Table("Origins without a score", heads, tuple(found[:MOST_REFUSED]), note, 4)


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
        note="Over the scored origins. A weight is learnt from what had come by its origin.",
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
