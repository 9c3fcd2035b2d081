"""Threads that pieces of a computation share: several where it has the machine to itself, or one.

The answers never depend on how many there are.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

_alone: ContextVar[bool] = ContextVar("alone", default=False)


def pool(most: int) -> ThreadPoolExecutor:
    """Return a pool of `most` threads; of one where `one_thread` holds, which holds in them too."""
    alone = _alone.get()
    return ThreadPoolExecutor(1 if alone else most, initializer=_alone.set, initargs=(alone,))


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep what is computed inside to one thread at a time, that of linear algebra included.

    For a computation that shares the machine with others like it, one for each core. Several may
    be inside at once: linear algebra has its threads back when the last of them leaves.
    """
    before = _alone.set(True)
    _algebra.enter()
    try:
        yield
    finally:
        _algebra.leave()
        _alone.reset(before)


class _Algebra:
    """Threads of linear algebra, whose number holds for the whole process."""

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._limits: Any = None

    def enter(self) -> None:
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        with self._lock:
            if self._inside == 0:
                self._limits = threadpool_limits(1)
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limits.restore_original_limits()


_algebra = _Algebra()
