"""Lists in every form: one page as JSON with its head, or as a file of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response

from forecaster.api import bodies, cursors, tables
from forecaster.api.record import note_read
from forecaster.domain.account import Principal
from forecaster.store.unit_of_work import UnitOfWork
from forecaster.store.views import Asked, Key, Page

type Head = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page to be answered: its rows, the cursor of the next one, and what is said above them."""

    name: str
    columns: tables.Columns
    rows: Sequence[Mapping[str, Any]]
    next: str | None
    head: Head = field(default_factory=dict)


def page_of(
    work: UnitOfWork, name: str, asked: Asked, cursor: str | None, types: Sequence[type]
) -> tuple[Page, str | None]:
    """Return a page of a view after `cursor`, and the cursor of the next page."""
    after: Key | None = None if cursor is None else cursors.decode(name, cursor, types)
    page = work.views.page(
        Asked(
            view=asked.view,
            order=asked.order,
            where=asked.where,
            without=asked.without,
            after=after,
            newest_first=asked.newest_first,
            limit=asked.limit,
        )
    )
    return page, None if page.next is None else cursors.encode(name, page.next)


def answered(
    request: Request, principal: Principal, listed: Listed, format: str | None = None
) -> Response:
    """Return a page in the form that is asked for; a file is noted as an export."""
    form = bodies.preferred(request, format, tables.MEDIA)
    head = bodies.next_link(request, listed.next)
    if form == "json":
        content = {**listed.head, "items": listed.rows, "next": listed.next}
        return bodies.tagged(request, bodies.dumped(content), tables.MEDIA[form], head)
    plain = tables.written(form, listed.columns, listed.rows)
    note_read(request, principal, "export", f"{listed.name} as {form}")
    return bodies.tagged(request, plain, tables.MEDIA[form], head)


def as_json(request: Request, content: object) -> Response:
    """Return a value as JSON, under a tag of its own."""
    return bodies.tagged(request, bodies.dumped(content), tables.MEDIA["json"])
