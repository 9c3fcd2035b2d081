"""Results over HTTP: one run per answer, every form, cheap polls, and pages that lose nothing."""

import csv
import gzip
import io
from collections.abc import Iterator

import pyarrow.ipc
import pyarrow.parquet
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from forecaster.api.service import Service
from forecaster.domain.account import MarkingNote
from tests.builders_api import NOW, client_of, fill, headers_of, make_service, whole_forecast
from tests.builders_store import day, forecast, refused, run

URL = "/api/v1/results"
VERA = headers_of("vera")


@pytest.fixture
def service(engine: Engine) -> Service:
    fill(engine)
    return make_service(engine)


@pytest.fixture
def client(service: Service) -> TestClient:
    return client_of(service)


def get(client: TestClient, **params: object) -> dict[str, object]:
    answer = client.get(URL, params={"ladder": "toy", **params}, headers=VERA)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_latest_run_is_served_with_what_it_is_of(client: TestClient):
    found = get(client)
    assert found["outcome"] == "served"
    assert (found["run_id"], found["state"], found["marking"]) == (
        "run-2",
        "published",
        "TLP:CLEAR",
    )
    assert found["as_of"] == "2024-01-09T00:00:00Z"
    assert found["fresh_until"] == "2024-01-09T09:00:00Z"  # the next daily run and its grace
    assert len(found["items"]) == len(whole_forecast().cells)


def test_a_refused_run_is_told_and_the_last_good_one_is_given(client: TestClient, service: Service):
    with service.writing() as work:
        work.forecasts.refuse(refused("run-bad", as_of=day(9)), forecast())
        work.commit()
    found = get(client)
    assert (found["outcome"], found["refused_run_id"]) == ("refused", "run-bad")
    assert "R-hat" in str(found["reason"])
    assert (found["run_id"], found["last_good_run_id"]) == ("run-2", "run-2")
    asked = client.get(URL, params={"run_id": "run-bad"}, headers=VERA).json()
    assert (asked["outcome"], asked["last_good_run_id"]) == ("refused", "run-2")
    assert {item["state"] for item in asked["items"]} == {"refused"}


def test_an_old_refusal_does_not_hide_a_newer_run(client: TestClient, service: Service):
    with service.writing() as work:
        late = refused("run-bad", as_of=day(3))
        work.forecasts.refuse(late, forecast())
        work.commit()
    assert get(client)["outcome"] == "served"


def test_without_a_run_the_answer_says_so(engine: Engine):
    service = make_service(engine)
    with service.writing() as work:
        from tests.builders_api import _people

        _people(work)
        work.commit()
    found = get(client_of(service))
    assert (found["outcome"], found["items"], found["run_id"]) == ("no run", [], None)


def test_a_withdrawn_run_is_passed_over(client: TestClient, service: Service):
    with service.writing() as work:
        work.runs.withdraw("run-2", reason="wrong data", actor="ada", at=NOW)
        work.commit()
    assert get(client)["run_id"] == "run-1"
    held = client.get(URL, params={"run_id": "run-2"}, headers=VERA).json()
    assert {item["state"] for item in held["items"]} == {"withdrawn"}


def test_a_run_that_is_marked_is_passed_over_at_once(client: TestClient, service: Service):
    tag = client.get(URL, params={"ladder": "toy"}, headers=VERA).headers["etag"]
    with service.writing() as work:
        work.markings.set(MarkingNote("run", "run-2", "TLP:RED", "ada", "a leak", NOW))
        work.commit()
    answer = client.get(URL, params={"ladder": "toy"}, headers={**VERA, "If-None-Match": tag})
    assert (answer.status_code, answer.json()["run_id"]) == (200, "run-1")
    red = client.get(URL, params={"ladder": "toy"}, headers=headers_of("red")).json()
    assert (red["run_id"], red["marking"]) == ("run-2", "TLP:RED")


def test_pages_hold_every_row_once_and_stay_with_their_run(client: TestClient, service: Service):
    whole = get(client)["items"]
    first = get(client, limit=7)
    with service.writing() as work:
        work.forecasts.publish(run("run-3", as_of=day(9)), forecast())
        work.commit()
    rows, cursor = list(first["items"]), first["next"]
    while cursor:
        page = get(client, limit=7, cursor=cursor)
        assert page["run_id"] == "run-2"
        rows, cursor = rows + page["items"], page["next"]
    assert rows == whole
    assert get(client)["run_id"] == "run-3"


def test_the_next_page_is_linked(client: TestClient):
    answer = client.get(URL, params={"ladder": "toy", "limit": 5}, headers=VERA)
    url = answer.links["next"]["url"]
    assert client.get(url, headers=VERA).json()["items"][0] not in answer.json()["items"]


def test_rows_are_chosen_by_what_they_are_of(client: TestClient):
    cases: list[tuple[dict[str, object], int]] = [
        ({"kind": "at"}, 9),
        ({"kind": "at", "horizon_steps": 4}, 3),
        ({"rung": "war"}, 6),
        ({"theatre": "north", "domain": "kinetic", "kind": "fall"}, 1),
        ({"theatre": "south"}, 0),
    ]
    for params, count in cases:
        found = get(client, **params)["items"]
        assert len(found) == count, params
        assert all(item[name] == value for item in found for name, value in params.items())


def test_a_day_means_the_run_that_was_known_then(client: TestClient):
    assert get(client, as_of="2024-01-05")["run_id"] == "run-1"
    assert get(client, as_of="2024-01-09")["run_id"] == "run-2"
    assert get(client, as_of="2023-12-31")["outcome"] == "no run"


