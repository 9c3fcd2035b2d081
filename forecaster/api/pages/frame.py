"""What every page has in common: templates, who is reading, the way around, and who may see it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from forecaster.api.access import TOKEN_FIELD
from forecaster.api.pages.navigation import (
    Place,
    admin_places,
    ladder_address,
    ladder_places,
    main_places,
)
from forecaster.domain.account import UNMARKED, Marking, Principal
from forecaster.domain.ladder import Ladder
from forecaster.reporting import phrases
from forecaster.reporting.render_html import teach
from forecaster.reporting.values import Outlook
from forecaster.reporting.words import Likelihood


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates: everything that is filled in is escaped, and nothing may be missing.

    They can use those of the report, and say things in its words.
    """
    made = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("forecaster.api", "templates"),
                PackageLoader("forecaster.reporting", "templates"),
            ]
        ),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    teach(made)
    made.filters |= {
        "error": error,
        "figure": figure,
        "predicate": predicate,
        "when": when,
        "on": on,
        "counted": phrases.counted,
        "as_choices": _pairs,
    }
    made.globals |= {"ladder_address": ladder_address}
    return made


def page(
    request: Request,
    template: str,
    principal: Principal | None,
    values: Mapping[str, Any],
    *,
    marking: Marking = UNMARKED,
    ladder: Ladder | None = None,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a page made of a template.

    marking: of what the page shows; it stands above and below it. ladder: whose page it is.
    Templates are given `principal`, `path`, `token_field`, `marking`, `ladder`, the links
    `places` and `near`, and what `values` holds.
    """
    path = request.url.path
    text = (
        environment()
        .get_template(template)
        .render(
            principal=principal,
            path=path,
            token_field=TOKEN_FIELD,
            marking=marking,
            ladder=ladder,
            places=main_places(principal, path) if principal else (),
            near=_near(ladder, path),
            **values,
        )
    )
    return HTMLResponse(text, status, dict(headers or {}))


def when(moment: datetime) -> Markup:
    """Return an instant as people read it, and as programs do."""
    return _time(moment, phrases.moment(moment))


def on(moment: datetime) -> Markup:
    """Return the day of an instant as people read it, and the instant as programs do."""
    return _time(moment, phrases.day(moment.astimezone(UTC)))


def predicate(outlook: Outlook) -> str:
    """Return what follows an event at the head of a sentence, with its word and number."""
    return Likelihood(outlook.number, outlook.term).predicate


def figure(value: float) -> str:
    """Return a reading with four digits that tell, or all of those before its point."""
    if abs(value) >= 1_000:
        return f"{value:,.{0 if value.is_integer() else 1}f}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}")


def error(value: float) -> str:
    """Return a Monte Carlo error of a probability in percentage points: `±0.3`."""
    size = 100 * value
    return f"±{size:.1f}" if size >= 0.05 else "below ±0.1"


def _pairs(values: Iterable[str]) -> list[tuple[str, str]]:
    """Return values as choices that are called what they are."""
    return [(value, value) for value in values]


def _time(moment: datetime, said: str) -> Markup:
    exact = moment.astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(exact, said)


def _near(ladder: Ladder | None, path: str) -> Sequence[Place]:
    if ladder is not None:
        return ladder_places(ladder.id, path)
    return admin_places(path) if path == "/admin" or path.startswith("/admin/") else ()
