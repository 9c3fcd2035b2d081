"""A computation that shares the machine keeps to one thread, in pools within pools too."""

import threading
import time
from contextvars import copy_context

from threadpoolctl import threadpool_info, threadpool_limits  # type: ignore[import-untyped]

from models.threads import one_thread, pool


def meet(most: int) -> bool:
    """Return whether two pieces of a pool ever ran at the same time."""
    both = threading.Barrier(2)

    def piece(_: int) -> bool:
        try:
            both.wait(30.0)
        except threading.BrokenBarrierError:
            return False
        return True

    with pool(most) as threads:
        return all(threads.map(piece, range(2)))


def threads_of(most: int) -> int:
    """Return how many threads a pool had for many pieces."""

    def piece(_: int) -> int:
        time.sleep(0.01)
        return threading.get_ident()

    with pool(most) as threads:
        return len(set(threads.map(piece, range(10))))


def test_a_pool_has_the_threads_that_were_asked_for() -> None:
    assert meet(2)


def test_one_thread_holds_for_every_pool_inside_and_ends_with_it() -> None:
    with one_thread():
        assert threads_of(2) == 1
        with pool(3) as outer:
            assert outer.submit(threads_of, 2).result() == 1
        assert all(library["num_threads"] == 1 for library in threadpool_info())
    assert meet(2)


def test_linear_algebra_has_its_threads_back_when_the_last_of_several_leaves() -> None:
    def most() -> int:
        return max(library["num_threads"] for library in threadpool_info())

    with threadpool_limits(2):
        held = [(one_thread(), copy_context()) for _ in range(2)]  # as in two threads
        for one, context in held:
            context.run(one.__enter__)
        for (one, context), left in zip(held, (1, 2), strict=True):
            context.run(one.__exit__, None, None, None)
            assert most() == left


def test_one_thread_ends_where_the_computation_fails() -> None:
    try:
        with one_thread():
            raise ValueError
    except ValueError:
        pass
    assert meet(2)
