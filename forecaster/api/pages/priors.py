"""Priors: what is in force, who set it and why, what they expect, and setting one after a look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from forecaster.api.access import Seen
from forecaster.api.acts import priors as acts
from forecaster.api.forms import AnalystForm, Fields
from forecaster.api.pages.expectations import Expectation, expected
from forecaster.api.pages.frame import page
from forecaster.api.pages.looking import ladder_seen
from forecaster.api.pages.navigation import ladder_address
from forecaster.api.service import Service, Surroundings
from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import PARAMETERS, Prior, PriorVersion
from forecaster.errors import NotFoundError, PriorError, RequestError
from forecaster.store.markings import Visibility
from forecaster.store.priors import FILE_AUTHOR, require_sound
from forecaster.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False, prefix="/ladders/{id}/priors")

FORMS = {name: name.replace("_", "-") for name in PARAMETERS}


@dataclass(frozen=True, slots=True)
class Held:
    """A prior in force. set_by: the person who set it, empty for the ladder file's own."""

    prior: Prior
    version: int
    set_by: str
    last: PriorVersion | None


@router.get("")
def every(request: Request, service: Surroundings, seen: Seen, id: str, find: str = "") -> Response:
    """Show the priors of a ladder in force, those that people set first."""
    with service.reading() as work:
        ladder = ladder_seen(service, work, seen, id)
        held = _held(service, work, ladder)
    wanted = find.lower()
    found = [h for h in held if wanted in h.prior.id.lower() or wanted in h.prior.question.lower()]
    ordered = sorted(found, key=lambda h: (not h.set_by, h.prior.id))
    values = {"held": ordered, "all": len(held), "find": find, "forms": FORMS}
    return _page(request, seen, ladder, "priors.html.j2", values)


@router.get("/{prior}")
def one(
    request: Request,
    service: Surroundings,
    seen: Seen,
    id: str,
    prior: str,
    distribution: str = "",
    expect: str = "",
) -> Response:
    """Show one prior with its history and, if asked, what all priors together expect."""
    ladder, held, history = _looked_up(service, seen, id, prior)
    found = expected(service, ladder, None) if expect else None
    form = distribution if distribution in PARAMETERS else held.prior.distribution
    return _detail(request, seen, ladder, held, history, form=form, typed={}, found=found)


@router.post("/{prior}/draft")
def draft(
    request: Request, service: Surroundings, seen: Seen, id: str, prior: str, fields: AnalystForm
) -> Response:
    """Show what a draft would expect beside what is expected now; nothing is kept."""
    ladder, held, history = _looked_up(service, seen, id, prior)
    form = fields.get("distribution", "")
    try:
        drafted = acts.draft(held.prior, distribution=form, parameters=numbers(form, fields))
        require_sound(drafted)
    except PriorError as error:
        return _detail(
            request, seen, ladder, held, history, form=form, typed=fields, failed=str(error)
        )
    found = expected(service, ladder, drafted)
    values = {"held": held, "draft": drafted, "typed": fields, "found": found, "failed": ""}
    return _page(request, seen, ladder, "draft.html.j2", values | {"forms": FORMS})


@router.post("/{prior}")
def accept(
    request: Request, service: Surroundings, seen: Seen, id: str, prior: str, fields: AnalystForm
) -> Response:
    """Set the prior, in force from now on."""
    ladder, held, history = _looked_up(service, seen, id, prior)
    form = fields.get("distribution", "")
    try:
        acts.set_prior(
            request,
            seen.principal,
            id,
            prior,
            distribution=form,
            parameters=numbers(form, fields),
            reason=fields.get("reason", ""),
        )
    except (PriorError, RequestError) as error:
        return _detail(
            request, seen, ladder, held, history, form=form, typed=fields, failed=str(error)
        )
    return RedirectResponse(ladder_address(id, "priors", prior), HTTPStatus.SEE_OTHER)


def numbers(distribution: str, fields: Fields) -> Mapping[str, float]:
    """Return the parameters that a form gives for a distribution.

    Raises:
        PriorError: one is no number.
    """
    found = {}
    for name in PARAMETERS.get(distribution, ()):
        text = fields.get(f"p-{name}", "")
        try:
            found[name] = float(text)
        except ValueError:
            raise PriorError(f"{name} is a number, got {text[:40]!r}: write it as 0.5") from None
    return found


def _held(service: Service, work: UnitOfWork, ladder: Ladder) -> list[Held]:
    """Return the priors in force; those never stored yet are as the ladder file says."""
    versions = {v.prior.id: v for v in work.priors.in_force(ladder.id, service.clock()).versions}
    stored = [_of_version(version) for version in versions.values()]
    fresh = [Held(prior, 1, "", None) for prior in ladder.priors if prior.id not in versions]
    return [*stored, *fresh]


def _of_version(version: PriorVersion) -> Held:
    by = "" if version.author == FILE_AUTHOR else version.author
    return Held(version.prior, version.version, by, version)


def _looked_up(
    service: Service, seen: Visibility, id: str, prior: str
) -> tuple[Ladder, Held, Sequence[PriorVersion]]:
    with service.reading() as work:
        ladder = ladder_seen(service, work, seen, id)
        held = {h.prior.id: h for h in _held(service, work, ladder)}
        if prior not in held:
            raise NotFoundError(f"{id} has no prior {prior!r}: see the list of its priors")
        stored = held[prior].last is not None
        history = work.priors.history(id, prior) if stored else ()
    return ladder, held[prior], history


def _detail(
    request: Request,
    seen: Visibility,
    ladder: Ladder,
    held: Held,
    history: Sequence[PriorVersion],
    *,
    form: str,
    typed: Mapping[str, str],
    found: Expectation | None = None,
    failed: str = "",
) -> Response:
    shown = form if form in PARAMETERS else held.prior.distribution
    present = dict(held.prior.parameters) if shown == held.prior.distribution else {}
    values = {
        "held": held,
        "history": history[::-1],
        "forms": FORMS,
        "form": shown,
        "fields": [
            (name, typed.get(f"p-{name}", f"{present[name]:g}" if name in present else ""))
            for name in PARAMETERS[shown]
        ],
        "found": found,
        "failed": failed,
        "typed": typed,
    }
    return _page(request, seen, ladder, "prior.html.j2", values)


def _page(
    request: Request, seen: Visibility, ladder: Ladder, template: str, values: Mapping[str, Any]
) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if values.get("failed") else HTTPStatus.OK
    marking = seen.marking(("ladder", ladder.id))
    return page(
        request, template, seen.principal, values, marking=marking, ladder=ladder, status=status
    )
