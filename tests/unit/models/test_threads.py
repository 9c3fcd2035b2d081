"""A computation that shares the machine keeps to one thread, in pools within pools too."""

import threading

from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

from models.threads import one_thread, pool


def seen_at_once(most: int) -> int:
    """Return how many pieces of a pool ran at the same time."""
    inside, peak, lock = 0, 0, threading.Lock()
    together = threading.Event()

    def piece(_: int) -> None:
        nonlocal inside, peak
        with lock:
            inside += 1
            peak = max(peak, inside)
            if inside > 1:
                together.set()
        together.wait(0.2)
        with lock:
            inside -= 1

    with pool(most) as threads:
        list(threads.map(piece, range(4)))
    return peak


def test_a_pool_has_the_threads_that_were_asked_for() -> None:
    assert seen_at_once(2) == 2


def test_one_thread_holds_for_every_pool_inside_and_ends_with_it() -> None:
    with one_thread():
        assert seen_at_once(2) == 1
        with pool(3) as outer:
            assert outer.submit(seen_at_once, 2).result() == 1
        assert all(library["num_threads"] == 1 for library in threadpool_info())
    assert seen_at_once(2) == 2


def test_one_thread_ends_where_the_computation_fails() -> None:
    try:
        with one_thread():
            raise ValueError
    except ValueError:
        pass
    assert seen_at_once(2) == 2
