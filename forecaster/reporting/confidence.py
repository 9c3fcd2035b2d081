"""Analytic confidence: how far the numbers can be leaned on, and what that rests on.

Confidence is not a likelihood and never shares a sentence with one. It is no higher than its
weakest input, so that a reader can always be told which input to improve.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from forecaster.domain.forecast import Diagnostics
from forecaster.domain.reading import SourceStatus
from forecaster.reporting.words import percent

type Level = Literal["low", "moderate", "high"]

LEVELS: tuple[Level, ...] = ("low", "moderate", "high")
_SILENT = {"empty", "failed", "no source"}
_OVERDUE = {"late", "short", "stale"}


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that confidence rests on: its name, what was found, and how good that is."""

    name: str
    finding: str
    level: Level


@dataclass(frozen=True, slots=True)
class Confidence:
    """A level, the inputs it was computed from, and a sentence that says both."""

    level: Level
    inputs: tuple[Input, ...]
    sentence: str


def assess(
    *,
    statuses: Sequence[SourceStatus],
    grades: Mapping[str, str],
    prior_share: float,
    diagnostics: Diagnostics,
    outdated: str = "",
) -> Confidence:
    """Return the confidence that these inputs allow: that of the weakest.

    statuses: one per source. grades: Admiralty grade by source id, such as `B2`; sources that
    have none are left out of that input. prior_share: 0 (all data) to 1 (all prior). diagnostics:
    of the run whose numbers are shown. outdated: what to say if they are an earlier run's.
    """
    inputs = (
        _coverage(statuses),
        _freshness(statuses),
        *_grades(statuses, grades),
        share_input(prior_share),
        _sampler(diagnostics),
        *((Input("age", outdated, "low"),) if outdated else ()),
    )
    return conclude(inputs)


def conclude(inputs: Sequence[Input]) -> Confidence:
    """Return the level of the weakest input and the sentence that names it."""
    lowest = LEVELS[min(LEVELS.index(item.level) for item in inputs)]
    weakest = [item.finding for item in inputs if item.level == lowest]
    return Confidence(
        lowest, tuple(inputs), f"Analytic confidence is {lowest}. {_held(lowest, weakest)}."
    )


def share_input(prior_share: float) -> Input:
    """Return what the share of prior in the numbers says: data speak, or opinion does."""
    finding = f"the numbers are {percent(prior_share)} prior, the rest data"
    return Input("share of prior", finding, _high_if_low(prior_share, high=0.3, moderate=0.6))


def _held(level: Level, weakest: Sequence[str]) -> str:
    if level == "high":
        return "Nothing holds it back"
    inputs = "input" if len(weakest) == 1 else "inputs"
    return f"Its weakest {inputs}: {'; '.join(weakest)}"


def _coverage(statuses: Sequence[SourceStatus]) -> Input:
    heard = [s for s in statuses if s.state not in _SILENT]
    finding = f"{len(heard)} of {len(statuses)} sources answer"
    share = len(heard) / len(statuses) if statuses else 0.0
    return Input("coverage", finding, _high_if_high(share, high=0.9, moderate=0.6))


def _freshness(statuses: Sequence[SourceStatus]) -> Input:
    heard = [s for s in statuses if s.state not in _SILENT]
    fresh = [s for s in heard if s.state not in _OVERDUE]
    finding = f"{len(fresh)} of {len(heard)} answering sources are up to date"
    share = len(fresh) / len(heard) if heard else 0.0
    return Input("freshness", finding, _high_if_high(share, high=0.9, moderate=0.6))


def _grades(statuses: Sequence[SourceStatus], grades: Mapping[str, str]) -> tuple[Input, ...]:
    known = sorted(grades[s.source] for s in statuses if s.source in grades)
    if not known:
        return ()
    middle = known[len(known) // 2]
    level: Level = "high" if middle[0] in "AB" else "moderate" if middle[0] == "C" else "low"
    finding = f"the middle source is graded {middle} on the Admiralty scale"
    return (Input("source grades", finding, level),)


def _sampler(diagnostics: Diagnostics) -> Input:
    if not diagnostics.passed:
        return Input("sampler", f"the sampler failed its checks ({diagnostics.reason})", "low")
    if diagnostics.divergences:
        finding = f"the sampler passed with {diagnostics.divergences} divergent draws"
        return Input("sampler", finding, "moderate")
    return Input("sampler", "the sampler passed every check", "high")


def _high_if_high(value: float, *, high: float, moderate: float) -> Level:
    return "high" if value >= high else "moderate" if value >= moderate else "low"


def _high_if_low(value: float, *, high: float, moderate: float) -> Level:
    return "high" if value <= high else "moderate" if value <= moderate else "low"
