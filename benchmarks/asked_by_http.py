"""Asking a service over HTTP at a steady rate, from outside of its process.

The clock of a request starts when it was due, not when a connection was free for it: a service
that stalls pays for every request that it keeps waiting (G. Tene, "How NOT to measure latency").
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np


@dataclass(frozen=True)
class Load:
    """What was seen: seconds per answer, answers by status, and answers per second."""

    seconds: np.ndarray
    statuses: Mapping[int, int]
    per_second: float

    def percentile(self, level: float) -> float:
        """Return a percentile of the answers' times in milliseconds."""
        return float(np.percentile(self.seconds, level)) * 1000


def steady(
    url: str, headers: Mapping[str, str], *, rate: float, seconds: float, connections: int = 16
) -> Load:
    """Ask `rate` times a second, whatever the answers take."""
    due = [number / rate for number in range(int(rate * seconds))]
    return asyncio.run(_load(url, headers, due, connections))


def flat_out(url: str, headers: Mapping[str, str], *, requests: int, connections: int = 8) -> Load:
    """Ask again as soon as an answer came, on every connection."""
    return asyncio.run(_load(url, headers, [0.0] * requests, connections))


def tag_of(url: str, headers: Mapping[str, str]) -> str:
    """Return the tag of what is answered."""
    return asyncio.run(_tag(url, headers))


async def _load(url: str, headers: Mapping[str, str], due: list[float], connections: int) -> Load:
    waiting: asyncio.Queue[float] = asyncio.Queue()
    for moment in due:
        waiting.put_nowait(moment)
    taken: list[float] = []
    statuses: dict[int, int] = {}
    start = time.perf_counter()

    async def ask() -> None:
        reader, writer = await _connect(url)
        raw = _request(url, headers)
        while not waiting.empty():
            moment = start + waiting.get_nowait()
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            began = max(moment, start) if moment > start else time.perf_counter()
            writer.write(raw)
            status, _ = await _answer(reader)
            taken.append(time.perf_counter() - began)
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(ask() for _ in range(connections)))
    wall = time.perf_counter() - start
    return Load(np.array(taken), statuses, len(taken) / wall)


async def _tag(url: str, headers: Mapping[str, str]) -> str:
    reader, writer = await _connect(url)
    writer.write(_request(url, headers))
    _, found = await _answer(reader)
    writer.close()
    return found.get("etag", "")


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    return await asyncio.open_connection(parts.hostname, parts.port)


def _request(url: str, headers: Mapping[str, str]) -> bytes:
    parts = urlsplit(url)
    lines = [f"GET {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, Mapping[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
    status = int(head[0].split(" ")[1])
    if "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
    elif headers.get("transfer-encoding") == "chunked":
        while (size := int(await reader.readline(), 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readline()
    return status, headers
