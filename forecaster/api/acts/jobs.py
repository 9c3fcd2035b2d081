"""Asking for work that takes longer than an answer: it waits in the ledger for a scheduler."""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus

from fastapi import Request

from forecaster.api.acts.given import past
from forecaster.api.acts.scope import visible_ladder, visible_ladders
from forecaster.api.ports import JobNote
from forecaster.api.problems import Refusal
from forecaster.api.record import note
from forecaster.api.service import Service, service_of
from forecaster.domain.account import Principal
from forecaster.domain.ladder import Ladder
from forecaster.errors import NotFoundError, RequestError
from forecaster.store.ledger import JobRun
from forecaster.store.markings import Visibility


def ask_for(
    request: Request,
    principal: Principal,
    job: str,
    subject: str = "",
    *,
    as_of: datetime | None = None,
    family: str = "",
    refit: bool = False,
) -> JobRun:
    """Queue a job in the name of `principal`, and return its job run, whose progress can be read.

    Args:
        request: the request in which they ask.
        principal: who asks.
        job: the id of a job that may be asked for.
        subject: the id of the ladder or source that it is about; empty where it is about neither.
        as_of: what may be known in it; now if not given.
        family: the model family, where a ladder is updated; the ladder's own if not given.
        refit: whether to fit anew instead of weighing an earlier fit's draws.

    Raises:
        NotFoundError: there is no such job, or no such subject is to be seen.
        RequestError: `as_of` lies ahead, or the family is no name of one.
        Refusal: the job is about the whole service, and only an administrator asks for those.
    """
    service = service_of(request.app)
    now = service.clock()
    known = None if as_of is None else past(as_of, what="as_of", now=now)
    if family and not family.replace("_", "a").isalnum():
        raise RequestError(f"{family[:80]!r} is no model family: give its id, or nothing")
    wanted = _job(service, job)
    arguments: dict[str, str | bool] = {"family": family} if family else {}
    arguments |= {"refit": True} if refit else {}
    with service.writing() as work:
        seen = work.markings.visible_to(principal)
        reference = _reference(service, seen, principal, wanted, subject)
        id = work.ledger.request(
            wanted.id, reference, as_of=known, arguments=arguments, asked_by=principal.name, at=now
        )
        note(work, request, principal, "job asked for", f"{wanted.id}:{subject}", f"job run {id}")
        made = work.ledger.get(id)
        work.commit()
    return made


def retry(request: Request, principal: Principal, number: int) -> JobRun:
    """Queue a job run again that failed or is dead.

    Raises:
        NotFoundError: no such job run is to be seen.
        RequestError: it neither failed nor is dead.
    """
    service = service_of(request.app)
    with service.writing() as work:
        run = work.ledger.get(number)
        if not sees_job(service, work.markings.visible_to(principal), run):
            raise NotFoundError(f"no job run has the id {number}: see `forecaster jobs history`")
        if run.state not in {"failed", "dead"}:
            raise RequestError(
                f"job run {number} is {run.state}: only what failed or is dead can be retried"
            )
        again = work.ledger.retry(number, asked_by=principal.name)
        note(work, request, principal, "job retried", run.job, f"job run {number}")
        work.commit()
    return again


def sees_job(service: Service, seen: Visibility, job: JobRun) -> bool:
    """Return whether a job run may be shown: what it is about, and the run that it made."""
    return sees_subject(service, seen, job.subject) and seen.sees(("run", job.run_id))


def sees_subject(service: Service, seen: Visibility, subject: str) -> bool:
    """Return whether what a job run is about may be shown; `subject` is as the ledger keeps it."""
    ids = {reference: id for id, reference in service.ports.references().items()}
    ladder = ids.get(subject, subject)
    return seen.sees(("ladder", ladder), ("source", subject))


def _job(service: Service, id: str) -> JobNote:
    known = {one.id: one for one in service.ports.jobs()}
    if id not in known:
        raise NotFoundError(f"no job is called {id!r}; there are: {', '.join(known) or 'none'}")
    return known[id]


def _reference(
    service: Service, seen: Visibility, principal: Principal, job: JobNote, subject: str
) -> str:
    """Return the subject as jobs know it: a ladder by the name that the settings give it."""
    if job.per == "ladder":
        return service.ports.references()[visible_ladder(service, seen, subject).id]
    if job.per == "source":
        known = sorted(_sources(service, seen, visible_ladders(service, seen).values()))
        if subject not in known:
            raise NotFoundError(
                f"no source is called {subject!r}; there are: {', '.join(known) or 'none'}"
            )
        return subject
    if not principal.may("admin"):
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            f"{job.id} is about the whole service: ask an administrator for it",
        )
    if subject:
        raise RequestError(f"{job.id} is about no ladder and no source: leave the subject out")
    return ""


def _sources(service: Service, seen: Visibility, ladders: Iterable[Ladder]) -> set[str]:
    return {
        id
        for ladder in ladders
        for id in service.ports.sources(ladder)
        if seen.sees(("source", id))
    }
