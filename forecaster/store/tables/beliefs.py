"""Tables of what people hold: ladders as they were read, versions of priors, judgements."""

from datetime import datetime

from sqlmodel import Field

from forecaster.store.tables.base import Table, UtcDateTime


class LadderRow(Table, table=True):
    """A ladder as one text said it. `definition` is the whole ladder as JSON."""

    __tablename__ = "ladders"

    id: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    name: str
    definition: str
    first_seen_at: datetime = Field(sa_type=UtcDateTime)


class LadderRungRow(Table, table=True):
    """The order of the rungs of one version of a ladder, for views that ask "the next one up"."""

    __tablename__ = "ladder_rungs"

    ladder: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    domain: str = Field(primary_key=True)
    rung: str = Field(primary_key=True)
    position: int
    name: str


class PriorVersionRow(Table, table=True):
    """A prior as somebody set it; `parameters` is a JSON list of (name, number)."""

    __tablename__ = "prior_versions"

    ladder: str = Field(primary_key=True)
    prior_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    question: str
    distribution: str
    parameters: str
    unit: str
    author: str
    reason: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class JudgementRow(Table, table=True):
    """One statement of an analyst; a correction is another row with a later `recorded_at`."""

    __tablename__ = "judgements"

    id: int | None = Field(default=None, primary_key=True)
    ladder: str = Field(index=True)
    theatre: str
    domain: str
    rung: str
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    author: str
    evidence: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    digest: str = Field(max_length=64, unique=True)
