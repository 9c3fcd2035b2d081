"""Every mistake that the checker knows: it is found alone, on its line, with the remedy."""

from pathlib import Path

import pytest

from forecaster.reference.check import examine
from tests.builders_ladders import prior, sound_text, spoiled_text

# Each case: what to spoil, with what ("#!" marks the line), and what the message must say.
CASES = {
    # syntax and shape
    "broken syntax": ('id = "north"', 'id = "north #!', "not TOML"),
    "a key written twice": ('id = "north"', 'id = "north"\nid = "n" #!', "not TOML"),
    "unknown table": ("[[levers]]", "[[leavers]] #!", "did you mean 'levers'"),
    "key before any table": ("[ladder]", 'title = "x" #!\n[ladder]', "outside any table"),
    "unknown key": ("threshold = 5.0", "treshold = 5.0 #!", "did you mean 'threshold'"),
    "misspelt key suggests": ('family = "diplomacy"', 'family = "x"\nnoot = "x" #!', "'note'"),
    "missing key": ('[[regions]]\nid = "border-land"', "[[regions]] #!\n", "has no 'id'"),
    "single brackets": ("[[regions]]", "[regions] #!", "[[regions]]"),
    "double brackets": ("[ladder]", "[[ladder]] #!", "[ladder] once"),
    "measure is not a table": (
        '[[theatres]]\nid = "north"', '[[theatres]]\nmeasure = 3 #!\nid = "far"\nname = "Far"\n'
        'region = "border-land"\n[[theatres]]\nid = "north"', "[theatres.measure]",
    ),
    # kinds
    "zero is not a date": ("starts = 2024-01-01", "starts = 0 #!", "date"),
    "text is not a date": ("starts = 2024-01-01", 'starts = "2024-01-01" #!', "without quotes"),
    "a time is not a date": (
        "starts = 2024-01-01", "starts = 2024-01-01T00:00:00Z #!", "without a time",
    ),
    "a number is not text": ('version = "1"', "version = 1 #!", "text in quotes"),
    "text is not a number": ("threshold = 5.0", 'threshold = "5" #!', "without quotes"),
    "true is not a number": ("by = 1.0", "by = true #!", "number"),
    "true is not a whole number": ("order = 3", "order = true #!", "whole number"),
    "nan is not a number": ("threshold = 20.0", "threshold = nan #!", "finite"),
    "infinity is not a number": ("by = 1.0", "by = inf #!", "finite"),
    "negative lag": ("lag_steps = 2", "lag_steps = -1 #!", "at least 0"),
    "a word is not true": ('sign = "-"', 'sign = "-"\nconcurrent = "true" #!', "true or false"),
    "concurrent with a lag": (
        'sign = "-"', 'sign = "-"\nconcurrent = true\nlag_steps = 1 #!', "concurrent and has a lag",
    ),
    "half-life of nothing": (
        'sign = "-"', 'sign = "-"\nhalf_life_steps = 0 #!', "greater than 0",
    ),
    "empty text": ('name = "Battle"', 'name = " " #!', "empty"),
    "not kebab-case": ('id = "rhetoric"', 'id = "Rhetoric_1" #!', "hyphens"),
    "series id with a space": ('"speech.threats" }', '"speech threats" } #!', "dots"),
    "unknown step": ('step = "week"', 'step = "weeks" #!', "did you mean 'week'"),
    "unknown sign": ('sign = "+"', 'sign = "plus" #!', "+, -, free"),
    "empty list": ('domains = ["kinetic"]', "domains = [] #!", "empty list"),
    "empty series": ('series = ["events.south", "events.coast"]', "series = [] #!", "empty list"),
    "repeated element": ("horizons = [1, 4]", "horizons = [1,\n1] #!", "twice"),
    "a lever on what is gone at once": (
        'sign = "-"\naggregate = "sum"\ntransform = "level"\n\n[[levers]]\nid = "call-talks"\n'
        'name = "Call for talks"\nmoves = ["talks"]',
        'sign = "-"\nconcurrent = true\naggregate = "sum"\ntransform = "level"\n\n[[levers]]\n'
        'id = "call-talks"\nname = "Call for talks"\nmoves = [\n"talks" #!\n]',
        "moves nothing that lasts",
    ),
    "no list": ('moves = ["talks"]', 'moves = "talks" #!', "square brackets"),
    "series is no table": ("series = {}", 'series = "a.b" #!', "table of theatres"),
    # ids
    "duplicate theatre": ('id = "south"', 'id = "north" #!', "used twice"),
    "duplicate rung": ('id = "battle"', 'id = "clashes" #!', "used twice"),
    # head
    "horizon of nothing": ("horizons = [1, 4]", "horizons = [0, 4] #!", "at least 1"),
    "horizons fall": ("horizons = [1, 4]", "horizons = [4, 1] #!", "must rise"),
    "domain without rungs": (
        'domains = ["kinetic"]', 'domains = [\n"kinetic",\n"other" #!\n]', "at least two",
    ),
    # rungs
    "order with a gap": ("order = 3", "order = 5 #!", "0 to 3"),
    "order repeated": ("order = 2", "order = 1 #!", "0 to 3"),
    "thresholds do not rise": ("threshold = 20.0", "threshold = 5.0 #!", "must rise"),
    "measured above judged": (
        'id = "clashes"\nname = "Clashes"\nmeaning = "Fire is exchanged."\ndomain = "kinetic"\n'
        'resolution = "measured"\nthreshold = 5.0\n\n[[rungs]]\norder = 2\nid = "battle"\n'
        'name = "Battle"\nmeaning = "Fire is exchanged all day."\ndomain = "kinetic"\n'
        'resolution = "measured"',
        'id = "clashes"\nname = "Clashes"\nmeaning = "m"\ndomain = "kinetic"\n'
        'resolution = "judged"\ncriteria = "c"\nresolved_by = "r"\nresolve_within_days = 1\n'
        '[[rungs]]\norder = 2\nid = "battle"\nname = "Battle"\nmeaning = "m"\n'
        'domain = "kinetic"\nresolution = "measured" #!',
        "above the judged rung 'clashes'",
    ),
    "measured without threshold": (
        '[[rungs]]\norder = 2', '[[rungs]] #!\norder = 2', "has no 'threshold'",
    ),
    "judged without criteria": (
        '[[rungs]]\norder = 3', "[[rungs]] #!\norder = 3", "has no 'criteria'",
    ),
    "judged without resolver": (
        '[[rungs]]\norder = 3', "[[rungs]] #!\norder = 3", "has no 'resolved_by'",
    ),
    "judged without deadline": (
        '[[rungs]]\norder = 3', "[[rungs]] #!\norder = 3", "has no 'resolve_within_days'",
    ),
    "judged with a threshold": (
        'criteria = "Either', 'threshold = 50 #!\ncriteria = "Either', "only measured",
    ),
    "lowest with a threshold": ("order = 0", "order = 0\nthreshold = 0.5 #!", "no 'threshold'"),
    "lowest with regions": (
        "order = 0", 'order = 0\nregions = ["border-land"] #!', "no 'regions'",
    ),
    "rung of an unknown domain": (
        "[[regions]]", '[[rungs]]\norder = 0\nid = "x"\nname = "x"\nmeaning = "x"\n'
        'domain = "kinetics" #!\nresolution = "measured"\n[[regions]]', "did you mean 'kinetic'",
    ),
    "rung in an unknown region": (
        'regions = ["border-land"]', 'regions = [\n"border-land",\n"borderland", #!\n]',
        "did you mean 'border-land'",
    ),
    "share cut at zero": ("threshold = 5.0", "threshold = 0.0 #!", "above 0"),
    # theatres
    "theatre in an unknown region": (
        'name = "North"\nregion = "border-land"', 'name = "North"\nregion = "border" #!',
        "no region is called 'border'",
    ),
    "share without denominator": (
        '[theatres.measure]\nkind = "share"\nseries = "events.north"\ndenominator = "*"',
        '[theatres.measure] #!\nkind = "share"\nseries = "events.north"',
        "has no 'denominator'",
    ),
    "measures differ": (
        'kind = "share"\nseries = ["events.south", "events.coast"]\ndenominator = "*"',
        'kind = "value" #!\nseries = "events.south"', "make them alike",
    ),
    "theatre with nothing to climb": (
        "[[indicators]]", '[[regions]]\nid = "sea"\nname = "Sea"\n[[theatres]] #!\nid = "bay"\n'
        'name = "Bay"\nregion = "sea"\n[[indicators]]', "no rung to climb to",
    ),
    "panel of an unknown drop": (
        "[[drops]]", '[panel]\nsource = "speech" #!\nunit = "pair"\nregion = "border-land"\n'
        "risk_window_years = 5\n[[drops]]", "no drop is called 'speech'",
    ),
    "panel of state pairs without their regions": (
        "[[drops]]", '[panel]\nsource = "speeches"\nunit = "pair"\nregion = "border-land"\n'
        'risk_window_years = 20\nnaming = "cow-pair" #!\n[[drops]]', "'americas'",
    ),
    "panel named in an unknown way": (
        "[[drops]]", '[panel]\nsource = "speeches"\nunit = "pair"\nregion = "border-land"\n'
        'risk_window_years = 20\nnaming = "cow" #!\n[[drops]]', "cow-pair",
    ),
    "panel of a drop without units": (
        "[[drops]]", '[panel]\nsource = "speeches" #!\nunit = "pair"\nregion = "border-land"\n'
        "risk_window_years = 5\n[[drops]]", "has no 'series_column'",
    ),
    # what is watched
    "indicator for an unknown theatre": (
        'series = { "*" = "speech.threats" }',
        '[indicators.series]\nnorht = "speech.threats" #!\n[[indicators]]\nid = "other"\n'
        'name = "o"\nfamily = "o"\nseries = {}', "did you mean 'north'",
    ),
    "indicator called spread": ('id = "talks"', 'id = "spread" #!', "another id"),
    "lever moves nothing known": ('moves = ["talks"]', 'moves = ["talk"] #!', "mean 'talks'"),
    "drop without series": (
        '[[drops]]\nid = "speeches"', '[[drops]] #!\nid = "speeches"', "has no series",
    ),
    "drop with two series": (
        'series = "speech.threats"\n', 'series = "speech.threats"\nseries_column = "s" #!\n',
        "keep one",
    ),
    "sql without query": (
        '[[drops]]\nid = "speeches"\nformat = "csv"',
        '[[drops]] #!\nid = "speeches"\nformat = "sql"', "no 'query'",
    ),
    "query without sql": ('value_column = "n"', 'value_column = "n"\nquery = "x" #!', "sql"),
    "sheet without xlsx": ('value_column = "n"', 'value_column = "n"\nsheet = "x" #!', "xlsx"),
    "bounds the wrong way": (
        'value_column = "n"', 'value_column = "n"\nminimum = 5 #!\nmaximum = 1', "swap",
    ),
    "grade that is none": ('value_column = "n"', 'value_column = "n"\ngrade = "G1" #!', "A-F"),
    # couplings
    "coupling to no ladder": (
        "[[drops]]", '[[couplings]]\nladder = "nato-rusia" #!\ndomain = "kinetic"\n[[drops]]',
        "did you mean 'nato-russia'",
    ),
    "coupling to no domain": (
        "[[drops]]", '[[couplings]]\nladder = "nato-russia"\ndomain = "kinetics" #!\n[[drops]]',
        "did you mean 'kinetic'",
    ),
    "coupling written twice": (
        "[[drops]]",
        '[[couplings]]\nladder = "nato-russia"\ndomain = "kinetic"\n[[couplings]] #!\n'
        'ladder = "nato-russia"\ndomain = "kinetic"\n[[drops]]', "written twice",
    ),
    "coupling to itself": (
        'id = "border"', 'id = "nato-russia"\n[[couplings]]\nladder = "nato-russia" #!\n'
        'domain = "kinetic"\n[ladder.more]', "cannot drive itself",
    ),
    "reaction of nothing": (
        "\n[[priors]]", prior("reaction.talk", "normal", "mean = 0.0, sd = 1.0").replace(
            'id = "reaction.talk"', 'id = "reaction.talk" #!') + "\n[[priors]]",
        "did you mean 'reaction.talks'",
    ),
    "prior of a coupling that is none": (
        "\n[[priors]]", prior("coupling.rate.a.b", "normal", "mean = 0.0, sd = 1.0").replace(
            'id = "coupling.rate.a.b"', 'id = "coupling.rate.a.b" #!') + "\n[[priors]]",
        "about nothing",
    ),
    # priors
    "unknown distribution": (
        'distribution = "beta"', 'distribution = "gama" #!', "did you mean 'gamma'",
    ),
    "parameter out of range": (
        "parameters = { sd = 1.0 }", "parameters = { sd = 0.0 } #!", "greater than 0",
    ),
    "parameter missing": (
        "parameters = { mean = 1.0, sd = 1.0 }", "parameters = { mean = 1.0 } #!", "'sd'",
    ),
    "parameter unknown": (
        "parameters = { alpha = 9.0, beta = 1.0 }",
        "parameters = { alpha = 9.0, beta = 1.0, betta = 1.0 } #!", "did you mean 'beta'",
    ),
    "parameter that is text": (
        "parameters = { sd = 1.0 }", 'parameters = { sd = "1" } #!', "'parameters.sd'",
    ),
    "effect of nothing": (
        "\n[[priors]]", prior("effect.retoric", "half_normal", "sd = 1.0").replace(
            'id = "effect.retoric"', 'id = "effect.retoric" #!') + "\n[[priors]]",
        "did you mean 'effect.rhetoric'",
    ),
    "entering a measured rung": (
        "\n[[priors]]", prior("enter.kinetic.battle", "half_normal", "sd = 1.0").replace(
            'battle"', 'battle" #!') + "\n[[priors]]", "about nothing",
    ),
}  # fmt: skip

GONE = {
    "measured without threshold": "threshold = 20.0\n",
    "judged without criteria": 'criteria = "Either government declares war."\n',
    "judged without resolver": 'resolved_by = "two analysts"\n',
    "judged without deadline": "resolve_within_days = 7\n",
    "drop without series": 'series = "speech.threats"\n',
}
"""Lines that these cases take out, besides marking where the mistake stands."""


def test_the_ladder_that_is_spoiled_is_sound() -> None:
    assert examine(sound_text(), folder=Path()).mistakes == ()


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_found_on_its_line(name: str) -> None:
    old, new, says = CASES[name]
    text, line = spoiled_text(old, new, gone=GONE.get(name, ""))
    mistakes = examine(text, folder=Path()).mistakes
    assert [m.line for m in mistakes if says in m.message] == [line], mistakes
