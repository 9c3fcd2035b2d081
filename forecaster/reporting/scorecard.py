"""The scorecard: how past forecasts did, told before any new one.

What was published is judged by its own record as soon as that is long enough to have intervals;
until then a backtest of the same forecaster stands in, and says so. The two are never mixed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from forecaster.domain.backtest import Score
from forecaster.domain.ladder import Step
from forecaster.domain.run import Run
from forecaster.reporting.phrases import counted, day, signed, span
from forecaster.reporting.sections import ScoreBasis, Scorecard, ScorecardRow

HEADS = (
    *("Ahead", "Come due", "Known from", "Scored"),
    *("RPS", "Best reference", "Skill", "Slope"),
)
COUNTS = frozenset({1, 3, 4})
"""Places of the heads whose cells are bare numbers."""
KEY = (
    "RPS: ranked probability score, 0 best, 1 worst. Skill: share of the best reference's RPS that "
    "is saved, with its 95 % interval; that reference is chosen after the fact. Slope of what came "
    "on the chance of reaching the next rung up, with its 90 % interval: 1 is calibrated, below 1 "
    "too bold."
)
_DASH = "–"


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """Scores of past forecasts that were settled as of a run, over all theatres and rungs.

    live: of what was published. backtest: of the run's own forecaster in the backtest of that id.
    Each has `rps`, `rps_skill_best` and `next_rung_slope` by horizon, as far as there are any.
    """

    live: tuple[Score, ...] = ()
    backtest_id: str = ""
    backtest: tuple[Score, ...] = ()


NO_RECORD = TrackRecord()


def build(run: Run, record: TrackRecord, step: Step, headline: int) -> Scorecard:
    """Return the scorecard of a run; without any record it is one sentence that says so."""
    scored = (s.horizon_steps for s in (*record.live, *record.backtest) if s.score == "rps")
    horizons = sorted(set(scored))
    rows = tuple(_row(record, horizon) for horizon in horizons)
    told = {row.horizon_steps: row for row in rows}
    return Scorecard(_sentences(run, told.get(headline), span(headline, step)), rows)


def cells(row: ScorecardRow, step: Step) -> tuple[str, ...]:
    """Return a row as it is printed under its heads; a dash stands where there is no figure."""
    return (
        span(row.horizon_steps, step),
        f"{row.due:,}",
        _known_from(row),
        f"{row.n:,}",
        _DASH if row.rps is None else f"{row.rps:.4f}",
        row.reference or _DASH,
        _skill(row),
        _slope(row),
    )


def _row(record: TrackRecord, horizon: int) -> ScorecardRow:
    live = {s.score: s for s in record.live if s.horizon_steps == horizon}
    stored = {s.score: s for s in record.backtest if s.horizon_steps == horizon}
    sure = live.get("rps_skill_best")
    basis: ScoreBasis = "backtest" if "rps" in stored else "too short"
    if sure is not None and sure.lower is not None:
        basis = "live"
    found = stored if basis == "backtest" else live
    skill, slope = found.get("rps_skill_best"), found.get("next_rung_slope")
    if basis == "too short":
        skill = slope = None
    itself = skill is not None and skill.reference == skill.forecaster
    return ScorecardRow(
        horizon_steps=horizon,
        due=live["rps"].n if "rps" in live else 0,
        basis=basis,
        backtest=record.backtest_id if basis == "backtest" else "",
        n=found["rps"].n,
        rps=found["rps"].value,
        reference=skill.reference if skill else "",
        skill=skill.value if skill and not itself else None,
        skill_lower=skill.lower if skill and not itself else None,
        skill_upper=skill.upper if skill and not itself else None,
        slope=slope.value if slope else None,
        slope_lower=slope.lower if slope else None,
        slope_upper=slope.upper if slope else None,
    )


def _known_from(row: ScorecardRow) -> str:
    if row.basis == "backtest":
        return f"backtest {row.backtest}"
    return "live" if row.basis == "live" else "live, too short"


def _skill(row: ScorecardRow) -> str:
    if row.skill is None:
        return "is that itself" if row.reference else _DASH
    ends = _ends(row.skill_lower, row.skill_upper, lambda end: signed(100 * end, 1))
    return f"{signed(100 * row.skill, 1)} %{ends}"


def _slope(row: ScorecardRow) -> str:
    if row.slope is None:
        return _DASH
    ends = _ends(row.slope_lower, row.slope_upper, lambda end: _plain(end, 2))
    return f"{_plain(row.slope, 2)}{ends}"


def _plain(value: float, digits: int) -> str:
    return signed(value, digits).removeprefix("+")


def _ends(lower: float | None, upper: float | None, say: Callable[[float], str]) -> str:
    return "" if lower is None or upper is None else f" ({say(lower)} to {say(upper)})"


def _sentences(run: Run, row: ScorecardRow | None, ahead: str) -> tuple[str, ...]:
    by = f"for {ahead} ahead had come due by {day(run.as_of)}"
    lead = f"No forecast {by}"
    if row and row.due:
        lead = f"{counted(row.due, 'forecast')} {by}, over too short a time to judge by"
    if row is None or row.basis == "too short":
        return (f"{lead}, and no backtest of its forecaster ({run.family}) was settled by then.",)
    if row.basis == "live":
        subject = f"The {counted(row.n, 'forecast')} for {ahead} ahead that have come due"
        return (_compared(row, subject), *_reliable(row))
    subject = f"In a backtest, {counted(row.n, 'such forecast')}"
    return (f"{lead}.", _compared(row, subject), *_reliable(row))


def _compared(row: ScorecardRow, subject: str) -> str:
    """Return how forecasts did beside the best reference, the verdict before its figures."""
    if row.skill is None:
        if row.reference:
            return f"{subject} were closer to what came than those of any other reference."
        return f"{subject} were scored, and no reference beside them."
    low, high = row.skill_lower, row.skill_upper
    figures = f"the best reference, {row.reference}: their error (RPS) was {_size(row.skill)}"
    if low is None or high is None:
        return f"{subject} were compared with {figures}."
    closer = "closer to what came than" if row.skill >= 0 else "further from what came than"
    doubt = "may have been no" if low <= 0 <= high else "were"
    return f"{subject} {doubt} {closer} {figures} (95 % interval: {_range(low, high)})."


def _size(skill: float) -> str:
    return f"{_amount(skill)} {'smaller' if skill >= 0 else 'larger'}"


def _range(low: float, high: float) -> str:
    if low >= 0 or high <= 0:
        first, last = sorted((low, high), key=abs)
        return f"{_amount(first)} to {_size(last)}"
    return f"{_size(low)} to {_size(high)}"


def _amount(skill: float) -> str:
    size = 100 * abs(skill)
    return f"{size:.0f} %" if size >= 9.95 else f"{size:.1f} %"


def _reliable(row: ScorecardRow) -> tuple[str, ...]:
    """Return whether probabilities meant what they said, nothing where nobody can tell."""
    low, high = row.slope_lower, row.slope_upper
    if row.slope is None or low is None or high is None:
        return ()
    said = "meant what they said" if low <= 1 <= high else "were too bold"
    if low > 1:
        said = "were too timid"
    figures = f"reliability slope {_slope(row)}, where 1 is calibrated"
    return (f"Their probabilities of reaching the next rung up {said}: {figures}.",)
