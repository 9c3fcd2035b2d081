"""The stream of events: told once to each who may know, resumed by id, ended with the process."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine

from forecaster.api.events import Events
from forecaster.api.service import Service
from forecaster.domain.account import Principal
from forecaster.errors import StoreError
from tests.builders_api import HIDDEN, NOW, client_of, fill, headers_of, hidden, make_service
from tests.builders_store import day, forecast, refused, run

CLEAR = Principal("vera", "viewer", "TLP:CLEAR", "key")
RED = Principal("red", "viewer", "TLP:RED", "key")
SOON = 0.02


@pytest.fixture
def service(engine: Engine) -> Service:
    fill(engine)
    return make_service(engine)


async def following(stream: AsyncIterator[bytes]) -> dict[str, str]:
    """The next event as its fields; words between events are passed over."""
    while True:
        text = (await asyncio.wait_for(anext(stream), 5)).decode()
        fields = dict(line.split(": ", 1) for line in text.strip().split("\n") if ": " in line)
        if "event" in fields:
            return fields


async def opened(events: Events, who: Principal, last: str = "") -> AsyncIterator[bytes]:
    stream = events.listen(who, last)
    assert await anext(stream) == b"retry: 3000\n\n"
    return stream


def publish(service: Service, run_id: str, when: float) -> None:
    with service.writing() as work:
        work.forecasts.publish(run(run_id, as_of=day(when)), forecast())
        work.commit()


def test_runs_and_jobs_are_told_as_they_happen(service: Service):
    async def story() -> list[str]:
        events = Events(service, every=SOON)
        stream = await opened(events, CLEAR)
        publish(service, "run-3", 9)
        first = await following(stream)
        with service.writing() as work:
            work.forecasts.refuse(refused("run-bad", as_of=day(9)), forecast())
            work.commit()
        second = await following(stream)
        with service.writing() as work:
            work.ledger.request("update", "toy", asked_by="ann", at=NOW)
            work.commit()
        third = await following(stream)
        events.close()
        assert json.loads(first["data"])["run_id"] == "run-3"
        return [first["event"], second["event"], third["event"]]

    assert asyncio.run(story()) == ["run.published", "run.refused", "job.queued"]


def test_what_is_hidden_is_told_to_the_cleared_alone(service: Service):
    async def story() -> tuple[str, str]:
        events = Events(service, every=SOON)
        clear, red = await opened(events, CLEAR), await opened(events, RED)
        secret = run(
            f"{HIDDEN}-run-2", as_of=day(9), ladder=hidden().id, ladder_digest=hidden().digest
        )
        with service.writing() as work:
            work.forecasts.publish(secret, forecast())
            work.commit()
        told = await following(red)
        publish(service, "run-3", 9)
        other = await following(clear)
        events.close()
        return told["data"], other["data"]

    red, clear = asyncio.run(story())
    assert HIDDEN in red
    assert HIDDEN not in clear


def test_who_was_cut_off_goes_on_where_they_were(service: Service):
    async def story() -> list[str]:
        events = Events(service, every=SOON)
        stream = await opened(events, CLEAR)
        publish(service, "run-3", 9)
        first = await following(stream)
        await stream.aclose()  # type: ignore[attr-defined]
        publish(service, "run-4", 9.5)
        again = await opened(events, CLEAR, first["id"])
        missed = await following(again)
        stranger = await opened(events, CLEAR, "of-another-process")
        reset = await following(stranger)
        events.close()
        return [json.loads(missed["data"])["run_id"], reset["event"]]

    assert asyncio.run(story()) == ["run-4", "reset"]


def test_one_task_looks_for_all_and_stops_when_nobody_listens(service: Service):
    looks = 0

    class Counted(Events):
        def _read(self) -> object:
            nonlocal looks
            looks += 1
            return super()._read()

    async def story() -> tuple[int, int]:
        events = Counted(service, every=SOON)
        streams = [await opened(events, CLEAR) for _ in range(20)]
        first = looks
        for stream in streams:
            await stream.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(5 * SOON)
        after = looks
        await asyncio.sleep(10 * SOON)
        return first, looks - after

    first, later = asyncio.run(story())
    assert first < 20
    assert later == 0


def test_closing_lets_everybody_go(service: Service):
    async def story() -> bool:
        events = Events(service, every=SOON)
        stream = await opened(events, CLEAR)
        events.close()
        async with asyncio.timeout(5):
            rest = [part async for part in stream]
        return events.full and rest == []

    assert asyncio.run(story())


def test_no_more_listen_than_can(service: Service):
    client = client_of(service)
    client.app.state.events = Events(service, most=0)  # type: ignore[attr-defined]
    answer = client.get("/api/v1/events", headers=headers_of("vera"))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


def test_a_failing_look_ends_no_stream(service: Service):
    class Failing(Events):
        fails = False

        def _read(self) -> object:
            if self.fails:
                self.fails = False
                raise StoreError("the database is away")
            return super()._read()

    async def story() -> str:
        events = Failing(service, every=SOON)
        stream = await opened(events, CLEAR)
        events.fails = True
        publish(service, "run-3", 9)
        found = await following(stream)
        assert not events.fails
        events.close()
        return found["event"]

    assert asyncio.run(story()) == "run.published"
