"""Forms of accounts and keys: how each is read and answered.

A password or key that was made is shown once, in the answer to the form that made it: it is kept
nowhere from where a later page could show it. Every other form ends with a redirect.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine

from forecaster.api.access import Admin
from forecaster.api.forms import AdminForm, Fields
from forecaster.api.pages.frame import page
from forecaster.api.record import actor_of
from forecaster.api.service import Service, Surroundings
from forecaster.credentials import Told
from forecaster.domain.account import MARKINGS, ROLES, Actor, Principal
from forecaster.errors import AccessError, NotFoundError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a form: what is told once, or why nothing was done; and what was typed."""

    told: Told | None = None
    failed: str = ""
    typed: Fields = field(default_factory=dict)


type Show = Callable[[Request, Service, Principal, Outcome], Response]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form as an administrator sent it."""

    request: Request
    service: Surroundings
    admin: Admin
    fields: AdminForm

    @property
    def by(self) -> tuple[Engine, Actor]:
        """Where something is done, and by whom: as every act of administration begins."""
        return self.service.engine, actor_of(self.request, self.admin)

    def text(self, name: str) -> str:
        """Return what was typed in a field, empty if there is none."""
        return self.fields.get(name, "")

    def answered(self, act: Callable[[], object], show: Show, address: str) -> Response:
        """Act; show the page at `address` with a secret or failure, else lead to it."""
        try:
            made = act()
        except (AccessError, NotFoundError) as error:
            return self._shown(show, Outcome(failed=str(error), typed=self.fields))
        if isinstance(made, Told):
            return self._shown(show, Outcome(told=made, typed=self.fields))
        return RedirectResponse(address, HTTPStatus.SEE_OTHER)

    def _shown(self, show: Show, outcome: Outcome) -> Response:
        return show(self.request, self.service, self.admin, outcome)


Sent = Annotated[_Sent, Depends()]


def shown(
    request: Request,
    template: str,
    admin: Principal,
    outcome: Outcome,
    **values: Any,  # noqa: ANN401 — whatever the template names
) -> Response:
    """Return a page with what came of a form, and the choices that every form has."""
    common: dict[str, Any] = {
        "roles": ROLES,
        "markings": MARKINGS,
        "told": outcome.told,
        "failed": outcome.failed,
        "typed": outcome.typed,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if outcome.failed else HTTPStatus.OK
    return page(request, template, admin, common | values, status=status)
