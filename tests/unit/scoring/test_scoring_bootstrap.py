"""Block bootstrap: what it draws, what it says, and when it keeps silent."""

import numpy as np
import pytest

from forecaster.scoring.bootstrap import (
    draw_blocks,
    estimate,
    expanded_tail,
    mean_interval,
    paired_difference,
    skill,
)


def test_a_resample_is_made_of_whole_blocks_of_neighbours() -> None:
    blocks = draw_blocks(12, block=4, resamples=50, seed=1)
    assert blocks.weights.sum(axis=1) == pytest.approx(np.full(50, 12.0))
    # On a circle, three blocks of four begin at most three times.
    begins = (blocks.weights > np.roll(blocks.weights, 1, axis=1)).sum(axis=1)
    assert begins.max() <= 3
    assert blocks.count == 3.0


def test_the_same_seed_gives_the_same_blocks_and_another_others() -> None:
    first, again, other = (
        draw_blocks(20, block=3, resamples=10, seed=seed).weights for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("bad", [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_nothing_to_draw_is_an_error(bad: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="each number must be 1 or more"):
        draw_blocks(bad[0], block=bad[1], resamples=bad[2], seed=1)


def test_fewer_than_two_blocks_say_nothing_of_the_interval() -> None:
    values = np.random.default_rng(1).normal(size=(10, 2))
    found = mean_interval(values, draw_blocks(10, block=6, resamples=50, seed=1))
    assert found.value[0] == pytest.approx(values.mean())
    assert np.isnan(found.lower[0])
    assert np.isnan(found.upper[0])


def test_a_difference_is_taken_where_both_are_known() -> None:
    a = np.array([[1.0, np.nan], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
    b = np.array([[0.0, 9.0], [np.nan, 3.0], [4.0, 5.0], [6.0, 7.0]])
    found = paired_difference(a, b, draw_blocks(4, block=1, resamples=99, seed=1))
    assert found.value[0] == pytest.approx(1.0)
    assert found.lower[0] == pytest.approx(1.0)
    assert found.upper[0] == pytest.approx(1.0)


def test_pairing_takes_out_what_both_share() -> None:
    rng = np.random.default_rng(2)
    shared = 10.0 * rng.normal(size=(60, 3))
    a, b = shared + 0.1 * rng.normal(size=(60, 3)), shared
    blocks = draw_blocks(60, block=4, resamples=500, seed=1)
    paired, alone = paired_difference(a, b, blocks), mean_interval(a, blocks)
    assert paired.upper[0] - paired.lower[0] < 0.05 * (alone.upper[0] - alone.lower[0])


def test_skill_is_the_share_of_the_score_that_is_saved() -> None:
    sums = np.stack([np.full((9, 1), 0.8), np.full((9, 1), 1.0)])
    found = estimate(skill, sums, draw_blocks(9, block=2, resamples=50, seed=1), level=0.95)
    assert [found.value[0], found.lower[0], found.upper[0]] == pytest.approx([0.2, 0.2, 0.2])


def test_percentiles_are_expanded_for_few_blocks_alone() -> None:
    assert expanded_tail(0.95, 6.0) == pytest.approx(0.0024, abs=1e-4)
    assert expanded_tail(0.95, 1e6) == pytest.approx(0.025, abs=1e-5)


@pytest.mark.parametrize(("overlap", "least"), [(1, 0.92), (4, 0.90)])
def test_an_interval_covers_the_truth_when_neighbours_overlap(overlap: int, least: float) -> None:
    rng = np.random.default_rng(3)
    blocks = draw_blocks(78, block=13, resamples=999, seed=1)
    noise = rng.normal(size=(400, 78 + overlap - 1))
    window = np.lib.stride_tricks.sliding_window_view(noise, overlap, axis=1).sum(axis=2)
    sums = np.stack([window.T, np.ones((78, 400))])
    found = estimate(lambda s: s[0] / s[1], sums, blocks, level=0.95)
    inside = (found.lower <= 0.0) & (found.upper >= 0.0)
    assert least <= inside.mean() <= 0.99
