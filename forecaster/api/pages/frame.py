"""What every page has in common: templates, who is reading, and the way around."""

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from forecaster.api.access import TOKEN_FIELD
from forecaster.domain.account import Principal


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates: everything that is filled in is escaped, and nothing may be missing."""
    return Environment(
        loader=PackageLoader("forecaster.api", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(
    request: Request,
    template: str,
    principal: Principal | None,
    values: Mapping[str, Any],
    *,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a page made of a template.

    Templates are given `principal`, `path`, `token_field` and what `values` holds.
    """
    text = (
        environment()
        .get_template(template)
        .render(
            principal=principal,
            path=request.url.path,
            token_field=TOKEN_FIELD,
            **values,
        )
    )
    return HTMLResponse(text, status, dict(headers or {}))
