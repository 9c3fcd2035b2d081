"""Ladders as their files say them, where each theatre stands now, and what is watched."""

import math
from collections.abc import Collection
from typing import Any

from fastapi import APIRouter, Request, Response

from forecaster.api import issued, tables
from forecaster.api.access import Seen, Viewer
from forecaster.api.acts.scope import visible_ladder, visible_ladders
from forecaster.api.issued import Issue
from forecaster.api.listing import Listed, answered, as_json
from forecaster.api.parameters import MOST_ROWS, Format, InPath, Name, OneLadder
from forecaster.api.schemas.common import FORMS, PROBLEMS
from forecaster.api.schemas.ladders import Indicators, LadderForm, Ladders, Theatres
from forecaster.api.service import Surroundings
from forecaster.api.stood import stood
from forecaster.domain.forecast import IndicatorEffect
from forecaster.domain.indicator import Indicator
from forecaster.domain.ladder import Ladder
from forecaster.domain.reading import SourceStatus
from forecaster.store.markings import Visibility
from forecaster.store.unit_of_work import UnitOfWork
from forecaster.store.views import LADDER_NOW, Asked

router = APIRouter(prefix="/api/v1", tags=["ladders"], responses=PROBLEMS)

_SAID_ABOVE = {"ladder", "ladder_version", "run_id", "state", "as_of", "issued_at", "age_hours"}
_SINCE = {"previous_run_id", "change_1", "change_2", "change_3"}
_NOW = {n: kind for n, kind in tables.columns_of(LADDER_NOW).items() if n not in _SAID_ABOVE}


@router.get(
    "/ladders", operation_id="ladders", summary="The ladders that are kept", response_model=Ladders
)
def ladders(request: Request, service: Surroundings, seen: Seen) -> Response:
    """Answer every ladder that is kept."""
    found = visible_ladders(service, seen).values()
    return as_json(request, {"items": [_line(seen, ladder) for ladder in found]})


@router.get("/ladders/{id}", operation_id="ladder", summary="One ladder", response_model=LadderForm)
def ladder(request: Request, service: Surroundings, seen: Seen, id: InPath) -> Response:
    """Answer a ladder with its rungs, theatres and horizons."""
    found = visible_ladder(service, seen, id)
    content = _line(seen, found) | {
        "digest": found.digest,
        "starts": found.starts,
        "horizons": found.horizons,
        "rung_list": [_fields(rung) for rung in found.rungs],
        "theatre_list": [
            {
                "id": place.id,
                "name": place.name,
                "region": place.region,
                "unit": place.measure and place.measure.unit,
                "rungs": {d: [r.id for r in found.rungs_of(place, d)] for d in found.domains},
            }
            for place in found.theatres
        ],
        "regions": {region.id: region.name for region in found.regions},
    }
    return as_json(request, content)


@router.get(
    "/theatres",
    operation_id="theatres",
    summary="Where each theatre stands now",
    response_model=Theatres,
    responses=FORMS,
)
def theatres(
    request: Request,
    service: Surroundings,
    principal: Viewer,
    seen: Seen,
    ladder: Name | None = None,
    format: Format = None,
) -> Response:
    """Answer the present rung of each theatre, and how likely it is to climb."""
    with service.reading() as work:
        name = issued.the_ladder(service, seen, ladder)
        issue = issued.latest(request, principal, work, name)
        rows = _now(work, issue, seen.hidden("run"))
    return answered(
        request, principal, Listed("theatres", _NOW, rows, None, issue.content(service)), format
    )


@router.get(
    "/indicators",
    operation_id="indicators",
    summary="What is watched, what it earned, and how fresh it is",
    response_model=Indicators,
)
def indicators(request: Request, service: Surroundings, seen: Seen, ladder: OneLadder) -> Response:
    """Answer every indicator of a ladder whose sources may be seen."""
    names = [name for one in ladder.indicators for _, series in one.series for name in series]
    with service.reading() as work:
        issue = issued.latest(request, seen.principal, work, ladder.id)
        effects = () if issue.run is None else work.watched.effects(issue.run.run_id)
        sources = dict(work.watched.sources_of(names))
        statuses = {status.source: status for status in work.sources.latest()}
    earned = {effect.indicator: effect for effect in effects}
    hidden = seen.hidden("source")
    items = [
        _indicator(one, earned.get(one.id), fed, statuses)
        for one in ladder.indicators
        if not hidden & (fed := {sources[s] for s in _series(one) if s in sources})
    ]
    return as_json(request, issue.content(service) | {"items": items})


def _now(work: UnitOfWork, issue: Issue, hidden: Collection[str]) -> list[dict[str, Any]]:
    """Return where theatres stand; a change since a run that is hidden would tell of that run."""
    if issue.run is None:
        return []
    where = {"ladder": issue.ladder, "run_id": issue.run.run_id}
    page = work.views.page(Asked(LADDER_NOW, ("theatre", "domain"), where=where, limit=MOST_ROWS))
    if not page.rows:
        return stood(work, issue.run, hidden)
    return [
        {
            name: None if name in _SINCE and row["previous_run_id"] in hidden else value
            for name, value in row.items()
            if name in _NOW
        }
        for row in page.rows
    ]


def _line(seen: Visibility, ladder: Ladder) -> dict[str, Any]:
    return {
        "id": ladder.id,
        "version": ladder.version,
        "name": ladder.name,
        "step": ladder.step,
        "domains": ladder.domains,
        "theatres": len(ladder.theatres),
        "rungs": len(ladder.rungs),
        "marking": seen.marking(("ladder", ladder.id)),
    }


def _indicator(
    indicator: Indicator,
    effect: IndicatorEffect | None,
    fed: set[str],
    statuses: dict[str, SourceStatus],
) -> dict[str, Any]:
    known = [statuses[source] for source in sorted(fed) if source in statuses]
    seen_at = [status.last_observed_at for status in known if status.last_observed_at is not None]
    return {
        "id": indicator.id,
        "name": indicator.name,
        "family": indicator.family,
        "route": indicator.route,
        "sign": indicator.sign,
        "series": _series(indicator),
        "sources": sorted(fed),
        "source_states": [status.state for status in known],
        "last_observed_at": max(seen_at, default=None),
        **{n: _earned(effect, n) for n in ("value", "effect", "lower", "upper")},
        "label": "" if effect is None else effect.label,
    }


def _earned(effect: IndicatorEffect | None, name: str) -> float | None:
    found = None if effect is None else getattr(effect, name)
    return found if found is None or math.isfinite(found) else None


def _series(indicator: Indicator) -> list[str]:
    return sorted({name for _, series in indicator.series for name in series})


def _fields(thing: object) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}  # type: ignore[attr-defined]
