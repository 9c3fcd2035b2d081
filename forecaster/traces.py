"""Traces by OpenTelemetry, if an address to send them to is set; without one they cost nothing.

A span tells how long a request or a job took and how it ended: route, status, name of the job. What
was asked for, and by whom, is in no span.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.trace import Status, StatusCode, Tracer

from forecaster.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

_NAME = "escalation-forecaster"


def configure(settings: Settings, exporter: "SpanExporter | None" = None) -> bool:
    """Send the spans of this process to `settings.otlp_endpoint`, and return whether any are sent.

    exporter: another way for them, such as a list in a test.
    """
    if exporter is None and not settings.otlp_endpoint:
        return False
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": _NAME}))
    provider.add_span_processor(BatchSpanProcessor(exporter or _exporter(settings)))
    trace.set_tracer_provider(provider)
    return True


def _exporter(settings: Settings) -> "SpanExporter":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=settings.otlp_endpoint)


def tracer() -> Tracer:
    """Return what makes spans; until `configure` was asked, they go nowhere."""
    return trace.get_tracer(_NAME)


@contextmanager
def span(name: str, **fields: str | int | float) -> Iterator[trace.Span]:
    """Time what the block does; one that raises ends as a failure, without its message."""
    with tracer().start_as_current_span(
        name, attributes=fields, record_exception=False, set_status_on_exception=False
    ) as opened:
        try:
            yield opened
        except BaseException as error:
            opened.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
