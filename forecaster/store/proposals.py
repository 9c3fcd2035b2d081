"""The repository of proposals: changes that wait for a second person, and what became of them."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, select, update

from forecaster.domain.proposal import Proposal, ProposalKind, ProposalState
from forecaster.errors import NotFoundError, RequestError
from forecaster.store.tables.people import ProposalRow

_LARGEST = 2**31 - 1
"""The largest number of a proposal; a larger one asked for names none, and no integer column."""


class ProposalRepository:
    """Proposals, append-only but for their review, which happens once and by somebody else."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def propose(
        self,
        kind: ProposalKind,
        *,
        ladder: str,
        subject: str,
        content: str,
        author: str,
        reason: str,
        at: datetime,
    ) -> Proposal:
        """Store a change that waits for a second person, and return it with its number."""
        row = ProposalRow(
            kind=kind,
            ladder=ladder,
            subject=subject,
            content=content,
            author=author,
            reason=reason,
            proposed_at=at,
            state="waiting",
            reviewer="",
            comment="",
        )
        self._session.add(row)
        self._session.flush()
        return _proposal(row)

    def get(self, id: int) -> Proposal:
        """Return a proposal.

        Raises:
            NotFoundError: there is none of that number.
        """
        row = self._session.get(ProposalRow, id) if 0 < id <= _LARGEST else None
        if row is None:
            raise NotFoundError(f"no proposal has the number {id}: list those that wait")
        return _proposal(row)

    def waiting(self, ladder: str | None = None) -> tuple[Proposal, ...]:
        """Return the proposals that wait, of one ladder or of all, the oldest first."""
        asked = select(ProposalRow).where(ProposalRow.state == "waiting")
        if ladder is not None:
            asked = asked.where(ProposalRow.ladder == ladder)
        return tuple(
            _proposal(row) for row in self._session.exec(asked.order_by(col(ProposalRow.id)))
        )

    def list(
        self,
        ladder: str | None = None,
        *,
        state: ProposalState | None = None,
        hidden: Collection[str] = (),
        before: int | None = None,
        limit: int = 100,
    ) -> tuple[Proposal, ...]:
        """Return proposals, the newest first.

        Args:
            ladder: only those about this ladder.
            state: only those in this state.
            hidden: none about these ladders.
            before: only those with a smaller number, for the next page.
            limit: how many at most.
        """
        asked = select(ProposalRow).order_by(col(ProposalRow.id).desc()).limit(limit)
        if ladder is not None:
            asked = asked.where(ProposalRow.ladder == ladder)
        if state is not None:
            asked = asked.where(ProposalRow.state == state)
        if hidden:
            asked = asked.where(col(ProposalRow.ladder).not_in(sorted(hidden)))
        if before is not None:
            asked = asked.where(col(ProposalRow.id) < before)
        return tuple(_proposal(row) for row in self._session.exec(asked))

    def confirm(self, id: int, *, reviewer: str, comment: str, at: datetime) -> Proposal:
        """Note that a second person agrees, and return the proposal; storing it is the caller's.

        Raises:
            NotFoundError: there is none of that number.
            RequestError: it waits no more, or the reviewer is its author.
        """
        return self._review(id, "confirmed", reviewer=reviewer, comment=comment, at=at)

    def decline(self, id: int, *, reviewer: str, comment: str, at: datetime) -> Proposal:
        """Note that a second person disagrees, and return the proposal.

        Raises:
            NotFoundError: there is none of that number.
            RequestError: it waits no more, the reviewer is its author, or gives no comment.
        """
        if not comment.strip():
            raise RequestError("declining needs a comment that says why: give one")
        return self._review(id, "declined", reviewer=reviewer, comment=comment, at=at)

    def _review(
        self, id: int, state: ProposalState, *, reviewer: str, comment: str, at: datetime
    ) -> Proposal:
        proposal = self.get(id)
        if reviewer == proposal.author:
            raise RequestError(
                f"proposal {id} is {reviewer}'s own: another person who reviews decides on it"
            )
        statement = (
            update(ProposalRow)
            .where(col(ProposalRow.id) == id, col(ProposalRow.state) == "waiting")
            .values(state=state, reviewer=reviewer, comment=comment, reviewed_at=at)
            .returning(col(ProposalRow.id))
        )
        if self._session.connection().execute(statement).first() is None:
            raise RequestError(f"proposal {id} waits no more: somebody decided on it already")
        self._session.expire_all()
        return self.get(id)


def _proposal(row: ProposalRow) -> Proposal:
    values = {name: getattr(row, name) for name in Proposal.__dataclass_fields__}
    values["kind"] = cast(ProposalKind, row.kind)
    values["state"] = cast(ProposalState, row.state)
    return Proposal(**values)
