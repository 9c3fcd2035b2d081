"""What may stand in a ladder file: every table, every key, its kind and its meaning.

Whether a key may be left out, and what it is then, follows from the dataclass it fills, so it is
said once. `docs/ladder-files.md` repeats this file for people; a test keeps the two alike.
"""

from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, Literal, TypeAliasType, get_args, get_type_hints

from forecaster.domain import indicator as watched
from forecaster.domain import ladder as ladders
from forecaster.domain.prior import Distribution, Prior
from forecaster.reference import kinds
from forecaster.reference.kinds import Kind

type Presence = Literal["once", "once or never", "once or more", "any number"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table. A key whose value is a table of its own has that as `table`."""

    name: str
    kind: Kind[Any]
    meaning: str
    table: "Table | None" = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file, the dataclass each one becomes, and how often it may stand there."""

    name: str
    fills: type
    presence: Presence
    meaning: str
    keys: tuple[Key, ...]

    @property
    def repeated(self) -> bool:
        """Whether it is written in double brackets."""
        return self.presence in ("once or more", "any number")

    @property
    def needed(self) -> bool:
        """Whether a file without it is a mistake."""
        return self.presence in ("once", "once or more")

    def key(self, name: str) -> Key:
        """Return the key called `name`; `KeyError` if the table has none."""
        return {key.name: key for key in self.keys}[name]

    def default(self, name: str) -> object:
        """Return what a key is when left out; `dataclasses.MISSING` if it must be written."""
        return next(f.default for f in fields(self.fills) if f.name == name)

    @property
    def required(self) -> tuple[str, ...]:
        """The keys that must be written."""
        return tuple(k.name for k in self.keys if self.default(k.name) is MISSING)


def _words(alias: TypeAliasType) -> Kind[str]:
    return kinds.choice(get_args(alias.__value__))


_COUNT = kinds.whole(least=1)
_FORMATS = get_args(get_type_hints(ladders.Drop)["format"])

LADDER = Table(
    "ladder",
    ladders.Ladder,
    "once",
    "The head of the file.",
    (
        Key("id", kinds.SLUG, "The name by which the ladder is asked for."),
        Key("version", kinds.TEXT, "Raised when a meaning changes; scores never mix versions."),
        Key("name", kinds.TEXT, "The title in reports."),
        Key("step", _words(ladders.Step), "The length of one step of time."),
        Key("starts", kinds.DATE, "The first day that counts."),
        Key("horizons", kinds.list_of(_COUNT), "Steps ahead to forecast, rising."),
        Key("domains", kinds.list_of(kinds.SLUG), "The tracks kept beside each other."),
    ),
)

RUNGS = Table(
    "rungs",
    ladders.Rung,
    "once or more",
    "One rung of one domain.",
    (
        Key("order", kinds.whole(least=0), "Its place in its domain: 0 is the lowest, no gaps."),
        Key("id", kinds.SLUG, "Its id, used nowhere else on the ladder."),
        Key("name", kinds.TEXT, "Its name in reports."),
        Key("meaning", kinds.TEXT, "What the world is like on it, in one sentence."),
        Key("domain", kinds.SLUG, "The track it belongs to, one of the ladder's `domains`."),
        Key(
            "resolution",
            _words(ladders.Resolution),
            "Settled by the measure or by an analyst. Judged rungs stand above measured ones.",
        ),
        Key(
            "threshold",
            kinds.number(),
            "Measured: the measure from which it holds. The lowest rung has none.",
        ),
        Key("criteria", kinds.TEXT, "Judged: what must have happened, checkable by a stranger."),
        Key("resolved_by", kinds.TEXT, "Judged: who settles it."),
        Key("resolve_within_days", _COUNT, "Judged: within how many days of the event."),
        Key(
            "regions",
            kinds.list_of(kinds.SLUG),
            "The regions where it exists; left out, it exists in all. The lowest is everywhere.",
        ),
    ),
)

REGIONS = Table(
    "regions",
    ladders.Region,
    "once or more",
    "A group of theatres that learn from each other.",
    (
        Key("id", kinds.SLUG, "Its id."),
        Key("name", kinds.TEXT, "Its name in reports."),
    ),
)

MEASURE = Table(
    "theatres.measure",
    ladders.Measure,
    "once or never",
    "How readings become the number that measured rungs cut. Without it a theatre has only "
    "judged rungs and is labelled prior-driven.",
    (
        Key(
            "kind",
            _words(ladders.MeasureKind),
            "`share`: sum of `series` in a step, in percent of a typical step of `denominator`; "
            "`value`: last value in the step; `level`: a level observed directly.",
        ),
        Key("series", kinds.SERIES, "The series added up."),
        Key(
            "denominator",
            kinds.DENOMINATOR,
            '`share` only: the series of the whole; `"*"` is those of all theatres together.',
        ),
        Key("window_steps", _COUNT, "`share` only: trailing steps that make a typical step."),
        Key("unit", kinds.TEXT, "The unit in reports."),
    ),
)

THEATRES = Table(
    "theatres",
    ladders.Theatre,
    "any number",
    "A place whose rung is estimated. A ladder without a panel needs at least one.",
    (
        Key("id", kinds.SLUG, "Its id."),
        Key("name", kinds.TEXT, "Its name in reports."),
        Key("region", kinds.SLUG, "The region it lies in."),
        Key("measure", Kind("table", lambda value: value), "See below.", table=MEASURE),
    ),
)

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
        Key("route", _words(watched.Route), "The way by which it acts."),
        Key("sign", _words(watched.Sign), "What more of it is expected to do to tension."),
        Key("aggregate", _words(watched.Aggregate), "How values in one step become one."),
        Key("transform", _words(watched.Transform), "What is done to that before use."),
        Key("lag_steps", kinds.whole(least=0), "Steps until it acts."),
        Key(
            "half_life_steps",
            kinds.number(above=0.0),
            "Steps in which its last value fades by half in a forecast.",
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
        Key("distribution", _words(Distribution), "Its form."),
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
        Key("series_column", kinds.TEXT, "… or the column that holds it: one of the two."),
        Key("recorded_column", kinds.TEXT, "The column saying when the value was known."),
        Key("sheet", kinds.TEXT, "`xlsx` only: the sheet; left out, the first."),
        Key("query", kinds.TEXT, "`sql` only: the query."),
        Key("cadence_days", _COUNT, "How often something new is due."),
        Key("lag_days", kinds.whole(least=0), "How long after its period a value usually comes."),
        Key("grade", kinds.GRADE, "Reliability A-F and credibility 1-6 of the source."),
        Key("minimum", kinds.number(infinite=True), "Smallest value believed; `-inf` for none."),
        Key("maximum", kinds.number(infinite=True), "Largest value believed."),
    ),
)

