"""The run that an answer is of: the latest one, one of a day, one by its id, or the one after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import Request

from forecaster.api.acts.scope import visible_ladders
from forecaster.api.service import Service, service_of
from forecaster.domain.account import Marking, Principal
from forecaster.errors import NotFoundError, RequestError
from forecaster.store.markings import Marked, Visibility
from forecaster.store.pointers import Pointer

if TYPE_CHECKING:
    from forecaster.store.unit_of_work import UnitOfWork

_NONE_YET = "no run of this ladder is published yet"


@dataclass(frozen=True, slots=True)
class Issue:
    """What an answer is of. run: the one whose rows are given; refused: one that is not."""

    ladder: str
    run: Pointer | None
    refused: Pointer | None
    marking: Marking
    last_good: str | None = None
    reason: str = ""

    @property
    def outcome(self) -> str:
        """`served`, `refused` or `no run`."""
        if self.refused is not None:
            return "refused"
        return "no run" if self.run is None else "served"

    def content(self, service: Service) -> dict[str, Any]:
        """Return it as the head of an answer."""
        run = self.run
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "ladder": self.ladder,
            "ladder_version": run and run.ladder_version,
            "run_id": run and run.run_id,
            "state": run and run.state,
            "as_of": run and run.as_of,
            "issued_at": run and run.issued_at,
            "fresh_until": run and service.fresh_until(run.as_of),
            "marking": self.marking,
            "last_good_run_id": self.last_good,
            "refused_run_id": self.refused and self.refused.run_id,
        }

    def headers(self, service: Service) -> Mapping[str, str]:
        """Return the same as headers, for forms that have no head."""
        return {
            f"X-{name.replace('_', '-').title()}": value.isoformat()
            if isinstance(value, datetime)
            else str(value)
            for name, value in self.content(service).items()
            if value is not None and name != "reason"
        }

    def tag(self) -> tuple[object, ...]:
        """Return what an answer's tag is made of: equal, and nothing in the answer has changed."""
        run, refused = self.run, self.refused
        return (
            self.ladder,
            run and (run.run_id, run.state, run.state_reason),
            refused and refused.run_id,
            self.last_good,
            self.marking,
            self.reason,
        )


def latest(request: Request, principal: Principal, work: "UnitOfWork", ladder: str) -> Issue:
    """Return the run that readers of a ladder see, by one small query.

    Raises:
        NotFoundError: there is no such ladder, for this person.
    """
    glance = work.pointers.glance(ladder)
    seen = Visibility(principal, _marked(request, work, glance.marked))
    if not seen.sees(("ladder", ladder)):
        raise no_ladder(service_of(request.app), seen, ladder)
    run, refused = glance.latest, glance.refused
    if run is None and refused is None:
        require_ladder(service_of(request.app), work, seen, ladder)
    if run is None or not seen.sees(("run", run.run_id)):
        run = work.pointers.newest(ladder, hidden=seen.hidden("run"))
    if refused is not None and not seen.sees(("run", refused.run_id)):
        refused = None
    if refused is not None:
        return _issue(seen, ladder, run, refused, run, refused.state_reason)
    return _issue(seen, ladder, run, None, run, "" if run else _NONE_YET)


def of_id(work: "UnitOfWork", seen: Visibility, run_id: str) -> Issue:
    """Return one run.

    Raises:
        NotFoundError: there is none of that id, for this person.
    """
    run = work.pointers.run(run_id)
    if run is None or not seen.sees(("ladder", run.ladder), ("run", run_id)):
        raise NotFoundError(f"no run is called {run_id!r}: list the runs to see them")
    good = work.pointers.newest(run.ladder, hidden=seen.hidden("run"))
    refused = run if run.state == "refused" else None
    return _issue(seen, run.ladder, run, refused, good, run.state_reason if refused else "")


def of_day(work: "UnitOfWork", seen: Visibility, ladder: str, until: datetime) -> Issue:
    """Return the published run with the newest `as_of`, at most `until`."""
    run = work.pointers.newest(ladder, until=until, hidden=seen.hidden("run"))
    reason = "" if run else f"no run is published as of {until:%Y-%m-%d} or before"
    return _issue(seen, ladder, run, None, run, reason)


def after(
    work: "UnitOfWork", seen: Visibility, ladder: str, issued_at: datetime, run_id: str
) -> Issue:
    """Return the published run that was issued next after another one."""
    run = work.pointers.after(ladder, issued_at, run_id, hidden=seen.hidden("run"))
    return _issue(seen, ladder, run, None, run, "" if run else "no run was published since")


def require_ladder(service: Service, work: "UnitOfWork", seen: Visibility, ladder: str) -> None:
    """Return if the ladder is kept or stored, and may be seen.

    Raises:
        NotFoundError: it is not, for this person.
    """
    if ladder in visible_ladders(service, seen):
        return
    stored = {line.partition(" ")[0] for line in work.ladders.list()}
    if ladder not in stored or not seen.sees(("ladder", ladder)):
        raise no_ladder(service, seen, ladder)


def no_ladder(service: Service, seen: Visibility, ladder: str) -> NotFoundError:
    """Return the failure to find a ladder; it reads alike for one that must not be seen."""
    known = ", ".join(sorted(visible_ladders(service, seen))) or "none"
    return NotFoundError(f"no ladder {ladder!r} is kept; there are: {known}")


def the_ladder(service: Service, seen: Visibility, ladder: str | None) -> str:
    """Return the ladder that is meant where nobody says: the only one there is.

    Raises:
        RequestError: there are several, or none.
    """
    if ladder is not None:
        return ladder
    known = sorted(visible_ladders(service, seen))
    if len(known) != 1:
        raise RequestError(f"name a ladder; there are: {', '.join(known) or 'none'}")
    return known[0]


def _issue(
    seen: Visibility,
    ladder: str,
    run: Pointer | None,
    refused: Pointer | None,
    good: Pointer | None,
    reason: str,
) -> Issue:
    runs = [("run", one.run_id) for one in (run, refused) if one is not None]
    marking = seen.marking(("ladder", ladder), *runs)  # type: ignore[arg-type]
    return Issue(ladder, run, refused, marking, good.run_id if good else None, reason)


def _marked(request: Request, work: "UnitOfWork", number: int) -> Marked:
    """Return the markings in force, read again only when one was added."""
    held: tuple[int, Marked] | None = getattr(request.app.state, "marked", None)
    if held is None or held[0] != number:
        held = (number, work.markings.in_force())
        request.app.state.marked = held
    return held[1]
