"""Whatever a table of moves says, what follows from it belongs to one world."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from forecaster.clock import end_of_day
from models.figures import table_figures
from tests.builders_judged import DOMAIN, inputs_at, moment

INPUTS = inputs_at(end_of_day(moment("2024-04-14").date()))  # one theatre stands on the top rung


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.0, 1.0), min_size=32, max_size=32))
def test_figures_of_any_table_are_coherent(weights: list[float]) -> None:
    table = np.array(weights).reshape(2, 4, 4) + 1e-6
    said = table_figures(INPUTS, table / table.sum(axis=-1, keepdims=True), DOMAIN)
    np.testing.assert_allclose(said.at.sum(axis=-1), 1.0)
    tails = said.at[..., ::-1].cumsum(axis=-1)[..., ::-1]
    assert (said.reach >= tails - 1e-9).all()
    assert (np.diff(said.reach, axis=-1) <= 1e-9).all()
    assert (np.diff(said.reach, axis=1) >= -1e-9).all()
    np.testing.assert_allclose(said.reach[0], 1.0)
