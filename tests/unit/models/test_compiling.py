"""What is compiled once and what is not: data may change, and nothing else."""

import numpy as np
import pymc as pm
import pytest

from models import compiling
from models.compiling import compile_model, signature


def small(*, y=(0.0, 1.0, 2.0), sd=1.0, places=("a", "b", "c"), slope=False):
    with pm.Model(coords={"place": list(places)}) as model:
        data = pm.Data("y", np.array(y), dims="place")
        mean = pm.Normal("mean", 0.0, sd)
        gap = data - mean
        pm.Potential("likelihood", -(gap**2 if not slope else abs(gap)).sum())
    return model


@pytest.mark.parametrize(
    "other",
    [
        {"sd": 2.0},
        {"places": ("a", "b", "d")},
        {"y": (1.0, 2.0), "places": ("a", "b")},
        {"slope": True},
    ],
)
def test_a_model_that_differs_in_more_than_data_has_another_signature(other):
    assert signature(small()) != signature(small(**other))


def test_a_model_that_differs_in_data_alone_has_the_same_signature():
    assert signature(small()) == signature(small(y=(5.0, 6.0, 7.0)))


class Compiled:
    """Stands for a compiled model: it remembers what it was made from and handed."""

    made = 0

    def __init__(self, data=None):
        self.data = data

    def with_data(self, **data):
        return Compiled(data)


@pytest.fixture
def compiler(monkeypatch):
    monkeypatch.setattr(compiling, "_kept", type(compiling._kept)())
    calls = []
    monkeypatch.setattr(compiling, "_compiled", lambda model: calls.append(model) or Compiled())
    return calls


def test_new_data_is_handed_to_what_was_compiled_before(compiler):
    compile_model(small())
    again = compile_model(small(y=(5.0, 6.0, 7.0)))
    assert len(compiler) == 1
    np.testing.assert_array_equal(again.data["y"], [5.0, 6.0, 7.0])


def test_no_more_models_are_kept_than_said(compiler):
    for i in range(compiling.KEPT + 2):
        compile_model(small(sd=1.0 + i))
    assert len(compiling._kept) == compiling.KEPT
    compile_model(small(sd=1.0))
    assert len(compiler) == compiling.KEPT + 3  # the first one had to go
