"""Likelihood words, never without their number.

The word is chosen from the number as printed, so that the two can never disagree. Numbers below
1 % and above 99 % stand alone: there a word hides more than it tells.

ICD 203 is the analytic standard of the United States intelligence community; its bands meet. The
PHIA yardstick (Professional Head of Intelligence Assessment, United Kingdom) leaves gaps between
its bands; a number in a gap is said to lie between the two terms.
"""

from dataclasses import dataclass
from math import floor

from forecaster.errors import ReportError


@dataclass(frozen=True, slots=True)
class Band:
    """One term and the whole percentages that it covers, both ends included."""

    term: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One row of terms, from the least to the most likely; rows are never mixed."""

    id: str
    name: str
    bands: tuple[Band, ...]


ICD_203 = Vocabulary(
    "icd-203",
    "ICD 203",
    (
        Band("almost no chance", 1, 4),
        Band("very unlikely", 5, 19),
        Band("unlikely", 20, 44),
        Band("roughly even chance", 45, 54),
        Band("likely", 55, 79),
        Band("very likely", 80, 94),
        Band("almost certain", 95, 99),
    ),
)
PHIA = Vocabulary(
    "phia",
    "PHIA yardstick",
    (
        Band("remote chance", 1, 5),
        Band("highly unlikely", 10, 20),
        Band("unlikely", 25, 35),
        Band("realistic possibility", 40, 49),
        Band("likely", 55, 75),
        Band("highly likely", 80, 90),
        Band("almost certain", 95, 99),
    ),
)
VOCABULARIES = {v.id: v for v in (ICD_203, PHIA)}

_NOUNS = {
    "almost no chance": "almost no chance",
    "roughly even chance": "a roughly even chance",
    "remote chance": "a remote chance",
    "realistic possibility": "a realistic possibility",
}


@dataclass(frozen=True, slots=True)
class Likelihood:
    """A probability as a reader meets it. `term` is empty where the number stands alone."""

    number: str
    term: str

    @property
    def text(self) -> str:
        """Return `likely (62 %)`, or the number alone."""
        return f"{self.term} ({self.number})" if self.term else self.number

    @property
    def predicate(self) -> str:
        """Return what follows an event at the head of a sentence: `is likely (62 %)`."""
        if not self.term:
            return f"has a probability of {self.number}"
        said = f"has {_NOUNS[self.term]}" if self.term in _NOUNS else f"is {self.term}"
        return f"{said} ({self.number})"


def percent(probability: float, *, exact: bool = False) -> str:
    """Return the probability in percent, never `0 %` or `100 %` unless `exact`.

    A simulated probability of 0 means that no path got there, which is not the same as
    impossible; `exact` is for what is certain by definition.

    Raises:
        ReportError: not a number between 0 and 1.
    """
    if exact and probability in (0.0, 1.0):
        return f"{probability:.0%}".replace("%", " %")
    return f"{_bare(shown(probability))} %"


def likelihood(probability: float, vocabulary: Vocabulary = ICD_203) -> Likelihood:
    """Return the one wording of `probability` in `vocabulary`.

    Raises:
        ReportError: not a number between 0 and 1.
    """
    return Likelihood(percent(probability), _term(shown(probability), vocabulary))


def interval(lower: float, upper: float) -> str:
    """Return `(90 % interval 12–31 %)`.

    Raises:
        ReportError: a bound is no probability, or they are in the wrong order.
    """
    return f"(90 % interval {bounds(lower, upper)})"


def bounds(lower: float, upper: float) -> str:
    """Return `12–31 %`; one number if both ends print the same.

    Raises:
        ReportError: a bound is no probability, or they are in the wrong order.
    """
    if lower > upper:
        raise ReportError(f"an interval runs from low to high, got {lower} to {upper}: swap them")
    low, high = _bare(shown(lower)), _bare(shown(upper))
    if low == high:
        return f"{low} %" if " " in low else f"about {low} %"
    if " " in low or " " in high:
        return f"{low} % to {high} %"
    return f"{low}–{high} %"


def brief(probability: float) -> str:
    """Return the bare number for a narrow column whose head says per cent: `12`, `<0.1`."""
    return _bare(shown(probability)).replace("below ", "<").replace("above ", ">")


def brief_bounds(lower: float, upper: float) -> str:
    """Return an interval for a narrow column: `2–27`, `<0.1–0.5`; both ends always stand."""
    return f"{brief(lower)}–{brief(upper)}"


def shown(probability: float) -> float:
    """Return the percentage as printed: whole from 1 to 99, tenths outside, 0 and 100 censored.

    0 stands for "below 0.1" and 100 for "above 99.9". Never falls as `probability` rises.

    Raises:
        ReportError: not a number between 0 and 1.
    """
    if not 0.0 <= probability <= 1.0:
        raise ReportError(
            f"a probability lies between 0 and 1, got {probability!r}: correct what published it"
        )
    if probability > 0.5:
        return round(100.0 - _shown_low(1.0 - probability), 1)
    return _shown_low(probability)


def level(probability: float) -> int:
    """Return 0 (below 1 %) to 8 (above 99 %), the ICD 203 band in between: for colours."""
    value = shown(probability)
    if value < 1:
        return 0
    reached = [i for i, band in enumerate(ICD_203.bands, start=1) if value >= band.low]
    return 8 if value > 99 else reached[-1]


def _shown_low(probability: float) -> float:
    percentage = 100.0 * probability
    if percentage < 0.1:
        return 0.0
    if percentage < 0.95:
        return floor(percentage * 10 + 0.5) / 10
    return float(floor(percentage + 0.5))


def _bare(value: float) -> str:
    if value == 0.0:
        return "below 0.1"
    if value == 100.0:
        return "above 99.9"
    return f"{value:.0f}" if 1 <= value <= 99 else f"{value:.1f}"


def _term(value: float, vocabulary: Vocabulary) -> str:
    if not 1 <= value <= 99:
        return ""
    below = [band for band in vocabulary.bands if band.low <= value]
    if value <= below[-1].high:
        return below[-1].term
    return f"between {below[-1].term} and {vocabulary.bands[len(below)].term}"
