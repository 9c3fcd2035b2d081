"""What may stand in a ladder file about what is watched, moved, read and believed."""

from typing import get_args, get_type_hints

from forecaster.domain import indicator as watched
from forecaster.domain import ladder as ladders
from forecaster.domain.prior import Distribution, Prior
from forecaster.reference import kinds
from forecaster.reference.kinds import COUNT
from forecaster.reference.table import Key, Table, words

_FORMATS = get_args(get_type_hints(ladders.Drop)["format"])

INDICATORS = Table(
    "indicators",
    watched.Indicator,
    "any number",
    "Something watched, and what is expected of it.",
    (
        Key("id", kinds.SLUG, "Its id."),
        Key("name", kinds.TEXT, "Its name in reports."),
        Key("family", kinds.SLUG, "The group it is shown in, such as aid or prices."),
        Key(
            "series",
            kinds.BY_THEATRE,
            'Which series is read for which theatre; `"*"` serves all others, several add up, '
            "and `{}` declares an indicator that has no source yet.",
        ),
        Key("route", words(watched.Route), "The way by which it acts."),
        Key("sign", words(watched.Sign), "What more of it is expected to do to tension."),
        Key("aggregate", words(watched.Aggregate), "How values in one step become one."),
        Key("transform", words(watched.Transform), "What is done to that before use."),
        Key("lag_steps", kinds.whole(least=0), "Steps until it acts."),
        Key(
            "half_life_steps",
            kinds.number(above=0.0),
            "Steps in which its last value fades by half in a forecast.",
        ),
        Key(
            "concurrent",
            kinds.BOOLEAN,
            "Whether it acts on what is seen in its own step alone, as a salvo does, and not on "
            "what lasts; it has no lag, and theatres that read no series of it are left alone.",
        ),
        Key("note", kinds.TEXT, "Why, and what to beware of."),
    ),
)

PRIORS = Table(
    "priors",
    Prior,
    "any number",
    "What is believed before the data, in words that an analyst can answer.",
    (
        Key("id", kinds.DOTTED, "What it is about; the ids that are needed are listed below."),
        Key("question", kinds.TEXT, "The question that the distribution answers."),
        Key("distribution", words(Distribution), "Its form."),
        Key("parameters", kinds.PARAMETERS, "Its parameters; see below for their names."),
        Key("unit", kinds.TEXT, "The unit of the answer."),
    ),
)

LEVERS = Table(
    "levers",
    ladders.Lever,
    "any number",
    "Something that a decision can move.",
    (
        Key("id", kinds.SLUG, "Its id."),
        Key("name", kinds.TEXT, "Its name in reports."),
        Key("moves", kinds.list_of(kinds.SLUG), "The indicators it moves."),
        Key("by", kinds.number(), "By how much, in standard deviations of each; may be negative."),
        Key("lag_steps", kinds.whole(least=0), "Steps until they have moved."),
        Key("assumption", kinds.TEXT, "What must be true for it to work, in one sentence."),
    ),
)

COUPLINGS = Table(
    "couplings",
    ladders.Coupling,
    "any number",
    "Another ladder that drives this one, by how high its theatres stand.",
    (
        Key(
            "ladder",
            kinds.TEXT,
            "The id of a packaged ladder, or a file, from the folder of the ladder file if "
            "relative.",
        ),
        Key("domain", kinds.SLUG, "The domain of that ladder whose rungs are looked at."),
        Key("sign", words(watched.Sign), "What a higher rung there is expected to do here."),
        Key("note", kinds.TEXT, "Why, and what to beware of."),
    ),
)

DROPS = Table(
    "drops",
    ladders.Drop,
    "any number",
    "A file or query of your own, read as a source.",
    (
        Key("id", kinds.SLUG, "Its id as a source."),
        Key("format", kinds.choice(_FORMATS), "What it is."),
        Key(
            "location",
            kinds.TEXT,
            "A path, from the folder of the ladder file if relative; a URL; for `sql` a database.",
        ),
        Key("observed_column", kinds.TEXT, "The column with the day or month spoken of."),
        Key("value_column", kinds.TEXT, "The column with the number."),
        Key("series", kinds.DOTTED, "The series id that every value gets …"),
        Key(
            "series_column",
            kinds.TEXT,
            "… or the column that holds it, put in lower case: one of the two.",
        ),
        Key("recorded_column", kinds.TEXT, "The column saying when the value was known."),
        Key("sheet", kinds.TEXT, "`xlsx` only: the sheet; left out, the first."),
        Key("query", kinds.TEXT, "`sql` only: the query."),
        Key("cadence_days", COUNT, "How often something new is due."),
        Key("lag_days", kinds.whole(least=0), "How long after its period a value usually comes."),
        Key(
            "grade",
            kinds.GRADE,
            "Reliability A-F and credibility 1-6 of the source; an indicator counts for less with "
            "a worse one.",
        ),
        Key("minimum", kinds.number(infinite=True), "Smallest value believed; `-inf` for none."),
        Key("maximum", kinds.number(infinite=True), "Largest value believed."),
    ),
)
