"""The style of the report as a file, so that pages look like it under a policy without inlines."""

from fastapi import APIRouter, Response

from forecaster.reporting.render_html import stylesheet

router = APIRouter(include_in_schema=False)

_KEEP = {"Cache-Control": "public, max-age=3600"}


@router.get("/style/report.css")
def report_style() -> Response:
    """Return the palette and the style of the report; it tells nothing, so anybody may read it."""
    return Response(stylesheet(), media_type="text/css", headers=_KEEP)
