"""A report for somebody who may not see every source that stands behind it.

Whoever hands a report out passes it through here: pages, the API in every form, and delivery.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from forecaster.reporting.document import DailyReport, Head
from forecaster.reporting.phrases import capital, day

LEFT_OUT = (
    "Something is left out of this report because of its marking: what tells of a source that not "
    "everybody may see."
)
"""The last sentence of the bottom line, which every form of a report shows."""


def discreet(report: DailyReport, hidden: Collection[str]) -> DailyReport:
    """Return the report without what tells of hidden sources, and with a sentence that says so.

    Left out are a source's row, its rejects, its credit, every indicator that it feeds, and every
    clause that names it. The probabilities, and the measures that they stand on, are the run's own
    and carry the marking of the run and its ladder. A report that tells of no hidden source is
    returned as it is.

    hidden: ids of sources, as `Visibility.hidden` gives them.
    """
    if not hidden:
        return report
    silent = {row.name for row in report.sources if row.source in hidden} | set(hidden)
    head = _head(report.head, silent)
    bottom_line = [head.notice if s == report.head.notice else s for s in report.bottom_line]
    kept = replace(
        report,
        head=head,
        bottom_line=_said(bottom_line, silent),
        changes=replace(report.changes, besides=_said(report.changes.besides, silent)),
        indicators=tuple(
            replace(row, note=_without(row.note, silent))
            for row in report.indicators
            if not set(row.sources) & set(hidden)
        ),
        sources=tuple(
            replace(row, reason=_without(row.reason, silent))
            for row in report.sources
            if row.source not in hidden
        ),
        rejects=tuple(group for group in report.rejects if group.source not in hidden),
        method=tuple((label, _without(value, silent)) for label, value in report.method),
        credits=tuple(line for line in report.credits if not _names(line, silent)),
    )
    if kept == report:
        return report
    return replace(kept, bottom_line=(*kept.bottom_line, LEFT_OUT))


def _head(head: Head, silent: Collection[str]) -> Head:
    """Return a head that always says that a run is none to rely on, if not always why."""
    if not _names(head.notice, silent):
        return head
    notice = f"This run was {head.state}."
    if head.state == "refused" and head.shown_as_of is not None:
        notice += f" What follows is the last good run, of {day(head.shown_as_of)}."
    return replace(head, notice=notice)


def _said(sentences: Iterable[str], silent: Collection[str]) -> tuple[str, ...]:
    return tuple(left for sentence in sentences if (left := _without(sentence, silent)))


def _without(sentence: str, silent: Collection[str]) -> str:
    """Return a sentence without the clauses that name something; empty if that leaves none."""
    if not _names(sentence, silent):
        return sentence
    clauses = sentence.removesuffix(".").split("; ")
    kept = [clause for clause in clauses if not _names(clause, silent)]
    return f"{capital('; '.join(kept))}." if kept else ""


def _names(text: str, silent: Collection[str]) -> bool:
    return any(name.casefold() in text.casefold() for name in silent)
