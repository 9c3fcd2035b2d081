"""Every probability has exactly one wording, and wordings rise with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecaster.errors import ReportError
from forecaster.reporting import words
from forecaster.reporting.words import ICD_203, PHIA, Vocabulary, likelihood, percent, shown

probabilities = st.floats(0.0, 1.0)
vocabularies = st.sampled_from([ICD_203, PHIA])


def _numeric(number: str) -> float:
    bare = number.removesuffix(" %")
    return {"below 0.1": 0.0, "above 99.9": 100.0}.get(bare) or float(
        bare.replace("below 0.1", "0")
    )


def _rank(term: str, number: float, vocabulary: Vocabulary) -> float:
    terms = [band.term for band in vocabulary.bands]
    if not term:
        return -1.0 if number < 50 else 99.0
    if term in terms:
        return float(terms.index(term))
    lower, upper = term.removeprefix("between ").split(" and ")
    assert terms.index(upper) == terms.index(lower) + 1
    return terms.index(lower) + 0.5


@given(probabilities, vocabularies)
def test_every_probability_has_one_wording_with_its_number(p, vocabulary):
    said = likelihood(p, vocabulary)
    assert said.number in said.text
    assert bool(said.term) == (1 <= shown(p) <= 99)
    holding = [b for b in vocabulary.bands if b.low <= shown(p) <= b.high]
    assert len(holding) <= 1
    if holding:
        assert said.term == holding[0].term
    elif said.term:
        assert vocabulary is PHIA
        assert said.term.startswith("between ")


@given(probabilities, probabilities, vocabularies)
def test_words_and_numbers_never_fall_as_the_probability_rises(p, q, vocabulary):
    low, high = sorted((p, q))
    below, above = likelihood(low, vocabulary), likelihood(high, vocabulary)
    first, second = _numeric(below.number), _numeric(above.number)
    assert first <= second
    assert _rank(below.term, first, vocabulary) <= _rank(above.term, second, vocabulary)
    assert words.level(low) <= words.level(high)


@given(probabilities)
def test_a_simulated_probability_never_prints_as_impossible_or_certain(p):
    assert percent(p) not in ("0 %", "0.0 %", "100 %", "100.0 %")
    assert words.brief(p) not in ("0", "0.0", "100", "100.0")


@given(probabilities)
def test_what_is_printed_is_near_what_is_meant(p):
    assert abs(shown(p) - 100 * p) <= (0.51 if 0.0095 <= p <= 0.9905 else 0.11)


@given(probabilities)
def test_the_printed_number_and_its_complement_add_up(p):
    if abs(100 * p % 1 - 0.5) > 1e-6:
        assert shown(p) + shown(1 - p) == pytest.approx(100.0, abs=1e-9)


@given(probabilities, probabilities)
def test_an_interval_always_shows_an_end_of_each(p, q):
    low, high = sorted((p, q))
    said = words.interval(low, high)
    assert said.startswith("(90 % interval ")
    assert said.endswith(" %)")
    assert percent(high).removesuffix(" %") in said


@given(st.floats().filter(lambda x: not 0.0 <= x <= 1.0))
def test_what_is_no_probability_is_refused(x):
    with pytest.raises(ReportError, match="between 0 and 1"):
        percent(x)


def test_icd_bands_meet_and_phia_bands_leave_gaps():
    def gaps(vocabulary):
        pairs = zip(vocabulary.bands, vocabulary.bands[1:], strict=False)
        return [b.low - a.high - 1 for a, b in pairs]

    assert gaps(ICD_203) == [0] * 6
    assert all(gap > 0 for gap in gaps(PHIA))
    for vocabulary in (ICD_203, PHIA):
        assert (vocabulary.bands[0].low, vocabulary.bands[-1].high) == (1, 99)


@pytest.mark.parametrize(
    ("p", "icd", "phia"),
    [
        (0.0, "below 0.1 %", "below 0.1 %"),
        (0.003, "0.3 %", "0.3 %"),
        (0.03, "almost no chance (3 %)", "remote chance (3 %)"),
        (0.07, "very unlikely (7 %)", "between remote chance and highly unlikely (7 %)"),
        (0.37, "unlikely (37 %)", "between unlikely and realistic possibility (37 %)"),
        (0.5, "roughly even chance (50 %)", "between realistic possibility and likely (50 %)"),
        (0.62, "likely (62 %)", "likely (62 %)"),
        (0.796, "very likely (80 %)", "highly likely (80 %)"),
        (0.95, "almost certain (95 %)", "almost certain (95 %)"),
        (0.996, "99.6 %", "99.6 %"),
        (1.0, "above 99.9 %", "above 99.9 %"),
    ],
)
def test_wordings(p, icd, phia):
    assert likelihood(p).text == icd
    assert likelihood(p, PHIA).text == phia


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.12, 0.31, "(90 % interval 12–31 %)"),
        (0.0002, 0.004, "(90 % interval below 0.1 % to 0.4 %)"),
        (0.123, 0.124, "(90 % interval about 12 %)"),
        (0.0, 0.0003, "(90 % interval below 0.1 %)"),
    ],
)
def test_intervals(low, high, said):
    assert words.interval(low, high) == said


def test_an_interval_upside_down_is_refused():
    with pytest.raises(ReportError, match="swap"):
        words.interval(0.4, 0.2)


def test_only_what_is_certain_by_definition_prints_as_such():
    assert (percent(0.0, exact=True), percent(1.0, exact=True)) == ("0 %", "100 %")
    assert percent(0.3, exact=True) == "30 %"


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.62, "is likely (62 %)"),
        (0.5, "has a roughly even chance (50 %)"),
        (0.03, "has almost no chance (3 %)"),
        (0.003, "has a probability of 0.3 %"),
    ],
)
def test_sentences_stay_english(p, said):
    assert likelihood(p).predicate == said