def test_since_walks_from_run_to_run(client: TestClient, service: Service):
    first = get(client, as_of="2024-01-05")
    second = get(client, since=first["since"])
    assert second["run_id"] == "run-2"
    waiting = get(client, since=second["since"])
    assert (waiting["outcome"], waiting["items"]) == ("no run", [])
    with service.writing() as work:
        work.forecasts.publish(run("run-3", as_of=day(9)), forecast())
        work.commit()
    assert get(client, since=waiting["since"])["run_id"] == "run-3"


def test_whoever_waits_is_given_back_their_own_since(client: TestClient, service: Service):
    second = get(client)["since"]
    get(client, since=second)  # a body of nothing newer is held from now on
    with service.writing() as work:
        work.forecasts.publish(run("run-3", as_of=day(9), issued_at=day(9.1)), forecast())
        work.commit()
    third = get(client)["since"]
    asked = {"ladder": "toy", "since": third}
    waiting = client.get(URL, params=asked, headers=VERA)
    assert waiting.json()["outcome"] == "no run"
    assert waiting.json()["since"] == third != second
    same = client.get(URL, params=asked, headers=VERA | {"If-None-Match": waiting.headers["etag"]})
    assert same.status_code == 304


def test_what_cannot_be_asked_is_a_problem_that_says_so(client: TestClient):
    cases: list[dict[str, object]] = [
        {"cursor": "nonsense"},
        {"cursor": "WyJydW5zIl0"},
        {"since": "ww"},
        {"limit": 5001},
        {"limit": 0},
        {"as_of": "2024-13-01"},
        {"as_of": "2024-01-05", "run_id": "run-1"},
        {"kind": "unheard"},
    ]
    for params in cases:
        answer = client.get(URL, params={"ladder": "toy", **params}, headers=VERA)
        assert answer.status_code == 422, params
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)


def selects(statements: list[str]) -> list[str]:
    return [one for one in statements if one.lstrip().upper().startswith("SELECT")]


def test_a_poll_costs_one_query_and_reads_no_row(client: TestClient, statements: list[str]):
    params = {"ladder": "toy"}
    first = client.get(URL, params=params, headers=VERA)
    statements.clear()
    again = client.get(URL, params=params, headers={**VERA, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert len(selects(statements)) == 1
    assert "results" not in selects(statements)[0]
    statements.clear()
    same = client.get(URL, params=params, headers=VERA)
    assert same.content == first.content
    assert len(selects(statements)) == 1


def test_a_new_run_is_another_tag(client: TestClient, service: Service):
    before = client.get(URL, params={"ladder": "toy"}, headers=VERA).headers["etag"]
    with service.writing() as work:
        work.forecasts.publish(run("run-3", as_of=day(9)), forecast())
        work.commit()
    answer = client.get(URL, params={"ladder": "toy"}, headers={**VERA, "If-None-Match": before})
    assert (answer.status_code, answer.json()["run_id"]) == (200, "run-3")


def test_the_compressed_body_has_a_tag_of_its_own(client: TestClient):
    params = {"ladder": "toy"}
    with client.stream("GET", URL, params=params, headers=VERA) as pressed:
        raw = b"".join(pressed.iter_raw())
    plain = client.get(URL, params=params, headers={**VERA, "Accept-Encoding": "identity"})
    assert pressed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content
    assert pressed.headers["etag"] != plain.headers["etag"]
    assert not pressed.headers["etag"].startswith("W/")


def rows_of(client: TestClient, form: str) -> bytes:
    answer = client.get(URL, params={"ladder": "toy", "format": form}, headers=VERA)
    assert answer.headers["x-run-id"] == "run-2"
    assert answer.headers["x-outcome"] == "served"
    return answer.content


def test_every_form_says_the_same(client: TestClient):
    items = get(client)["items"]
    wanted = [(i["theatre"], i["kind"], i["rung"], i["probability"]) for i in items]
    names = ("theatre", "kind", "rung", "probability")
    table = pyarrow.parquet.read_table(io.BytesIO(rows_of(client, "parquet")))
    stream = pyarrow.ipc.open_stream(rows_of(client, "arrow")).read_all()
    for found in (table, stream):
        assert [tuple(row[n] for n in names) for row in found.to_pylist()] == wanted
    text = list(csv.DictReader(io.StringIO(rows_of(client, "csv").decode())))
    assert [(*(r[n] for n in names[:3]), float(r["probability"])) for r in text] == wanted


def test_the_form_may_be_asked_for_by_its_media_type(client: TestClient):
    answer = client.get(URL, params={"ladder": "toy"}, headers={**VERA, "Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")


def test_an_export_is_on_record_and_reading_is_not(client: TestClient, service: Service):
    get(client)
    rows_of(client, "csv")
    with service.reading() as work:
        entries = [(e.actor, e.action, e.subject) for _, e in work.audit.list()]
    assert entries == [("vera", "export", "results toy as csv")]


def test_text_in_a_cell_is_never_a_formula(client: TestClient, service: Service):
    with service.writing() as work:
        from forecaster.domain.reading import Reject

        rows = [
            Reject("viina", n, sign, f"{sign}cmd|' /C calc'!A0") for n, sign in enumerate("=+-@")
        ]
        work.quarantine.add(rows, at=NOW)
        work.commit()
    text = client.get("/api/v1/quarantine", params={"format": "csv"}, headers=VERA).text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert "'=cmd|' /C calc'!A0" in cells
