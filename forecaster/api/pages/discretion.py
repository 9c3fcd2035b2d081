"""A report for somebody who may not see every source that stands behind it.

The probabilities are the run's own and carry the run's marking. What would tell of a hidden
source itself, its name, its state, its readings and the value of its indicators, is left out.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from forecaster.domain.ladder import Ladder
from forecaster.reporting.document import DailyReport
from forecaster.reporting.phrases import capital


def discreet(
    report: DailyReport,
    ladder: Ladder,
    *,
    hidden: Collection[str],
    names: Mapping[str, str],
    sources: Mapping[str, str],
) -> DailyReport:
    """Return the report without what it says of hidden sources.

    names: of sources, by id. sources: the source of every series.
    """
    silent = {names.get(id, id) for id in hidden} | set(hidden)
    kept = {
        indicator.id
        for indicator in ladder.indicators
        if not any(sources.get(name) in hidden for _, of in indicator.series for name in of)
    }

    def said(sentences: Collection[str]) -> tuple[str, ...]:
        return tuple(left for s in sentences if (left := _without(s, silent)))

    return replace(
        report,
        bottom_line=said(report.bottom_line),
        indicators=tuple(row for row in report.indicators if row.indicator in kept),
        sources=tuple(row for row in report.sources if row.source not in hidden),
        rejects=tuple(group for group in report.rejects if group.source not in hidden),
        credits=said(report.credits),
    )


def _without(sentence: str, silent: Collection[str]) -> str:
    """Return a sentence without the clauses that name something; empty if that leaves none."""
    if not any(name in sentence for name in silent):
        return sentence
    clauses = sentence.removesuffix(".").split("; ")
    kept = [clause for clause in clauses if not any(name in clause for name in silent)]
    return f"{capital('; '.join(kept))}." if kept else ""
