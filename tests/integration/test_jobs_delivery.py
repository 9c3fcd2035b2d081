"""Delivery: a real message to a real server, once each, and nothing secret in what is said."""

import base64
import html
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr

from forecaster.clock import end_of_day
from forecaster.domain.account import MarkingNote
from forecaster.errors import DeliveryError, SettingsError
from forecaster.reference.sample_readings import sample_last_day
from forecaster.settings import Settings
from forecaster.store.unit_of_work import UnitOfWork
from indicators.catalogue import sources as all_sources
from jobs.catalogue import all_jobs
from jobs.context import Context
from jobs.job import Outcome, Slot
from jobs.receivers import receivers
from jobs.runner import run_slot
from tests.fakes_jobs import QuickModel, make_context

LADDER = "nato-russia"


@dataclass
class Inbox:
    """A receiver's server: what it was sent, and what it answers."""

    port: int = 0
    answer: int = 200
    got: list[dict[str, object]] = field(default_factory=list)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    box = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if box.answer == 200:
                box.got.append(json.loads(body))
            self.send_response(box.answer)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        box.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield box
        server.shutdown()
        thread.join()


def with_receivers(context: Context, value: object) -> Context:
    text = SecretStr(json.dumps(value))
    return replace(context, settings=context.settings.model_copy(update={"receivers": text}))


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = make_context(tmp_path)
    run(made, "daily")
    yield made
    made.engine().dispose()


def run(context: Context, job: str) -> Outcome:
    as_of = end_of_day(sample_last_day())
    return run_slot(context, all_jobs()[job], Slot(context.clock(), as_of, LADDER))


def test_a_report_arrives_with_its_page_and_only_once(context: Context, inbox: Inbox):
    told = with_receivers(context, {"duty": f"json://127.0.0.1:{inbox.port}/secret-path"})
    assert run(told, "deliver").state == "done"
    (message,) = inbox.got
    assert "2025" in str(message["title"])
    assert "confidence" in str(message["message"]).lower()
    (page,) = message["attachments"]  # type: ignore[misc]
    assert page["filename"].startswith(LADDER)
    assert run(told, "deliver").state == "skipped"
    assert len(inbox.got) == 1


def test_who_could_not_be_reached_is_tried_again_alone(context: Context, inbox: Inbox):
    there = f"json://127.0.0.1:{inbox.port}/a"
    told = with_receivers(context, {"duty": there, "gone": "json://127.0.0.1:1/hidden"})
    with pytest.raises(DeliveryError, match="gone") as failed:
        run(told, "deliver")
    assert "hidden" not in str(failed.value)
    mended = with_receivers(context, {"duty": there, "gone": there})
    assert run(mended, "deliver").state == "done"
    assert len(inbox.got) == 2
    with UnitOfWork(context.engine(), read_only=True) as work:
        receipts = work.deliveries.newest()
    assert {(r.receiver, r.state, r.attempts) for r in receipts} == {
        ("duty", "delivered", 1),
        ("gone", "delivered", 2),
    }


def test_what_came_of_a_delivery_is_hidden_with_its_run_or_does_not_name_it(
    context: Context, inbox: Inbox
):
    there = f"json://127.0.0.1:{inbox.port}"
    lost = with_receivers(context, {"gone": "json://127.0.0.1:1/hidden"})
    with pytest.raises(DeliveryError) as failed:
        run(lost, "deliver")
    told = with_receivers(context, {"duty": there})
    sent, again = run(told, "deliver"), run(told, "deliver")
    assert (sent.state, again.state) == ("done", "skipped")
    assert again.run_id == sent.run_id
    assert again.run_id in again.detail
    assert again.run_id not in str(failed.value)


def test_a_server_that_refuses_is_a_failure(context: Context, inbox: Inbox):
    inbox.answer = 500
    told = with_receivers(context, {"duty": f"json://127.0.0.1:{inbox.port}"})
    with pytest.raises(DeliveryError, match="duty"):
        run(told, "deliver")


def test_nobody_is_sent_what_they_may_not_see(context: Context, inbox: Inbox):
    url = f"json://127.0.0.1:{inbox.port}"
    with UnitOfWork(context.engine()) as work:
        note = MarkingNote("ladder", LADDER, "TLP:AMBER", "root", "why", context.clock())
        work.markings.set(note)
        work.commit()
    told = with_receivers(context, {"open": url, "close": {"url": url, "clearance": "TLP:AMBER"}})
    assert run(told, "deliver").detail.endswith("was sent to close")
    assert len(inbox.got) == 1


def test_everybody_is_sent_what_they_may_see_of_a_report(context: Context, inbox: Inbox):
    url = f"json://127.0.0.1:{inbox.port}"
    with UnitOfWork(context.engine()) as work:
        source = work.readings.sources()[0]
        note = MarkingNote("source", source, "TLP:AMBER", "root", "why", context.clock())
        work.markings.set(note)
        work.commit()
    told = with_receivers(context, {"open": url, "close": {"url": url, "clearance": "TLP:AMBER"}})
    assert run(told, "deliver").state == "done"
    name = all_sources()[source].name
    said = [page_of(message) for message in inbox.got]
    assert [name in page for page in said] == [False, True]
    assert ["Something is left out" in page for page in said] == [True, False]
    bodies = [str(message["message"]) for message in inbox.got]
    assert ["Something is left out" in body for body in bodies] == [True, False]


def page_of(message: dict[str, object]) -> str:
    (page,) = message["attachments"]  # type: ignore[misc]
    return html.unescape(base64.b64decode(page["base64"]).decode())


def test_reports_of_other_ladders_are_not_sent(context: Context, inbox: Inbox):
    url = f"json://127.0.0.1:{inbox.port}"
    told = with_receivers(context, {"duty": {"url": url, "ladders": ["another"]}})
    assert run(told, "deliver").state == "skipped"
    assert not inbox.got


def test_an_update_of_an_older_day_is_not_sent_as_the_news(context: Context, inbox: Inbox):
    today = end_of_day(sample_last_day())
    older = Slot(context.clock(), today - timedelta(days=200), LADDER)
    assert run_slot(context, all_jobs()["update"], older).state == "done"
    told = with_receivers(context, {"duty": f"json://127.0.0.1:{inbox.port}"})
    assert run(told, "deliver").state == "done"
    assert f"{today:%Y-%m-%d}" in str(inbox.got[0]["title"])


def test_a_refused_run_is_told_as_refused(tmp_path: Path, inbox: Inbox):
    context = make_context(tmp_path, model=QuickModel(passes=False))
    run(context, "daily")
    told = with_receivers(context, {"duty": f"json://127.0.0.1:{inbox.port}"})
    run(told, "deliver")
    assert "refused" in str(inbox.got[0]["title"])
    context.engine().dispose()


def test_an_empty_setting_names_nobody():
    assert receivers(Settings(receivers=SecretStr(" "))) == ()


def test_without_receivers_nothing_is_sent(context: Context):
    assert run(context, "deliver").state == "skipped"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("not json", "is not JSON"),
        ("[]", "no JSON object"),
        ('{"a": 1}', "needs a `url`"),
        ('{"a": {"url": "x", "password": "y"}}', "needs a `url`"),
        ('{"a": {"url": "x", "clearance": "SECRET"}}', "give one of"),
        ('{"a": {"url": "x", "ladders": "all"}}', "no list"),
    ],
)
def test_a_setting_that_cannot_be_is_told_without_its_secret(value: str, said: str):
    with pytest.raises(SettingsError, match=said) as error:
        receivers(Settings(receivers=SecretStr(value)))
    assert "'x'" not in str(error.value)
