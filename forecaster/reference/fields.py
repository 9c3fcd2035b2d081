"""What may stand in a ladder file, and in the record of judgements beside it.

`docs/ladder-files.md` repeats these tables for people; a test keeps the two alike.
"""

from dataclasses import dataclass
from datetime import datetime

from forecaster.reference import kinds
from forecaster.reference.fields_ladder import LADDER, MEASURE, PANEL, REGIONS, RUNGS, THEATRES
from forecaster.reference.fields_watched import COUPLINGS, DROPS, INDICATORS, LEVERS, PRIORS
from forecaster.reference.table import Key, Table

__all__ = ["JUDGEMENTS", "LADDER", "LADDER_FILE", "MEASURE", "WrittenJudgement"]

LADDER_FILE: tuple[Table, ...] = (
    LADDER, RUNGS, REGIONS, THEATRES, INDICATORS, PRIORS, LEVERS, COUPLINGS, DROPS, PANEL
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
