"""The audit log as routes write to it: one line for every write, login and export."""

from typing import TYPE_CHECKING

from fastapi import Request

from forecaster.api.access import address_of
from forecaster.api.service import service_of
from forecaster.domain.account import AuditEntry, Principal

if TYPE_CHECKING:
    from forecaster.store.unit_of_work import UnitOfWork


def entry(
    request: Request, principal: Principal, action: str, subject: str, detail: str = ""
) -> AuditEntry:
    """Return what is noted of something that somebody did."""
    return AuditEntry(
        at=service_of(request.app).clock(),
        actor=principal.name,
        way=principal.way,
        action=action,
        subject=subject,
        detail=detail,
        address=address_of(request),
    )


def note(
    work: "UnitOfWork",
    request: Request,
    principal: Principal,
    action: str,
    subject: str,
    detail: str = "",
) -> None:
    """Note it in the transaction of the thing itself: both happen, or neither."""
    work.audit.add(entry(request, principal, action, subject, detail))


def note_read(request: Request, principal: Principal, action: str, subject: str) -> None:
    """Note an export, which writes nothing else."""
    with service_of(request.app).writing() as work:
        note(work, request, principal, action, subject)
        work.commit()
