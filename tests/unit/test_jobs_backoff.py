from datetime import timedelta

from jobs.backoff import LONGEST, wait_after


def test_waits_double_up_to_a_bound_give_or_take_a_quarter():
    waits = [wait_after(n, first_seconds=60, key="a").total_seconds() for n in range(1, 40)]
    for n, seconds in enumerate(waits):
        middle = min(60 * 2.0**n, LONGEST.total_seconds())
        assert 0.75 * middle <= seconds <= 1.25 * middle
    assert max(waits) <= LONGEST.total_seconds()


def test_slots_that_failed_together_do_not_come_back_together():
    waits = {wait_after(1, first_seconds=60, key=f"job/{n}") for n in range(20)}
    assert len(waits) == 20
    assert max(waits) - min(waits) > timedelta(seconds=5)


def test_equal_arguments_give_equal_waits():
    assert wait_after(2, first_seconds=60, key="a") == wait_after(2, first_seconds=60, key="a")
