"""Figures for Prometheus."""

from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from forecaster.api.access import address_of, needs
from forecaster.api.metrics import Metrics
from forecaster.api.service import Surroundings

router = APIRouter(tags=["health"], include_in_schema=False)

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/metrics")
def metrics(request: Request, service: Surroundings) -> Response:
    """Answer to this machine itself, and to who may read; a proxy's requests are others'."""
    principal = None if _from_here(request) else needs("viewer")(request)
    kept: Metrics = request.app.state.metrics
    return Response(kept.text(service, principal), media_type=CONTENT_TYPE_LATEST)


def _from_here(request: Request) -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(address_of(request)).is_loopback
    except ValueError:
        return False
