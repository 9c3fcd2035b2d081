"""The ladder table: one row per theatre and domain in which there is anything to climb."""

from collections.abc import Callable

from forecaster.domain.forecast import Standing
from forecaster.domain.ladder import Theatre
from forecaster.reporting.document import MOST_ROWS, Row
from forecaster.reporting.frame import Frame, above
from forecaster.reporting.values import Outlook, RungName

SPARK_STEPS = 26
"""How much of the measure's history a sparkline shows."""
PRIOR_DRIVEN = 0.5
"""From this share of prior on, a row is labelled."""


def rows(frame: Frame, confidence: Callable[[float], str]) -> tuple[Row, ...]:
    """Return the rows by domain, then in the ladder's own order of theatres.

    Where there are more than `MOST_ROWS`, the highest rung comes first, then the likeliest climb.
    `confidence` gives the analytic confidence for a share of prior.
    """
    place = {theatre.id: i for i, theatre in enumerate(frame.ladder.theatres)}
    domains = {domain: i for i, domain in enumerate(frame.ladder.domains)}
    ordered = sorted(
        (s for s in frame.forecast.standings if len(frame.rungs(s)) > 1),
        key=lambda s: (domains.get(s.domain, 99), place.get(s.theatre, len(place)), s.theatre),
    )
    found = tuple(_row(frame, standing, confidence) for standing in ordered)
    if len(found) <= MOST_ROWS:
        return found
    return tuple(sorted(found, key=lambda row: (domains.get(row.domain, 99), *_urgency(row))))


def _urgency(row: Row) -> tuple[int, float]:
    climb = max((outlook.probability for outlook in row.climb), default=0.0)
    return -row.rung.order, -climb


def _row(frame: Frame, standing: Standing, confidence: Callable[[float], str]) -> Row:
    theatre = frame.theatre(standing.theatre)
    present = frame.rung(standing.domain, standing.present_rung)
    higher = above(frame.rungs(standing), present)
    climb = _climb(frame, standing, higher.id) if higher else ()
    fall = frame.outlook(standing, "fall", standing.present_rung, frame.headline)
    share = _share(climb, fall)
    prior_driven = standing.label.startswith("prior-driven") or share >= PRIOR_DRIVEN
    return Row(
        theatre=standing.theatre,
        theatre_name=theatre.name,
        region=theatre.region,
        region_name=frame.region_name(theatre.region),
        domain=standing.domain,
        rung=present,
        was=_was(frame, standing),
        measure=standing.measure,
        unit=_unit(frame, theatre),
        exposure=standing.exposure,
        observed_through=standing.observed_through,
        label=standing.label or ("prior-driven" if prior_driven else ""),
        prior_driven=prior_driven,
        prior_share=share,
        confidence=confidence(share),
        next_rung=RungName(higher.order, higher.id, higher.name) if higher else None,
        climb=climb,
        fall=fall if present.order > frame.rungs(standing)[0].order else None,
        spark=tuple(value for _, value in standing.history[-SPARK_STEPS:]),
    )


def _climb(frame: Frame, standing: Standing, rung: str) -> tuple[Outlook, ...]:
    found = (frame.outlook(standing, "reach", rung, h) for h in frame.ladder.horizons)
    return tuple(outlook for outlook in found if outlook is not None)


def _share(climb: tuple[Outlook, ...], fall: Outlook | None) -> float:
    shares = [outlook.prior_share for outlook in climb] or ([fall.prior_share] if fall else [])
    return sum(shares) / len(shares) if shares else 0.0


def _was(frame: Frame, standing: Standing) -> RungName | None:
    for move in frame.changes.rungs:
        if (move.theatre, move.domain) == (standing.theatre, standing.domain):
            return frame.rung(standing.domain, move.before)
    return None


def _unit(frame: Frame, theatre: Theatre) -> str:
    if theatre.measure is None:
        return ""
    if theatre.measure.kind == "share":
        return f"% of a typical national {frame.ladder.step}"
    return theatre.measure.unit
