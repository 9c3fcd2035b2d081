"""What may stand in a ladder file about the ladder itself: its head, rungs and theatres."""

from forecaster.domain import ladder as ladders
from forecaster.reference import kinds
from forecaster.reference.kinds import COUNT, Kind
from forecaster.reference.table import Key, Table, words

LADDER = Table(
    "ladder",
    ladders.Ladder,
    "once",
    "The head of the file.",
    (
        Key("id", kinds.SLUG, "The name by which the ladder is asked for."),
        Key("version", kinds.TEXT, "Raised when a meaning changes; scores never mix versions."),
        Key("name", kinds.TEXT, "The title in reports."),
        Key("step", words(ladders.Step), "The length of one step of time."),
        Key("starts", kinds.DATE, "The first day that counts."),
        Key("horizons", kinds.list_of(COUNT), "Steps ahead to forecast, rising."),
        Key("domains", kinds.list_of(kinds.SLUG), "The tracks kept beside each other."),
        Key("family", kinds.TEXT, "The model family that updates it unless another is asked for."),
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
            words(ladders.Resolution),
            "Settled by the measure or by an analyst. Judged rungs stand above measured ones.",
        ),
        Key(
            "threshold",
            kinds.number(),
            "Measured: the measure from which it holds. The lowest rung has none.",
        ),
        Key("criteria", kinds.TEXT, "Judged: what must have happened, checkable by a stranger."),
        Key("resolved_by", kinds.TEXT, "Judged: who settles it."),
        Key("resolve_within_days", COUNT, "Judged: within how many days of the event."),
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
            words(ladders.MeasureKind),
            "`share`: sum of `series` in a step, in percent of a typical step of `denominator`; "
            "`value`: last value in the step; `level`: a level observed directly, the highest of "
            "the step.",
        ),
        Key("series", kinds.SERIES, "The series added up."),
        Key(
            "denominator",
            kinds.DENOMINATOR,
            '`share` only: the series of the whole; `"*"` is those of all theatres together.',
        ),
        Key("window_steps", COUNT, "`share` only: trailing steps that make a typical step."),
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

PANEL = Table(
    "panel",
    ladders.Panel,
    "once or never",
    "Theatres found in the data instead of listed: one per series of a drop.",
    (
        Key("source", kinds.SLUG, "The drop whose `series_column` names the units."),
        Key("unit", kinds.TEXT, "What one unit is called, such as state pair."),
        Key("region", kinds.SLUG, "The region of a found theatre that `naming` gives none."),
        Key(
            "risk_window_years",
            COUNT,
            "A unit is at risk for so many years after an event, from its first one on.",
        ),
        Key(
            "naming",
            words(ladders.Naming),
            "`id`: a theatre is named by its unit's id; `cow-pair`: the id is two states' "
            "Correlates of War abbreviations, such as afg-pak, which give its name and, where "
            "both lie in one, its region.",
        ),
    ),
)
