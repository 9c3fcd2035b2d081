"""The API as its documentation says it: asked at random over all of it, within what it states."""

from collections.abc import Iterator, MutableMapping

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from forecaster.api.app import create_app
from forecaster.store.session import make_engine, migrate
from tests.builders_api import fill, headers_of, make_service

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
EXISTING = {
    "ladder": "toy",
    "run_id": "run-2",
    "series": "viina.events.a",
    "source": "viina",
    "date": "2024-01-09",
    "prior_id": "spread",
    "theatre": "north",
    "domain": "kinetic",
    "rung": "war",
    "starts_at": "2024-01-03T00:00:00Z",
    "distribution": "log_normal",
    "parameters": {"median": 2.0, "sigma": 0.5},
    "drafts": {"spread": {"distribution": "half_normal", "parameters": {"sd": 1.0}}},
    "job": "daily",
    "subject": "toy",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('contract') / 'forecaster.sqlite'}")
    migrate(engine)
    fill(engine)
    yield create_app(make_service(engine))
    engine.dispose()


def test_the_api_keeps_what_its_documentation_promises(app: FastAPI):
    """Every operation with 25 requests made of its own schema, good and bad ones."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path != "/api/v1/events":  # a stream does not end
            asked += 1
            _ask(operation)
    assert asked > 25


def _ask(operation: APIOperation) -> None:
    # 503 is what `/health` answers for data that is not fresh, as its documentation says.
    checks = list(CHECKS[1:] if operation.path == "/health" else CHECKS)

    @seed(1)
    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(operation.as_strategy(mode) for mode in GenerationMode), known=st.booleans()
    )
    def ask(case: schemathesis.Case, known: bool) -> None:
        if known:
            _name_what_exists(case)
        case.call_and_validate(headers=headers_of("ada"), checks=checks)

    ask()


def _name_what_exists(case: schemathesis.Case) -> None:
    """Put names of what is stored in place of random ones, or nearly every answer is a 404."""
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, MutableMapping):
            for name in set(part) & set(EXISTING):
                part[name] = EXISTING[name]


def test_every_route_documents_what_it_answers(app: FastAPI):
    described = app.openapi()
    ids = []
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            ids.append(operation["operationId"])
            assert operation["summary"], where
            assert operation["tags"], where
            assert operation.get("description"), where
            if path.startswith("/api/"):
                assert {"401", "403", "404", "422", "429"} <= set(operation["responses"]), where
                good = [code for code in operation["responses"] if code.startswith("2")]
                assert good, where
                assert operation["responses"][good[0]].get("content"), where
                problem = operation["responses"]["404"]["content"]["application/problem+json"]
                assert problem["schema"]["$ref"].endswith("/Problem"), where
    assert len(ids) == len(set(ids)) > 25
