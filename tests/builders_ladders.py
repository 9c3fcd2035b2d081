"""Small ladder files for tests: a sound one to spoil, and ones of any height."""

from collections.abc import Sequence

SOUND = """\
# A border crisis, small enough to read at once.
[ladder]
id = "border"
version = "1"
name = "Border crisis"
step = "week"
starts = 2024-01-01
horizons = [1, 4]
domains = ["kinetic"]

[[rungs]]
order = 0
id = "calm"
name = "Calm"
meaning = "Nothing to report."
domain = "kinetic"
resolution = "measured"

[[rungs]]
order = 1
id = "clashes"
name = "Clashes"
meaning = "Fire is exchanged."
domain = "kinetic"
resolution = "measured"
threshold = 5.0

[[rungs]]
order = 2
id = "battle"
name = "Battle"
meaning = "Fire is exchanged all day."
domain = "kinetic"
resolution = "measured"
threshold = 20.0

[[rungs]]
order = 3
id = "war"
name = "War"
meaning = "War is declared."
domain = "kinetic"
resolution = "judged"
criteria = "Either government declares war."
resolved_by = "two analysts"
resolve_within_days = 7
regions = ["border-land"]

[[regions]]
id = "border-land"
name = "The border"

[[theatres]]
id = "north"
name = "North"
region = "border-land"
[theatres.measure]
kind = "share"
series = "events.north"
denominator = "*"

[[theatres]]
id = "south"
name = "South"
region = "border-land"
[theatres.measure]
kind = "share"
series = ["events.south", "events.coast"]
denominator = "*"

[[indicators]]
id = "rhetoric"
name = "Rhetoric"
family = "rhetoric"
series = { "*" = "speech.threats" }
route = "purposeful"
sign = "+"
aggregate = "sum"
transform = "log1p"

[[indicators]]
id = "talks"
name = "Talks"
family = "diplomacy"
series = {}
route = "descent"
sign = "-"
aggregate = "sum"
transform = "level"

[[levers]]
id = "call-talks"
name = "Call for talks"
moves = ["talks"]
by = 1.0
lag_steps = 2
assumption = "Both sides come."

[[drops]]
id = "speeches"
format = "csv"
location = "speeches.csv"
observed_column = "day"
value_column = "n"
series = "speech.threats"
"""

_PRIORS = {
    "level.mean": ("normal", "mean = 1.0, sd = 1.0"),
    "level.spread": ("half_normal", "sd = 1.0"),
    "persistence": ("beta", "alpha = 9.0, beta = 1.0"),
    "volatility.median": ("log_normal", "median = 0.2, sigma = 0.5"),
    "volatility.spread": ("half_normal", "sd = 0.3"),
    "noise.median": ("log_normal", "median = 0.2, sigma = 0.5"),
    "noise.spread": ("half_normal", "sd = 0.3"),
    "common.loading": ("half_normal", "sd = 0.2"),
    "effect.spread": ("half_normal", "sd = 0.01"),
    "effect.rhetoric": ("normal", "mean = 0.0, sd = 0.02"),
    "enter.spread": ("half_normal", "sd = 0.7"),
    "enter.kinetic.war": ("log_normal", "median = 0.001, sigma = 1.0"),
    "leave.kinetic.war": ("beta", "alpha = 1.0, beta = 9.0"),
}


def prior(id: str, distribution: str, parameters: str) -> str:
    """Return the text of one prior."""
    return (
        f'\n[[priors]]\nid = "{id}"\nquestion = "How much?"\n'
        f'distribution = "{distribution}"\nparameters = {{ {parameters} }}\n'
    )


def sound_text() -> str:
    """Return a ladder file without a mistake, with something in every table but the panel."""
    return SOUND + "".join(prior(id, *rest) for id, rest in _PRIORS.items())


def spoiled_text(old: str, new: str, *, gone: str = "") -> tuple[str, int]:
    """Return the sound file with the first `old` made `new`, and the line of `#!` in it.

    `gone` is text below that which is taken out as well.
    """
    text = sound_text()
    assert old in text, f"the sound ladder has no {old!r} to spoil"
    assert gone in text, f"the sound ladder has no {gone!r} to take out"
    text = text.replace(old, new, 1)
    line = text[: text.index("#!")].count("\n") + 1
    return text.replace(gone, "", 1), line


def tall_text(thresholds: Sequence[float]) -> str:
    """Return a ladder file with one measured rung above the lowest for each of `thresholds`."""
    head, tail = SOUND[: SOUND.index("[[rungs]]")], SOUND[SOUND.index("[[regions]]") :]
    lowest = SOUND[SOUND.index("[[rungs]]") : SOUND.index("[[rungs]]\norder = 1")]
    rungs = "".join(
        f'[[rungs]]\norder = {order}\nid = "rung-{order}"\nname = "Rung {order}"\n'
        f'meaning = "More."\ndomain = "kinetic"\nresolution = "measured"\n'
        f"threshold = {threshold!r}\n\n"
        for order, threshold in enumerate(thresholds, start=1)
    )
    priors = (prior(id, *rest) for id, rest in _PRIORS.items() if "kinetic" not in id)
    return head + lowest + rungs + tail + "".join(priors)
