"""Real sampling: known hazards of the three routes come back from made-up pairs of states."""

import numpy as np
import pytest

from models.compiling import compile_model
from models.components.memory import INCIDENTS, keeps
from models.families.rung_transitions import FAMILY
from models.sampling import SamplingOptions, sample
from tests.builders_models import make_priors
from tests.builders_panels import open_inputs

pytestmark = pytest.mark.recovery

PAIRS, MONTHS = 24, 480
ASCENT, SPREAD = np.log(0.02), 0.6
PUSH = np.array([0.25, 0.03, 0.0])
DESCENT = 0.9
GO_ON = 0.3
"""From the lowest rung: chance of going on beyond one rung, two, three."""


def made_up(seed):
    """Levels of pairs that climb on purpose or after incidents, and come down at one rate."""
    rng = np.random.default_rng(seed)
    names = np.arange("1950-01", "1990-01", dtype="datetime64[M]").astype(str)
    events = {}
    keep = keeps(INCIDENTS["month"])
    for k in range(PAIRS):
        own, recent, rung = rng.normal(ASCENT, SPREAD), keep.copy(), 0
        found = [(names[0], 2.0)]
        for month in names[1:MONTHS]:
            up = (np.exp(own) + recent @ PUSH) * (rung < 4)
            down = DESCENT * (rung > 0)
            if rng.random() < 1 - np.exp(-(up + down)):
                rung = step_from(rung, rng.random() < up / (up + down), rng)
            recent = keep * (recent + (rung > 0))
            if rung:
                found.append((month, rung + 1.0))
        events[f"p{k}-q"] = found
    return events


def step_from(rung, rises, rng):
    if not rises:
        return rung - 1
    size = 1
    while rung == 0 and size < 4 and rng.random() < GO_ON:
        size += 1
    return rung + size


def test_known_hazards_come_back():
    inputs = open_inputs(made_up(3), as_of="1990-03-31", window=40)
    model = FAMILY.build(inputs, make_priors(inputs.ladder))
    options = SamplingOptions(seed=1, tune=400, draws=400, chains=2)
    found = sample(compile_model(model), options).flat()
    assert inside(found["push"][:, 0], PUSH[0])
    assert inside(found["push"][:, 1], PUSH[1])
    assert np.median(found["push"][:, 2]) < 0.02
    typical = np.exp(found["ascent_centre"]) + found["quiet"]
    typical = typical * np.exp(found["tolerance"][:, 0])
    assert inside(typical, np.exp(ASCENT), slack=0.01)
    assert inside(found["ascent_spread"], SPREAD, slack=0.2)
    assert inside(np.exp(found["descent_centre"] + found["ease"][:, 1]), DESCENT, slack=0.1)
    assert inside(found["jump_up"][:, 0, 0], GO_ON)


def inside(draws, truth, *, slack=0.0):
    """Whether the truth lies in the central 98 %, give or take what the model shares out."""
    low, high = np.percentile(draws, (1, 99))
    return low - slack <= truth <= high + slack
