"""A change that needs a second person: what is proposed, by whom, and what a reviewer said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

type ProposalState = Literal["waiting", "confirmed", "declined"]
type ProposalKind = Literal["judgement"]

PROPOSAL_STATES: tuple[ProposalState, ...] = get_args(ProposalState.__value__)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change of a ladder's record; nothing of it holds before it is confirmed.

    subject: what it is about, in words. content: what would be stored, as JSON. reviewer, comment
    and reviewed_at are empty while it waits.
    """

    id: int
    kind: ProposalKind
    ladder: str
    subject: str
    content: str
    author: str
    reason: str
    proposed_at: datetime
    state: ProposalState = "waiting"
    reviewer: str = ""
    comment: str = ""
    reviewed_at: datetime | None = None
