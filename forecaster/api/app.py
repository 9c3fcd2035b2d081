"""The application: routes, pages, bounds and failures, put together."""

from fastapi import FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.staticfiles import StaticFiles

from forecaster.api import pages, problems, routes
from forecaster.api.access import Keyring
from forecaster.api.bodies import Shelf
from forecaster.api.bounds import LOOPBACK, Bounds, Limits
from forecaster.api.events import Events
from forecaster.api.headers import SecurityHeaders
from forecaster.api.metrics import Counting, Metrics
from forecaster.api.pages.failure import failure_page
from forecaster.api.service import Service
from forecaster.api.static import FOLDER
from forecaster.api.tables import MEDIA

TITLE = "Escalation forecaster"
VERSION = "1"
"""Of the addresses under `/api/v1`: what they mean is added to, never changed."""

DESCRIPTION = """Posterior probabilities of each rung of an escalation ladder, per theatre.

Every answer says which run it is of, as of when, and until when it counts as fresh. Send an API key
as `Authorization: Bearer …`. Failures are RFC 9457 problem details."""


def create_app(service: Service) -> FastAPI:
    """Return an application on `service`; making it opens no connection and computes nothing."""
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        # Its own spans hold addresses with all that was asked; ours name the route alone.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = service
    app.state.keyring = Keyring()
    app.state.limits = Limits(service.settings)
    app.state.bodies = Shelf()
    app.state.metrics = Metrics()
    app.state.events = Events(service)
    problems.install(app, failure_page=failure_page)
    for router in (*routes.ROUTERS, *pages.ROUTERS):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=FOLDER), name="static")
    # The last one added sees a request first.
    pressed = (*DEFAULT_EXCLUDED_CONTENT_TYPES, MEDIA["parquet"], MEDIA["arrow"])
    app.add_middleware(GZipMiddleware, minimum_size=1_000, exclude_content_types=pressed)
    app.add_middleware(Bounds, most_bytes=service.settings.request_max_bytes, hosts=_hosts(service))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Counting, metrics=app.state.metrics)
    return app


def _hosts(service: Service) -> frozenset[str]:
    """Return the names to answer to: this machine's alone where nobody logs in.

    Otherwise another site could give its own name the address of this machine, and ask in the
    name of whoever visits it.
    """
    named = frozenset(name.lower() for name in service.settings.trusted_hosts)
    return named | LOOPBACK if service.open_use or named else frozenset()
