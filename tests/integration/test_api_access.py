"""Every route says which role it needs, every other pair is refused, and what is hidden is so."""

from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from forecaster.api.app import create_app
from forecaster.domain.account import ROLES, Role
from tests.builders_api import HIDDEN, NOW, PEOPLE, fill, headers_of, make_service

OPEN = {
    ("GET", "/health"),
    ("GET", "/health/live"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/style/report.css"),
}
"""What needs no role: whether it lives, logging in, and a style."""

BY_ITSELF = {("GET", "/metrics")}
"""What decides in its own body; see `test_figures_are_for_readers_and_for_this_machine`."""

WORDS = {
    "ladder": "hidden-ladder",
    "run_id": "hidden-run",
    "series": "hidden.series",
    "source": "hidden-source",
    "date": "2024-01-09",
    "id": "hidden-ladder",
    "prior_id": "spread",
}
NUMBERED = {"/api/v1/jobs/runs/{id}", "/api/v1/proposals/{id}/confirm"}


def routes() -> list[tuple[str, str, APIRoute]]:
    """Every address with a method, from an application that is never asked anything."""
    app = create_app(make_service(None))  # type: ignore[arg-type]
    found = [one for one in _flat(app.routes) if isinstance(one, APIRoute)]
    return sorted((method, one.path, one) for one in found for method in one.methods)


def _flat(routes: list[object]) -> Iterator[object]:
    for route in routes:
        inner = getattr(route, "original_router", None)  # what FastAPI makes of a router
        if inner is not None:
            yield from _flat(inner.routes)
        else:
            yield route


def role_of(dependant: Dependant) -> Role | None:
    """The highest role that anything in the signature of a route needs."""
    found = [_named(one) for one in _all(dependant)]
    roles = [role for role in found if role is not None]
    return max(roles, key=ROLES.index, default=None)


def _all(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _all(one)


def _named(dependant: Dependant) -> Role | None:
    name = getattr(dependant.call, "__name__", "")
    return name.removeprefix("needs_") if name.startswith("needs_") else None  # type: ignore[return-value]


MATRIX = [(method, path, role_of(route.dependant)) for method, path, route in routes()]


def test_every_route_says_which_role_it_needs():
    silent = {(method, path) for method, path, role in MATRIX if role is None}
    assert silent == OPEN | BY_ITSELF
    assert len(MATRIX) > 30


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One service for the whole matrix: nothing that is refused changes it."""
    from forecaster.store.session import make_engine, migrate

    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('api') / 'forecaster.sqlite'}")
    migrate(engine)
    fill(engine)
    yield TestClient(create_app(make_service(engine)), raise_server_exceptions=False)
    engine.dispose()


def address(path: str) -> str:
    return (
        path.replace("{id}", "1").replace("{date}", "2024-01-09").replace("{", "").replace("}", "")
    )


@pytest.mark.parametrize("who", ["nobody", "past", "gone", "wrong", *PEOPLE])
def test_every_forbidden_pair_is_refused(client: TestClient, who: str):
    for method, path, role in MATRIX:
        if role is None:
            continue
        held = PEOPLE.get(who)
        if held is not None and ROLES.index(held) >= ROLES.index(role):
            continue
        answer = client.request(method, address(path), headers=sent_by(who), follow_redirects=False)
        expected = 401 if held is None else 403
        assert answer.status_code == expected, (method, path, who, answer.text)


def sent_by(who: str) -> dict[str, str]:
    if who == "nobody":
        return {}
    if who == "wrong":
        return {"Authorization": "Bearer fk_00000000_nothing"}
    return headers_of(who)


def test_every_permitted_pair_is_let_through(client: TestClient):
    """The other half: a matrix that refuses everybody would pass the test above."""
    for method, path, role in MATRIX:
        if role is None or method != "GET" or not path.startswith("/api/") or "events" in path:
            continue
        for who, held in PEOPLE.items():
            if ROLES.index(held) >= ROLES.index(role):
                answer = client.request(method, address(path), headers=headers_of(who))
                assert answer.status_code not in {401, 403}, (method, path, who, answer.text)


def test_a_one_time_password_opens_nothing_but_its_change(client: TestClient):
    from forecaster import credentials
    from forecaster.domain.account import Account

    service = client.app.state.service  # type: ignore[attr-defined]
    token = credentials.new_token()
    with service.writing() as work:
        account = Account("newcomer", "admin", "TLP:RED", NOW, one_time=True)
        work.accounts.add(account, password_hash="none")
        work.accounts.begin_session(
            "newcomer",
            digest=credentials.digest_of(token),
            form_token="form",
            at=NOW,
            until=NOW.replace(year=2030),
        )
        work.commit()
    cookie = {"Cookie": f"forecaster_session={token}"}
    for method, path, role in MATRIX:
        if role is not None and path != "/account" and path != "/logout":
            answer = client.request(method, address(path), headers=cookie, follow_redirects=False)
            assert answer.status_code == 403, (method, path, answer.text)


def readable() -> list[str]:
    """Every address that can be read, asked for everything and for what is hidden."""
    found = []
    for method, path, route in routes():
        if method != "GET" or not path.startswith(("/api/", "/health")):
            continue
        if path in {"/api/v1/events", "/api/v1/audit"}:  # a stream; the record of who did what
            continue
        names = [p.alias for p in route.dependant.query_params if p.alias in WORDS]
        names += [
            p.alias for d in _all(route.dependant) for p in d.query_params if p.alias in WORDS
        ]
        asked = [f"{name}={WORDS[name]}" for name in dict.fromkeys(names)]
        place = path.replace("{id}", "1" if path in NUMBERED else WORDS["id"])
        for name, word in WORDS.items():
            place = place.replace(f"{{{name}}}", word)
        found += [place, *(f"{place}?{one}" for one in asked), f"{place}?{'&'.join(asked)}"]
    return sorted(set(found))


def shows(client: TestClient, who: str, url: str) -> str:
    """What somebody is told that they did not say themselves."""
    answer = client.get(url, headers=headers_of(who))
    text = answer.text + str(dict(answer.headers))
    if answer.status_code >= 400:
        assert answer.status_code in {404, 422, 503}, (url, answer.text)
        said = {**WORDS, "instance": url.partition("?")[0]}
        for word in sorted(said.values(), key=len, reverse=True):
            text = text.replace(word, "")
    return text


def test_what_is_hidden_is_told_to_nobody_who_may_not_see_it(client: TestClient):
    with client.app.state.service.writing() as work:  # type: ignore[attr-defined]
        work.ledger.request("update", f"{HIDDEN}-ladder", asked_by="ada", at=NOW)
        work.ledger.request("ingest", f"{HIDDEN}-source", asked_by="ada", at=NOW)
        work.commit()
    urls = readable()
    assert len(urls) > 30
    for url in (*urls, "/metrics"):
        assert HIDDEN not in shows(client, "vera", url), url


def test_what_is_hidden_is_told_to_the_cleared(client: TestClient):
    """The other half: the test above could pass because nobody is told anything."""
    told = [url for url in readable() if HIDDEN in shows(client, "red", url)]
    for name in ("results", "runs", "theatres", "priors", "judgements", "proposals", "sources"):
        assert any(f"/{name}" in url for url in told), name


def test_a_hidden_thing_reads_as_one_that_is_not_there(client: TestClient):
    pairs = [
        ("/api/v1/runs/{}", "hidden-run", "unheard-run"),
        ("/api/v1/results?ladder={}", "hidden-ladder", "unheard-ladder"),
        ("/api/v1/results?run_id={}", "hidden-run", "unheard-run"),
        ("/api/v1/ladders/{}", "hidden-ladder", "unheard-ladder"),
        ("/api/v1/readings?series={}", "hidden.series", "unheard.series"),
        ("/api/v1/priors?ladder={}", "hidden-ladder", "unheard-ladder"),
        ("/api/v1/judgements?ladder={}", "hidden-ladder", "unheard-ladder"),
        ("/api/v1/indicators?ladder={}", "hidden-ladder", "unheard-ladder"),
    ]
    for form, hidden, unheard in pairs:
        first = client.get(form.format(hidden), headers=headers_of("vera"))
        second = client.get(form.format(unheard), headers=headers_of("vera"))
        assert first.status_code == second.status_code == 404
        assert first.text.replace(hidden, "X") == second.text.replace(unheard, "X")


def test_figures_are_for_readers_and_for_this_machine(engine: Engine):
    fill(engine)
    app = create_app(make_service(engine))
    here = TestClient(app, client=("127.0.0.1", 1))
    there = TestClient(app, client=("192.0.2.1", 1))
    assert there.get("/metrics").status_code == 401
    assert here.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 401
    text = here.get("/metrics").text
    assert 'forecaster_ladder_fresh{ladder="hidden-ladder"}' in text
    assert 'route="/metrics",status="401"' in text
    seen = there.get("/metrics", headers=headers_of("vera")).text
    assert 'forecaster_ladder_fresh{ladder="toy"}' in seen
