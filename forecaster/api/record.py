"""The audit log as routes write to it: one line for every write, login and export."""

from typing import TYPE_CHECKING

from fastapi import Request

from forecaster.api.access import address_of
from forecaster.api.service import service_of
from forecaster.domain.account import Actor, Principal

if TYPE_CHECKING:
    from forecaster.store.unit_of_work import UnitOfWork


def actor_of(request: Request, principal: Principal) -> Actor:
    """Return who does something by a request, now."""
    now = service_of(request.app).clock()
    return Actor(principal.name, principal.way, now, address_of(request))


def note(
    work: "UnitOfWork",
    request: Request,
    principal: Principal,
    action: str,
    subject: str,
    detail: str = "",
) -> None:
    """Note it in the transaction of the thing itself: both happen, or neither."""
    work.audit.add(actor_of(request, principal).did(action, subject, detail))


def note_read(request: Request, principal: Principal, action: str, subject: str) -> None:
    """Note an export, which writes nothing else."""
    with service_of(request.app).writing() as work:
        note(work, request, principal, action, subject)
        work.commit()
