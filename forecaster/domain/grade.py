"""Admiralty grades: how far a source is trusted, and what that leaves of its figures.

A grade is a letter and a digit, such as `B2`: the reliability of the source from A (completely
reliable) to E (unreliable), and the credibility of what it says from 1 (confirmed by others) to 5
(improbable). F and 6 say that nobody can judge.
"""

RELIABILITY = {"A": 1.0, "B": 0.9, "C": 0.75, "D": 0.5, "E": 0.25, "F": 0.5}
"""What the letter leaves of a reliability ratio; see `reliability_ratio`."""

CREDIBILITY = {"1": 1.0, "2": 0.9, "3": 0.75, "4": 0.5, "5": 0.25, "6": 0.5}
"""What the digit leaves of a reliability ratio; see `reliability_ratio`."""

UNGRADED = "F6"
"""The grade of a source that nobody has graded: neither can be judged."""


def reliability_ratio(grade: str) -> float:
    """Return the share of the variance of an indicator that is signal, in (0, 1].

    The reliability ratio of errors in variables (Fuller 1987, Measurement Error Models, section
    1.1): what is read is the truth plus an error of its own, and the ratio is the variance of the
    truth over that of what is read. 1 is a figure without error.

    The ratios are a judgement, not an estimate: one grade says nothing in numbers. The best grade
    takes nothing away, so that A1 is believed as it stands; no step down takes less than the one
    before it; the worst still leaves a little, because an indicator that says nothing is better
    left out of the ladder. What cannot be judged may be anything, and is taken for D or 4: not
    usually reliable, or doubtful. Letter and digit are judged apart, so their ratios multiply.

    Raises:
        ValueError: it is not an Admiralty grade.
    """
    letter, digit = grade[:1], grade[1:]
    if letter not in RELIABILITY or digit not in CREDIBILITY:
        raise ValueError(f"{grade!r} is no Admiralty grade: give A-F and 1-6, like B2")
    return RELIABILITY[letter] * CREDIBILITY[digit]