PANEL = Table(
    "panel",
    ladders.Panel,
    "once or never",
    "Theatres found in the data instead of listed: one per series of a drop.",
    (
        Key("source", kinds.SLUG, "The drop whose `series_column` names the units."),
        Key("unit", kinds.TEXT, "What one unit is called, such as state pair."),
        Key("region", kinds.SLUG, "The region that the found theatres lie in."),
        Key(
            "risk_window_years",
            _COUNT,
            "A unit is at risk for so many years after an event, from its first one on.",
        ),
    ),
)

LADDER_FILE: tuple[Table, ...] = (
    LADDER, RUNGS, REGIONS, THEATRES, INDICATORS, PRIORS, LEVERS, DROPS, PANEL
)  # fmt: skip
"""The tables of a ladder file, in the order in which they are best written."""


@dataclass(frozen=True, slots=True)
class WrittenJudgement:
    """A judgement as a file has it: the rung tells the domain, and what lasts has no end."""

    theatre: str
    rung: str
    starts_at: datetime
    author: str
    evidence: str
    recorded_at: datetime
    ends_at: datetime | None = None


JUDGEMENTS = Table(
    "judgements",
    WrittenJudgement,
    "once or more",
    "A dated statement that a theatre stood on a judged rung.",
    (
        Key("theatre", kinds.SLUG, "Where."),
        Key("rung", kinds.SLUG, "The judged rung, which also says the domain."),
        Key("starts_at", kinds.MOMENT, "From when it stood there."),
        Key("ends_at", kinds.MOMENT, "Until when; left out while it lasts."),
        Key("author", kinds.TEXT, "Who says so."),
        Key("evidence", kinds.TEXT, "On what grounds, with the source named."),
        Key("recorded_at", kinds.MOMENT, "Since when this was known."),
    ),
)
