"""Marking a ladder, a source or a run: who may see it from now on."""

from fastapi import Request

from forecaster.api.acts.people import marking_of
from forecaster.api.record import note
from forecaster.api.service import service_of
from forecaster.domain.account import MARKED_KINDS, MarkingNote, Principal
from forecaster.errors import AccessError
from forecaster.store.quarantine import storable

_LONGEST = 2_000


def mark(
    request: Request, principal: Principal, *, kind: str, subject: str, marking: str, reason: str
) -> MarkingNote:
    """State who may see something, in force from now on until the next statement.

    Raises:
        AccessError: nothing of that kind is marked, nothing or no reason is named, or there is no
            such marking.
    """
    service = service_of(request.app)
    if kind not in MARKED_KINDS:
        raise AccessError(f"a {kind!r} has no marking; these have: {', '.join(MARKED_KINDS)}")
    if not subject.strip():
        raise AccessError("what is to be marked has no name: give its id")
    made = MarkingNote(
        kind=kind,
        subject=storable(subject).strip()[:_LONGEST],
        marking=marking_of(marking),
        actor=principal.name,
        reason=storable(reason).strip()[:_LONGEST],
        recorded_at=service.clock(),
    )
    with service.writing() as work:
        work.markings.set(made)
        detail = f"{made.marking}: {made.reason}"
        note(work, request, principal, "marking set", f"{made.kind}/{made.subject}", detail)
        work.commit()
    return made
