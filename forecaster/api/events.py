"""What happens, told to whoever listens: runs issued and what becomes of them, jobs by state.

One task of the process looks at the tables while anybody listens, and tells all of them; a
listener holds no thread and no connection to the database. What was told lately is kept, so that
one who was cut off goes on where they were; one who was away for too long is told to read anew.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_hex
from typing import Any

from anyio import to_thread

from forecaster.api.acts.jobs import sees_subject
from forecaster.api.service import Service
from forecaster.domain.account import Principal
from forecaster.errors import ForecasterError
from forecaster.store.markings import Marked, Visibility
from forecaster.store.views import JOB_RUNS, RUN_LOG, Asked

_EVERY_SECONDS = 2.0
_HEARTBEAT_SECONDS = 15.0
_LONGEST = timedelta(minutes=15)
"""A listener comes back after that, and is asked for their key anew."""
_REMEMBERED = 1_000
_LOOKED_AT = 200
_MOST_WAITING = 500

log = logging.getLogger("forecaster.api")

type State = Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. about: a ladder or what a job is about, and the run."""

    id: str
    kind: str
    about: tuple[str, str]
    content: Mapping[str, Any]

    def text(self) -> bytes:
        """Return it as the stream of events spells it (WHATWG HTML, "Server-sent events")."""
        data = json.dumps(self.content, default=str)
        return f"id: {self.id}\nevent: {self.kind}\ndata: {data}\n\n".encode()


@dataclass(slots=True, eq=False)
class Listener:
    """Somebody who listens: what waits to be told to them."""

    principal: Principal
    queue: "asyncio.Queue[Event | None]" = field(
        default_factory=lambda: asyncio.Queue(_MOST_WAITING)
    )


class Events:
    """The one that looks, and all who listen; used on the application's event loop alone."""

    def __init__(self, service: Service, *, most: int = 100, every: float = _EVERY_SECONDS) -> None:
        self._service = service
        self._most = most
        self._every = every
        self._born = token_hex(4)
        self._number = 0
        self._kept: deque[Event] = deque(maxlen=_REMEMBERED)
        self._listeners: set[Listener] = set()
        self._coming = 0
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._state: State | None = None
        self._marked: Marked = {}
        self._closed = False

    @property
    def full(self) -> bool:
        """Whether nobody more can listen."""
        return self._closed or self._coming >= self._most

    def close(self) -> None:
        """Let every listener go and look no more; for the end of the process."""
        self._closed = True
        for listener in list(self._listeners):
            _tell(listener, None)
        if self._task is not None:
            self._task.cancel()

    async def listen(self, principal: Principal, last: str) -> AsyncIterator[bytes]:
        """Yield what happens as bytes of the stream, beginning after the event called `last`."""
        listener = Listener(principal)
        self._coming += 1
        loop = asyncio.get_running_loop()
        until = loop.time() + _LONGEST.total_seconds()
        try:
            await self._looking()
            missed = self._missed(last)
            self._listeners.add(listener)  # from here on they are told, so nothing comes twice
            yield b"retry: 3000\n\n"
            for event in missed:
                if self._shows(principal, event):
                    yield event.text()
            while loop.time() < until and not self._closed:
                part = await self._next(listener)
                if part is None:
                    return
                if part:
                    yield part
        finally:
            self._listeners.discard(listener)
            self._coming -= 1

    async def _next(self, listener: Listener) -> bytes | None:
        """Return the next event, a heartbeat if there is none for long; None at the end."""
        try:
            event = await asyncio.wait_for(listener.queue.get(), _HEARTBEAT_SECONDS)
        except TimeoutError:
            return b": still here\n\n"
        if event is None:
            return None
        return event.text() if self._shows(listener.principal, event) else b""

    def _missed(self, last: str) -> list[Event]:
        """Return what was told after `last`; a word to read anew if that is not known any more."""
        if not last:
            return []
        ids = [event.id for event in self._kept]
        if last in ids:
            return list(self._kept)[ids.index(last) + 1 :]
        newest = ids[-1] if ids else f"{self._born}-0"
        return [] if last == newest else [Event(newest, "reset", ("", ""), {"reason": "too long"})]

    async def _looking(self) -> None:
        """Return once the tables were looked at; begin to look if nobody does."""
        if self._task is None or self._task.done():
            self._ready = asyncio.Event()
            self._task = asyncio.create_task(self._keep_looking())
        await self._ready.wait()

    async def _keep_looking(self) -> None:
        """Look while anybody listens; what is found the next time is what happened meanwhile."""
        while self._coming and not self._closed:
            try:
                await self._look()
            except ForecasterError as error:
                log.warning("not looked", extra={"reason": str(error)})
            finally:
                self._ready.set()
            await asyncio.sleep(self._every)

    async def _look(self) -> None:
        """Compare the tables with what they were, and tell what is different."""
        now, marked = await to_thread.run_sync(self._read)
        before, self._state, self._marked = self._state, now, marked
        if before is None:
            return
        for key, content in now.items():
            if before.get(key) != content:
                self._happened(key[0], content)

    def _read(self) -> tuple[State, Marked]:
        with self._service.reading() as work:
            runs = work.views.page(
                Asked(RUN_LOG, ("issued_at", "run_id"), newest_first=True, limit=_LOOKED_AT)
            ).rows
            jobs = work.views.page(
                Asked(JOB_RUNS, ("id",), newest_first=True, limit=_LOOKED_AT)
            ).rows
            marked = work.markings.in_force()
        state = {("run", row["run_id"]): _run(row) for row in reversed(runs)}
        return state | {("job", str(row["id"])): _job(row) for row in reversed(jobs)}, marked

    def _happened(self, thing: str, content: Mapping[str, Any]) -> None:
        self._number += 1
        about = (content["ladder" if thing == "run" else "subject"], content["run_id"])
        event = Event(f"{self._born}-{self._number}", f"{thing}.{content['state']}", about, content)
        self._kept.append(event)
        for listener in list(self._listeners):
            _tell(listener, event)

    def _shows(self, principal: Principal, event: Event) -> bool:
        seen = Visibility(principal, self._marked)
        subject, run_id = event.about
        return sees_subject(self._service, seen, subject) and seen.sees(("run", run_id))


def _tell(listener: Listener, event: Event | None) -> None:
    """Put an event before a listener; one who does not read is let go, and comes back by id."""
    try:
        listener.queue.put_nowait(event)
    except asyncio.QueueFull:
        listener.queue.get_nowait()
        listener.queue.put_nowait(None)


def _run(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("run_id", "ladder", "as_of", "issued_at", "state", "state_reason")
    return {name: row[name] for name in names}


def _job(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "job", "subject", "slot", "state", "progress", "attempts", "run_id")
    return {name: row[name] for name in names}
