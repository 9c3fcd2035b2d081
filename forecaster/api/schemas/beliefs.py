"""What people hold, as it is served and given: priors, judgements, proposals."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from forecaster.domain.account import Marking
from forecaster.domain.prior import Distribution
from forecaster.domain.proposal import ProposalKind, ProposalState

_ID = Field(max_length=200, pattern=r"^[^\x00-\x1f]+$")


class PriorVersionForm(BaseModel):
    """One version of a prior: the question it answers, its form, who set it and why."""

    id: str
    question: str
    distribution: Distribution
    parameters: dict[str, float]
    unit: str
    version: int
    author: str
    reason: str
    recorded_at: datetime


class Priors(BaseModel):
    """The priors that the next update uses."""

    ladder: str
    set: str
    as_of: datetime
    marking: Marking
    items: list[PriorVersionForm]


class PriorHistory(BaseModel):
    """Every version of one prior, the oldest first."""

    ladder: str
    items: list[PriorVersionForm]


class PriorForm(BaseModel):
    """A form for a prior: a distribution and its parameters by name."""

    distribution: Distribution
    parameters: dict[str, float] = Field(max_length=10, examples=[{"median": 2.0, "sigma": 0.5}])


class NewPrior(PriorForm):
    """A form for a prior, and why it is set."""

    reason: str = Field(max_length=4_000)


class PreviewAsked(BaseModel):
    """What to try out: forms for some priors of a ladder, in place of those in force."""

    ladder: str = _ID
    drafts: dict[str, PriorForm] = Field(max_length=100)


class RungTableForm(BaseModel):
    """The probability of each rung before any data; null where a rung does not exist."""

    domain: str
    theatres: list[str]
    rungs: list[str]
    probabilities: list[list[float | None]]


class Preview(BaseModel):
    """What the priors expect before any data."""

    ladder: str
    items: list[RungTableForm]


class JudgementForm(BaseModel):
    """A dated statement of the judged rung that a theatre stood on, and on what evidence."""

    ladder: str
    theatre: str
    domain: str
    rung: str
    starts_at: datetime
    ends_at: datetime | None
    author: str
    evidence: str
    recorded_at: datetime


class Judgements(BaseModel):
    """What analysts held at a time."""

    ladder: str
    as_of: datetime
    marking: Marking
    items: list[JudgementForm]


class NewJudgement(BaseModel):
    """A statement. Without an end it holds at once; with one it waits for another person."""

    ladder: str = _ID
    theatre: str = _ID
    domain: str = _ID
    rung: str = _ID
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = None
    evidence: str = Field(max_length=4_000)


class ProposalForm(BaseModel):
    """A change that waits for a second person, or what became of it."""

    id: int
    kind: ProposalKind
    ladder: str
    subject: str
    content: str = Field(description="What would be stored, as JSON.")
    author: str
    reason: str
    proposed_at: datetime
    state: ProposalState
    reviewer: str
    comment: str
    reviewed_at: datetime | None


class Proposals(BaseModel):
    """Proposals, the newest first."""

    items: list[ProposalForm]


class Judged(BaseModel):
    """What became of a statement: recorded at once, or a proposal that waits."""

    judgement: JudgementForm | None
    proposal: ProposalForm | None


class Review(BaseModel):
    """What a second person says to a proposal."""

    comment: str = Field(default="", max_length=4_000)
