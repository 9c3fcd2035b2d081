"""Traces: a span for each request and job, by route and job, and nothing of what was asked."""

from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import Engine

from forecaster import traces
from forecaster.settings import Settings
from jobs.context import Context
from jobs.job import ByHand, Job, Outcome, Slot
from jobs.runner import run_slot
from tests.builders_login import client, service
from tests.fakes_jobs import make_context

SPANS = InMemorySpanExporter()


@pytest.fixture(scope="module", autouse=True)
def _kept() -> None:
    assert traces.configure(Settings(), SPANS)


def spans() -> list[tuple[str, dict[str, object]]]:
    trace.get_tracer_provider().force_flush()  # type: ignore[attr-defined]
    found = [(one.name, dict(one.attributes or {})) for one in SPANS.get_finished_spans()]
    SPANS.clear()
    return found


def test_a_request_is_told_by_its_route_alone(engine: Engine):
    browser = client(service(engine))
    browser.get("/login", params={"next": "/secret-word"})
    browser.get("/no/such/secret-word")
    found = spans()
    assert ("GET /login", {"http.response.status_code": 200}) in found
    assert not any("secret-word" in str(one) for one in found)


def test_a_job_is_told_with_its_end_and_a_failure_without_its_message(tmp_path: Path):
    context = make_context(tmp_path)

    def fails(_context: Context, _slot: Slot) -> Outcome:
        raise RuntimeError("secret-word")

    good = Job("good", "works", ByHand(), "once", run=lambda *_: Outcome("done", "well"))
    bad = Job("bad", "fails", ByHand(), "once", run=fails)
    run_slot(context, good, Slot(context.clock(), context.clock()))
    with pytest.raises(RuntimeError):
        run_slot(context, bad, Slot(context.clock(), context.clock()))
    found = spans()
    assert ("job good", {"subject": "", "state": "done"}) in found
    assert ("job bad", {"subject": ""}) in found
    assert "secret-word" not in str(found)
    context.engine().dispose()


def test_without_an_address_nothing_is_sent():
    assert not traces.configure(Settings())
