"""Indicators of a ladder: what each says, what it earned, and what feeds it."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from forecaster.api.access import Seen
from forecaster.api.pages.frame import page
from forecaster.api.pages.ladders import ladder_marking, refusal
from forecaster.api.pages.looking import ladder_seen, report_on, shown, sources_of
from forecaster.api.pages.theatres import drivers
from forecaster.api.service import Surroundings

router = APIRouter(include_in_schema=False)


@router.get("/ladders/{id}/indicators")
def indicators(request: Request, service: Surroundings, seen: Seen, id: str) -> Response:
    """Show every indicator of a ladder: its value, its effect, and what feeds it."""
    with service.reading() as work:
        ladder = ladder_seen(service, work, seen, id)
        state = shown(work, seen, id)
    report = None if state.current is None else report_on(request, seen, state.current)
    of_series = sources_of(service, ladder)
    hidden = seen.hidden("source")
    fed = [
        (
            indicator,
            [name for name in _names(indicator.series) if of_series.get(name, "") not in hidden],
        )
        for indicator in ladder.indicators
        if not any(of_series.get(name) in hidden for name in _names(indicator.series))
    ]
    values = {
        "report": report,
        "run": state.current,
        "refused": refusal(request, seen, ladder, state),
        "drivers": [] if report is None else drivers(ladder, report),
        "fed": fed,
        "of_series": of_series,
    }
    marking = ladder_marking(seen, ladder, state.current)
    return page(
        request, "indicators.html.j2", seen.principal, values, marking=marking, ladder=ladder
    )


def _names(series: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    return list(dict.fromkeys(name for _, names in series for name in names))
