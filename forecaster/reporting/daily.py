"""The daily report, built from values alone: no database, no clock, nothing but what is given.

A refused run is never shown as if it were good: the head says that it was refused and why, and
the numbers are those of the last good run, with its age.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from forecaster.domain.forecast import Forecast
from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import PriorVersion
from forecaster.domain.reading import Reject, SourceStatus
from forecaster.domain.run import Run
from forecaster.errors import ReportError
from forecaster.reporting import (
    bottom_line,
    details,
    judged,
    method,
    movement,
    pictures,
    scorecard,
    table,
)
from forecaster.reporting.change import Changes, compare
from forecaster.reporting.confidence import LEVELS, Confidence, assess
from forecaster.reporting.document import DailyReport, Head, Row
from forecaster.reporting.frame import Frame
from forecaster.reporting.phrases import counted, day
from forecaster.reporting.scorecard import NO_RECORD, TrackRecord
from forecaster.reporting.words import ICD_203, Vocabulary

type RunAndForecast = tuple[Run, Forecast]

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def build(
    ladder: Ladder,
    run: Run,
    forecast: Forecast,
    *,
    previous: RunAndForecast | None,
    statuses: Sequence[SourceStatus],
    prior_changes: Sequence[PriorVersion],
    rejects: Sequence[Reject],
    feeds: Mapping[str, str],
    code_version: str,
    data_notice: str,
    last_good: RunAndForecast | None = None,
    grades: Mapping[str, str] = _NO_NAMES,
    names: Mapping[str, str] = _NO_NAMES,
    vocabulary: Vocabulary = ICD_203,
    record: TrackRecord = NO_RECORD,
) -> DailyReport:
    """Return the report on `run`; the same values always give the same report.

    previous: the published run before this one, for what changed. prior_changes: edits of priors
    since then. rejects: raw rows refused since then. feeds: the source of every series that is
    stored. last_good: what a refused run falls back on; `previous` if not given. grades and
    names: of sources, by id. data_notice: one credit a line. record: what past forecasts scored,
    as it was known as of the run.

    Raises:
        ReportError: the run is of another ladder, or names rungs that the ladder lacks.
    """
    _require_same_ladder(ladder, run)
    shown = (last_good or previous) if run.state == "refused" else (run, forecast)
    head = _head(ladder, run, shown)
    changes = Changes(None, comparable=False)
    if run.state != "refused":
        changes = compare(run, forecast, previous, prior_changes)
    frame = Frame(ladder, *(shown or (run, _emptied(forecast))), changes, vocabulary)

    def confidence(prior_share: float) -> Confidence:
        return assess(
            statuses=statuses,
            grades=grades,
            prior_share=prior_share,
            diagnostics=frame.run.diagnostics,
            outdated="" if frame.run is run else _outdated(run, frame.run),
        )

    rows = table.rows(frame, lambda share: confidence(share).level)
    sources = details.sources(statuses, as_of=run.as_of, names=names, grades=grades)
    indicators = details.indicators(frame, feeds)
    refused = run.state == "refused"
    return DailyReport(
        head=head,
        step=ladder.step,
        horizons=ladder.horizons,
        headline_steps=frame.headline,
        vocabulary=vocabulary.name,
        scorecard=scorecard.build(run, record, ladder.step, frame.headline),
        bottom_line=bottom_line.sentences(
            frame,
            rows,
            sources=sources,
            indicators=indicators,
            refused=head.notice if refused else "",
        ),
        confidence=_overall(rows, confidence),
        rows=rows,
        charts=pictures.charts(frame, rows),
        changes=movement.section(frame, rows, refused=refused),
        judged=judged.rows(frame),
        indicators=indicators,
        sources=sources,
        rejects=details.reject_groups(rejects),
        method=method.lines(
            run,
            vocabulary,
            code_version=code_version,
            members=forecast.members,
            updating=forecast.updating,
        ),
        credits=tuple(line.strip() for line in data_notice.splitlines() if line.strip()),
    )


def _require_same_ladder(ladder: Ladder, run: Run) -> None:
    if (ladder.id, ladder.version) != (run.ladder, run.ladder_version):
        raise ReportError(
            f"run {run.run_id} is of ladder {run.ladder} {run.ladder_version}, got "
            f"{ladder.id} {ladder.version}: report it with the ladder that it used"
        )


def _outdated(run: Run, shown: Run) -> str:
    return f"the numbers are of {day(shown.as_of)}, because the run of {day(run.as_of)} was refused"


def _emptied(forecast: Forecast) -> Forecast:
    """Return a forecast that says nothing: no number of a refused run may leak out."""
    return replace(forecast, cells=(), standings=(), judged=(), fans=(), effects=(), members=())


def _head(ladder: Ladder, run: Run, shown: RunAndForecast | None) -> Head:
    return Head(
        ladder=ladder.id,
        ladder_name=ladder.name,
        ladder_version=ladder.version,
        run_id=run.run_id,
        as_of=run.as_of,
        issued_at=run.issued_at,
        state=run.state,
        notice=_notice(run, shown),
        shown_run_id=shown[0].run_id if shown else "",
        shown_as_of=shown[0].as_of if shown else None,
    )


def _notice(run: Run, shown: RunAndForecast | None) -> str:
    if run.state == "published":
        return ""
    reason = run.state_reason.rstrip(".") or "no reason given"
    if run.state != "refused":
        return f"This run was {run.state}: {reason}."
    said = f"The run of {day(run.as_of)} was REFUSED: {reason}."
    if shown is None:
        return f"{said} There is no earlier good run to show."
    age = counted((run.as_of - shown[0].as_of).days, "day")
    return f"{said} What follows is the last good run, of {day(shown[0].as_of)}, {age} older."


def _overall(rows: Sequence[Row], confidence: Callable[[float], Confidence]) -> Confidence:
    """Return the confidence in what rests on readings, and say where it is lower."""
    shares = [row.prior_share for row in rows if not row.prior_driven]
    if not shares:
        return confidence(1.0)
    overall = confidence(sum(shares) / len(shares))
    driven = {row.confidence for row in rows if row.prior_driven}
    if driven <= {overall.level}:
        return overall
    found = " or ".join(level for level in LEVELS if level in driven)
    lower = f" It is {found} for the rows marked prior-driven."
    return replace(overall, sentence=overall.sentence + lower)
