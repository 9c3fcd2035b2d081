"""What the service cannot do itself and is handed: whatever takes a model or a source's file.

`forecaster` knows neither `models` nor `indicators`; `jobs` knows all and hands these in, so the
service starts in a second and never waits for a sampler.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import Prior
from forecaster.errors import ReportError
from forecaster.reporting.document import DailyReport


@dataclass(frozen=True, slots=True)
class RungTable:
    """The probability of each rung before any data, for one domain.

    probabilities: one row per theatre, one number per rung; not-a-number where a rung does not
    exist there.
    """

    domain: str
    theatres: tuple[str, ...]
    rungs: tuple[str, ...]
    probabilities: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What a source is, for people: its name, publisher, licence, grade, and how often it comes."""

    id: str
    name: str
    publisher: str
    licence: str
    grade: str
    cadence_days: float


@dataclass(frozen=True, slots=True)
class JobNote:
    """A job that can be asked for: what it is, and whether it is about a source or a ladder."""

    id: str
    description: str
    per: str


def _no_report(_run_id: str, _hidden: Collection[str]) -> DailyReport:
    raise ReportError("no report can be built here: make the application by `forecaster serve`")


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that is handed in; a test hands in functions that answer at once.

    report: the report on a run, from rows, by the run's id; it tells nothing of runs that are
    hidden from its reader, whose ids come second.
    render: a report in a form (`html`, `md`, `text`, `json`).
    preview: rung tables under a ladder's priors, with some of them replaced by drafts.
    ladders: the ladders that are kept, by id. references: the id or path by which jobs know each.
    sources: what feeds a ladder, by id. jobs: what may be asked for.
    """

    report: Callable[[str, Collection[str]], DailyReport] = _no_report
    render: Callable[[DailyReport, str], str] = lambda report, form: ""
    preview: Callable[[str, Sequence[Prior]], Sequence[RungTable]] = lambda ladder, drafts: ()
    ladders: Callable[[], Mapping[str, Ladder]] = dict
    references: Callable[[], Mapping[str, str]] = dict
    sources: Callable[[Ladder], Mapping[str, SourceNote]] = lambda ladder: {}
    jobs: Callable[[], Sequence[JobNote]] = tuple
