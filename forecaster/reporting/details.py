"""The sections behind the first page: indicators, sources, rejects."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import exp

from forecaster.domain.forecast import IndicatorEffect
from forecaster.domain.indicator import Indicator
from forecaster.domain.reading import Reject, SourceStatus
from forecaster.reporting.frame import Frame
from forecaster.reporting.phrases import capital, signed
from forecaster.reporting.sections import IndicatorRow, IndicatorState, RejectGroup, SourceRow

WORST_FIRST = ("failed", "empty", "stale", "late", "short", "no source", "unchanged", "fresh")
"""The order of source states: what did not come stands first."""
_INDICATOR_ORDER = ("told from zero", "not told from zero", "no reading", "not used", "no source")


def indicators(frame: Frame, feeds: Mapping[str, str]) -> tuple[IndicatorRow, ...]:
    """Return every indicator of the ladder: those that earned an effect first, unfed ones last.

    feeds: the source of every series that is stored.
    """
    effects = {effect.indicator: effect for effect in frame.forecast.effects}
    found = [_indicator(frame, i, effects.get(i.id), feeds) for i in frame.ladder.indicators]
    return tuple(
        sorted(found, key=lambda r: (_INDICATOR_ORDER.index(r.state), -abs(r.effect or 0.0)))
    )


def _indicator(
    frame: Frame, indicator: Indicator, found: IndicatorEffect | None, feeds: Mapping[str, str]
) -> IndicatorRow:
    silent = found is None or not indicator.series
    series = {name for _, names in indicator.series for name in names}
    return IndicatorRow(
        indicator=indicator.id,
        name=indicator.name,
        family=indicator.family,
        state=_state(indicator, found),
        value=None if found is None or silent else found.value,
        effect=None if found is None or silent else found.effect,
        lower=None if found is None or silent else found.lower,
        upper=None if found is None or silent else found.upper,
        text="" if found is None or silent else _effect_text(frame, indicator, found),
        note=(found.label if found and found.label else indicator.note),
        sources=tuple(sorted({feeds[name] for name in series & set(feeds)})),
    )


def _state(indicator: Indicator, found: IndicatorEffect | None) -> IndicatorState:
    if not indicator.series:
        return "no source"
    if found is None:
        return "not used"
    if found.value is None:
        return "no reading"
    return "not told from zero" if found.lower <= 0.0 <= found.upper else "told from zero"


def _effect_text(frame: Frame, indicator: Indicator, found: IndicatorEffect) -> str:
    middle, low, high = (
        signed(100.0 * (exp(value) - 1.0), 1) for value in (found.effect, found.lower, found.upper)
    )
    when = "in its" if indicator.concurrent else "a"
    return f"{middle} % {when} {frame.ladder.step} ({low} to {high} %)"


def sources(
    statuses: Sequence[SourceStatus],
    *,
    as_of: datetime,
    names: Mapping[str, str],
    grades: Mapping[str, str],
) -> tuple[SourceRow, ...]:
    """Return the sources, missing and late ones first, then by name."""
    found = [_source(status, as_of, names, grades) for status in statuses]
    return tuple(sorted(found, key=lambda r: (WORST_FIRST.index(r.state), r.name)))


def _source(
    status: SourceStatus, as_of: datetime, names: Mapping[str, str], grades: Mapping[str, str]
) -> SourceRow:
    last = status.last_observed_at
    return SourceRow(
        source=status.source,
        name=names.get(status.source, capital(status.source.replace("_", " "))),
        grade=grades.get(status.source, ""),
        state=status.state,
        reason=status.reason,
        last_observed_at=last,
        age_days=None if last is None else max(0, (as_of - last).days),
        rows_received=status.rows_received,
        rows_expected=status.rows_expected,
        rows_new=status.rows_new,
        rows_rejected=status.rows_rejected,
    )


def reject_groups(rejects: Sequence[Reject]) -> tuple[RejectGroup, ...]:
    """Return the refused rows counted by source and reason, the most frequent first."""
    counts = Counter((reject.source, reject.reason) for reject in rejects)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(RejectGroup(source, reason, rows) for (source, reason), rows in ordered)
