"""Every other address: what it reads, what it writes, and how its lists are paged."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from forecaster.api.service import Service
from forecaster.api.stood import stood
from forecaster.domain.account import MarkingNote
from forecaster.domain.reading import Reject
from forecaster.store.ledger_rows import Asked
from forecaster.store.views import LADDER_NOW
from forecaster.store.views import Asked as ViewsAsked
from tests.builders_api import HIDDEN, NOW, RENDERINGS, client_of, fill, headers_of, make_service
from tests.builders_store import day, forecast, refused

API = "/api/v1"


@pytest.fixture
def service(engine: Engine) -> Service:
    fill(engine)
    return make_service(engine)


@pytest.fixture
def client(service: Service) -> TestClient:
    return client_of(service)


def get(client: TestClient, path: str, who: str = "vera", **params: object) -> dict[str, object]:
    answer = client.get(API + path, params=params, headers=headers_of(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(
    client: TestClient, path: str, body: object, who: str = "ann", **params: object
) -> tuple[int, dict[str, object]]:
    answer = client.post(API + path, json=body, params=params, headers=headers_of(who))
    return answer.status_code, answer.json()


def test_runs_are_listed_and_paged_from_the_newest(client: TestClient):
    first = get(client, "/runs", limit=1)
    second = get(client, "/runs", limit=1, cursor=first["next"])
    ids = [page["items"][0]["run_id"] for page in (first, second)]
    assert ids == ["run-2", "run-1"]
    assert second["next"] is None
    cleared = [item["run_id"] for item in get(client, "/runs", "red")["items"]]
    assert set(cleared) == {"run-1", "run-2", f"{HIDDEN}-run"}


def test_a_run_says_how_it_went(client: TestClient):
    found = get(client, "/runs/run-2")
    assert found["diagnostics"]["passed"] is True
    assert found["rows"] == 19
    assert get(client, "/runs/latest", ladder="toy")["run_id"] == "run-2"


def test_theatres_say_where_they_stand_and_what_changed(client: TestClient):
    (item,) = get(client, "/theatres", ladder="toy")["items"]
    assert (item["present_rung"], item["next_rung"]) == ("calm", "fire")
    assert (item["reach_1"], round(item["change_1"], 9)) == (0.3, 0.1)


def test_a_change_since_a_run_that_is_hidden_is_not_told(client: TestClient, service: Service):
    with service.writing() as work:
        work.markings.set(MarkingNote("run", "run-1", "TLP:RED", "ada", "a leak", NOW))
        work.commit()
    (item,) = get(client, "/theatres", ladder="toy")["items"]
    assert (item["reach_1"], item["change_1"], item["previous_run_id"]) == (0.3, None, None)
    (cleared,) = get(client, "/theatres", who="red", ladder="toy")["items"]
    assert cleared["previous_run_id"] == "run-1"


def test_rows_of_any_run_are_those_that_the_view_has_of_the_latest(service: Service):
    with service.reading() as work:
        view = ViewsAsked(LADDER_NOW, ("theatre", "domain"), where={"run_id": "run-2"})
        expected = work.views.page(view).rows
        run = work.pointers.run("run-2")
        assert run is not None
        rows = stood(work, run, set())
    assert rows == [{name: row[name] for name in rows[0]} for row in expected]


def test_who_may_not_see_the_latest_run_is_told_where_theatres_stood_before(
    client: TestClient, service: Service
):
    with service.writing() as work:
        work.markings.set(MarkingNote("run", "run-2", "TLP:RED", "ada", "a leak", NOW))
        work.commit()
    found = get(client, "/theatres", ladder="toy")
    assert found["run_id"] == "run-1"
    (item,) = found["items"]
    assert (item["present_rung"], item["next_rung"], item["reach_1"]) == ("calm", "fire", 0.2)
    assert (item["change_1"], item["previous_run_id"]) == (None, None)


def test_readings_are_those_known_at_the_time(client: TestClient):
    def values(**params: object) -> list[float]:
        items = get(client, "/readings", series="viina.events.a", **params)["items"]
        return [item["value"] for item in items]

    assert values() == [9.0, 1.0, 2.0, 3.0, 4.0]
    assert values(as_of="2024-01-03") == [0.0, 1.0]
    assert values(observed_from="2024-01-04") == [3.0, 4.0]


def test_pages_of_readings_stay_with_their_time(client: TestClient):
    page = get(client, "/readings", series="viina.events.a", as_of="2024-01-03", limit=1)
    rest = get(client, "/readings", series="viina.events.a", cursor=page["next"])
    assert [item["value"] for item in (*page["items"], *rest["items"])] == [0.0, 1.0]
    assert rest["as_of"] == page["as_of"]


def test_an_indicator_of_a_hidden_source_is_not_told(client: TestClient, service: Service):
    body = {
        "ladder": "toy",
        "series": "manual.aid",
        "observed_at": day(3).isoformat(),
        "value": 5.0,
        "reason": "by phone",
    }
    assert post(client, "/readings", body) == (201, {"added": True})
    (item,) = get(client, "/indicators", ladder="toy")["items"]
    assert (item["id"], item["sources"], item["effect"]) == ("aid", ["manual"], 0.1)
    with service.writing() as work:
        work.markings.set(MarkingNote("source", "manual", "TLP:RED", "ada", "secret", NOW))
        work.commit()
    assert get(client, "/indicators", ladder="toy")["items"] == []
    assert len(get(client, "/indicators", "red", ladder="toy")["items"]) == 1
    assert (
        client.get(f"{API}/readings?series=manual.aid", headers=headers_of("vera")).status_code
        == 404
    )


def test_a_report_is_of_its_day_in_the_form_that_is_asked_for(client: TestClient):
    url, vera = f"{API}/reports/2024-01-09", headers_of("vera")
    assert client.get(url, params={"format": "md"}, headers=vera).text.startswith("# Toy ladder")
    page = client.get(url, headers={**vera, "Accept": "text/html"}).text
    assert page.startswith("<!doctype html>")
    assert "run-2" in page
    assert client.get(f"{API}/reports/2024-01-10", headers=vera).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        *(f"{API}/reports/2024-01-09?ladder=toy&format={form}" for form in RENDERINGS),
        *("/reports/run-2/page", "/ladders/toy", "/"),
    ],
)
def test_a_report_leaves_out_what_tells_of_a_hidden_source_and_says_so(
    client: TestClient, service: Service, address: str
):
    def shown(who: str) -> str:
        answer = client.get(address, headers=headers_of(who))
        assert answer.status_code == 200, answer.text
        return " ".join(answer.text.split())

    assert "Viina" in shown("vera")
    assert "Something is left out" not in shown("vera")
    with service.writing() as work:
        work.markings.set(MarkingNote("source", "viina", "TLP:RED", "ada", "secret", NOW))
        work.commit()
    for clear in ("vera", "ada"):  # an administrator of the widest circle sees no more
        assert "viina" not in shown(clear).casefold()
        assert "Something is left out" in shown(clear)
    assert "Viina" in shown("red")
    assert "Something is left out" not in shown("red")


def test_rejects_are_paged_from_the_newest(client: TestClient, service: Service):
    with service.writing() as work:
        work.quarantine.add([Reject("viina", n, "odd", str(n)) for n in range(5)], at=NOW)
        work.commit()
    page = get(client, "/quarantine", limit=4)
    rest = get(client, "/quarantine", limit=4, cursor=page["next"])
    numbers = [item["id"] for item in (*page["items"], *rest["items"])]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 6


def test_a_prior_is_tried_out_and_set(client: TestClient):
    form = {"distribution": "log_normal", "parameters": {"median": 4.0, "sigma": 0.5}}
    status, tried = post(client, "/priors/preview", {"ladder": "toy", "drafts": {"spread": form}})
    assert (status, tried["items"][0]["probabilities"]) == (200, [[0.5, None]])
    assert len(get(client, "/priors/spread", ladder="toy")["items"]) == 2
    status, made = post(client, "/priors/spread", {**form, "reason": "news"}, ladder="toy")
    assert (status, made["author"], made["version"]) == (201, "ann", 3)
    assert get(client, "/priors", ladder="toy")["items"][0]["parameters"]["median"] == 4.0
    before = get(client, "/priors", ladder="toy", as_of="2024-01-02")["items"][0]
    assert before["parameters"]["median"] == 2.0


def test_a_judgement_that_ends_waits_for_another_person(client: TestClient):
    body = {
        "ladder": "toy",
        "theatre": "north",
        "domain": "kinetic",
        "rung": "war",
        "starts_at": day(1).isoformat(),
        "ends_at": day(5).isoformat(),
        "evidence": "it was signed",
    }
    status, made = post(client, "/judgements", body)
    number = made["proposal"]["id"]
    assert (status, made["judgement"]) == (201, None)
    assert get(client, "/proposals", ladder="toy", state="waiting")["items"][0]["id"] == number
    assert post(client, f"/proposals/{number}/confirm", {}, "ann")[0] == 403
    status, judged = post(client, f"/proposals/{number}/confirm", {"comment": "seen"}, "rob")
    assert (status, judged["ends_at"]) == (200, "2024-01-06T00:00:00Z")
    assert get(client, "/judgements", ladder="toy")["items"] == [judged]
    assert post(client, f"/proposals/{number}/decline", {"comment": "no"}, "ada")[0] == 422


def test_a_job_is_asked_for_and_followed(client: TestClient):
    status, made = post(client, "/jobs/runs", {"job": "daily", "subject": "toy"})
    assert (status, made["state"], made["asked_by"]) == (202, "queued", "ann")
    assert get(client, f"/jobs/runs/{made['id']}")["state"] == "queued"
    assert get(client, "/jobs/runs", state="queued")["items"] == [made]
    assert post(client, "/jobs/runs", {"job": "daily", "subject": f"{HIDDEN}-ladder"})[0] == 404


def test_a_job_that_made_a_hidden_run_is_hidden_too(client: TestClient, service: Service):
    with service.writing() as work:
        claim = work.ledger.claim("daily:toy", NOW, "one", NOW, asked=Asked("toy"))
        assert claim is not None
        work.ledger.finish(claim, "done", "published run-2", NOW, run_id="run-2")
        work.commit()
    (item,) = get(client, "/jobs/runs")["items"]
    one, vera = f"/jobs/runs/{item['id']}", headers_of("vera")
    assert get(client, one)["run_id"] == "run-2"
    with service.writing() as work:
        work.markings.set(MarkingNote("run", "run-2", "TLP:RED", "ada", "secret", NOW))
        work.commit()
    assert get(client, "/jobs/runs")["items"] == []
    assert client.get(API + one, headers=vera).status_code == 404
    assert "run-2" not in client.get("/jobs", headers=vera).text
    assert get(client, "/jobs/runs", "red")["items"] == [item]


def test_health_is_of_all_ladders_and_lists_those_that_may_be_seen(engine: Engine):
    fill(engine)
    stale = client_of(make_service(engine)).get("/health")
    assert (stale.status_code, stale.json()["ok"]) == (503, False)
    fresh = client_of(make_service(engine, now=day(8.25))).get("/health")
    assert (fresh.status_code, fresh.json()["ok"]) == (200, True)
    assert [one["ladder"] for one in fresh.json()["ladders"]] == ["toy"]
    with make_service(engine).writing() as work:
        work.runs.withdraw(f"{HIDDEN}-run", reason="wrong", actor="ada", at=NOW)
        work.commit()
    short = client_of(make_service(engine, now=day(8.25))).get("/health")
    assert (short.status_code, HIDDEN in short.text) == (503, False)


@pytest.mark.parametrize(
    ("closed", "shown"), [("run-2", ("", None)), ("run-bad", ("run-2", "2024-01-09T09:00:00Z"))]
)
def test_health_tells_nothing_of_a_run_that_is_hidden(
    engine: Engine, closed: str, shown: tuple[str, str | None]
):
    fill(engine)
    service = make_service(engine)
    with service.writing() as work:
        bad = replace(refused("run-bad", as_of=day(9)), state_reason="a secret reason")
        work.forecasts.refuse(bad, forecast())
        work.markings.set(MarkingNote("run", closed, "TLP:RED", "ada", "it is secret", NOW))
        work.commit()
    client = client_of(service)
    answer = client.get("/health")
    (line,) = answer.json()["ladders"]
    assert (answer.status_code, line["state"]) == (503, "refused-newer")
    assert (line["run_id"], line["fresh_until"], line["reason"]) == (*shown, "")
    cleared = client.get("/health", headers=headers_of("red")).json()["ladders"]
    (line,) = (one for one in cleared if one["ladder"] == "toy")
    assert line["run_id"] == "run-2"
    assert "a secret reason" in line["reason"]


def test_a_write_from_another_site_is_refused(engine: Engine):
    fill(engine)
    service = replace(make_service(engine, login=None), open_use=True, local_token="t")
    body = {"job": "daily", "subject": "toy"}
    foreign = {"Origin": "http://elsewhere.example"}
    client = client_of(service)
    assert client.post(f"{API}/jobs/runs", json=body, headers=foreign).status_code == 403
    assert client.post(f"{API}/jobs/runs", json=body).status_code == 202
