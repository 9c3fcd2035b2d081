"""The exact solution of judged rungs against the matrix exponential."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from models.judged_chain import outlook

RATES = st.floats(1e-6, 2.0)


def test_agrees_with_the_matrix_exponential():
    enter, leave = np.array([[0.1, 0.02]]), np.array([[0.5, 0.3]])
    generator = np.array([[-0.12, 0.1, 0.02], [0.5, -0.52, 0.02], [0.0, 0.3, -0.3]])
    solved = outlook(enter, leave, standing=0, steps=13.3)
    np.testing.assert_allclose(solved.at[0], expm(13.3 * generator)[0], atol=1e-12)
    assert solved.reach[0, 2] == pytest.approx(1 - np.exp(-0.02 * 13.3))
    assert solved.fall[0] == 0.0


def test_zero_of_everything_stays():
    solved = outlook(np.zeros((2, 2)), np.zeros((2, 2)), standing=1, steps=4.0)
    np.testing.assert_array_equal(solved.at, [[0, 1, 0]] * 2)
    np.testing.assert_array_equal(solved.fall, [0, 0])


@settings(max_examples=50)
@given(st.lists(RATES, min_size=1, max_size=4), st.floats(0.1, 60.0), st.data())
def test_is_coherent(rates, steps, data):
    enter = np.array([rates])
    leave = np.array([data.draw(st.lists(RATES, min_size=len(rates), max_size=len(rates)))])
    standing = data.draw(st.integers(0, len(rates)))
    now = outlook(enter, leave, standing=standing, steps=steps)
    later = outlook(enter, leave, standing=standing, steps=steps + 1)
    assert now.at.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.all(np.diff(now.reach[0]) <= 1e-12)
    assert np.all(later.reach >= now.reach - 1e-12)
    assert np.all(later.fall >= now.fall - 1e-12)
    tails = np.cumsum(now.at[0, ::-1])[::-1]
    assert np.all(now.reach[0] >= tails - 1e-12)
