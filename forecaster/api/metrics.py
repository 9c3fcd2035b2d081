"""Figures for Prometheus: how much is asked and how long it takes, by route and status.

Each application has a registry of its own, so that two in one process do not count together.
"""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from forecaster.api.acts.jobs import sees_subject
from forecaster.api.service import Service
from forecaster.api.standing import standing
from forecaster.domain.account import Principal
from forecaster.store.ledger import JobState
from forecaster.traces import span

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_STATES: tuple[JobState, ...] = ("queued", "running", "failed", "dead")
_OTHER = "(none)"


class Metrics:
    """Counts of one application; what stands in the database is read when somebody asks."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "forecaster_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "forecaster_request_seconds",
            "How long an answer took.",
            ("route", "method"),
            buckets=_SECONDS,
            registry=self._registry,
        )

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)

    def text(self, service: Service, principal: Principal | None) -> bytes:
        """Return all figures in Prometheus' text form, none about what `principal` may not see.

        None stands for whoever runs the machine, who sees all.
        """
        return generate_latest(self._registry) + generate_latest(_stored(service, principal))


def _stored(service: Service, principal: Principal | None) -> CollectorRegistry:
    """Return gauges of what stands in the database now."""
    registry = CollectorRegistry()
    of_ladder, of_job = ("ladder",), ("job", "state")
    age = _gauge(registry, "run_age_seconds", "Seconds since `as_of` of what is served.", of_ladder)
    fresh = _gauge(registry, "ladder_fresh", "1 if what is served is fresh and whole.", of_ladder)
    readings = _gauge(registry, "readings", "Readings stored, every vintage counted.")
    rejects = _gauge(registry, "rejects", "Rejected rows.")
    runs = _gauge(registry, "job_runs", "Job runs by state.", of_job)
    stands = standing(service)
    with service.reading() as work:
        seen = None if principal is None else work.markings.visible_to(principal)
        for one in stands:
            if seen is None or seen.sees(("ladder", one.ladder)):
                fresh.labels(one.ladder).set(one.state == "fresh" and one.complete)
                if one.age is not None:
                    age.labels(one.ladder).set(one.age.total_seconds())
        readings.set(work.readings.count())
        rejects.set(work.quarantine.count())
        for state in _STATES:
            for job, number in work.ledger.count(state).items():
                if seen is None or sees_subject(service, seen, job.partition(":")[2]):
                    runs.labels(job, state).set(number)
    return registry


def _gauge(
    registry: CollectorRegistry, name: str, text: str, labels: tuple[str, ...] = ()
) -> Gauge:
    return Gauge(f"forecaster_{name}", text, labels, registry=registry)


class Counting:
    """Counts every answer by the template of its route, never by what was asked for."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and count it; an answer that never came counts as a failure of ours."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with span("request") as opened:
            try:
                await self._app(scope, receive, noted)
            finally:
                path = getattr(scope.get("route"), "path", _OTHER)
                method = scope["method"] if path != _OTHER else _OTHER
                self._metrics.count(path, method, status, perf_counter() - began)
                opened.update_name(f"{method} {path}")
                opened.set_attribute("http.response.status_code", status)
