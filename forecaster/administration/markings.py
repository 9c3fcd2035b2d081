"""Markings: who may see a ladder, a source or a run from now on."""

from sqlalchemy import Engine

from forecaster.domain.account import MARKED_KINDS, Actor, MarkingNote, marking_called
from forecaster.errors import AccessError
from forecaster.store.quarantine import storable
from forecaster.store.unit_of_work import UnitOfWork

_LONGEST = 2_000


def mark(
    engine: Engine, by: Actor, *, kind: str, subject: str, marking: str, reason: str
) -> MarkingNote:
    """State who may see something, in force from now on until the next statement.

    Raises:
        AccessError: nothing of that kind is marked, nothing or no reason is named, or there is no
            such marking.
    """
    if kind not in MARKED_KINDS:
        raise AccessError(f"a {kind!r} has no marking; these have: {', '.join(MARKED_KINDS)}")
    if not subject.strip():
        raise AccessError("what is to be marked has no name: give its id")
    made = MarkingNote(
        kind=kind,
        subject=storable(subject).strip()[:_LONGEST],
        marking=marking_called(marking),
        actor=by.name,
        reason=storable(reason).strip()[:_LONGEST],
        recorded_at=by.at,
    )
    with UnitOfWork(engine) as work:
        work.markings.set(made)
        detail = f"{made.marking}: {made.reason}"
        work.audit.add(by.did("marking set", f"{made.kind}/{made.subject}", detail))
        work.commit()
    return made
