"""The repository of markings: who may see a ladder, a source or a run, and what that hides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlmodel import Session, col, func, select

from forecaster.domain.account import (
    UNMARKED,
    MarkedKind,
    Marking,
    MarkingNote,
    Principal,
    closest,
)
from forecaster.errors import AccessError
from forecaster.store.tables.people import MarkingRow

type Marked = Mapping[tuple[MarkedKind, str], Marking]


def marking_of(marked: Marked, *things: tuple[MarkedKind, str]) -> Marking:
    """Return the closest marking of several things that are shown together."""
    return closest(*(marked.get(thing, UNMARKED) for thing in things))


@dataclass(frozen=True, slots=True)
class Visibility:
    """What one person may see. Every read that is served takes one; nothing has a default.

    marked: the marking in force of everything that has one.
    """

    principal: Principal
    marked: Marked

    def marking(self, *things: tuple[MarkedKind, str]) -> Marking:
        """Return the closest marking of several things that are shown together."""
        return marking_of(self.marked, *things)

    def sees(self, *things: tuple[MarkedKind, str]) -> bool:
        """Return whether all of `things` may be shown together."""
        return self.principal.may_see(self.marking(*things))

    def hidden(self, kind: MarkedKind) -> frozenset[str]:
        """Return the things of a kind that must not be shown."""
        return frozenset(
            subject
            for (of_kind, subject), marking in self.marked.items()
            if of_kind == kind and not self.principal.may_see(marking)
        )


class MarkingRepository:
    """Markings, append-only. What never got one is `UNMARKED`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def set(self, note: MarkingNote) -> None:
        """Store a marking, in force from now on.

        Raises:
            AccessError: nobody's name or no reason is given.
        """
        if not note.reason.strip() or not note.actor.strip():
            raise AccessError(f"marking {note.kind} {note.subject} needs a name and a reason")
        values = {name: getattr(note, name) for name in MarkingNote.__dataclass_fields__}
        self._session.add(MarkingRow(**values))
        self._session.flush()

    def in_force(self) -> Marked:
        """Return the marking of everything that has one."""
        newest = select(func.max(MarkingRow.id)).group_by(MarkingRow.kind, MarkingRow.subject)
        rows = self._session.exec(select(MarkingRow).where(col(MarkingRow.id).in_(newest)))
        return {
            (cast(MarkedKind, row.kind), row.subject): cast(Marking, row.marking) for row in rows
        }

    def history(self) -> tuple[MarkingNote, ...]:
        """Return every marking that was ever set, the newest first."""
        rows = self._session.exec(select(MarkingRow).order_by(col(MarkingRow.id).desc()))
        return tuple(
            MarkingNote(
                kind=cast(MarkedKind, row.kind),
                subject=row.subject,
                marking=cast(Marking, row.marking),
                actor=row.actor,
                reason=row.reason,
                recorded_at=row.recorded_at,
            )
            for row in rows
        )

    def visible_to(self, principal: Principal) -> Visibility:
        """Return what somebody may see, as markings stand now."""
        return Visibility(principal, self.in_force())
