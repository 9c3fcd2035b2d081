"""Threads that pieces of a computation share: several where it has the machine to itself, or one.

The answers never depend on how many there are.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar

_alone: ContextVar[bool] = ContextVar("alone", default=False)


def pool(most: int) -> ThreadPoolExecutor:
    """Return a pool of `most` threads; of one where `one_thread` holds, which holds in them too."""
    alone = _alone.get()
    return ThreadPoolExecutor(1 if alone else most, initializer=_alone.set, initargs=(alone,))


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep what is computed inside to one thread at a time, that of linear algebra included.

    For a computation that shares the machine with others like it, one for each core.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    before = _alone.set(True)
    try:
        with threadpool_limits(1):
            yield
    finally:
        _alone.reset(before)
