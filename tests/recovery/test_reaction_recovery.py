"""Real sampling: what people answer, and what that does, come back from a synthetic crisis."""

import numpy as np
import pytest

from models.compiling import compile_model
from models.components.movement import Movement
from models.families.action_reaction import FAMILY
from models.sampling import SamplingOptions, sample
from tests.builders_models import RUNGS, make_inputs, make_ladder, make_priors, make_readings

pytestmark = pytest.mark.recovery

WEEKS, BASE = 300, 900.0
NAMES = ("north", "south", "coast")
LEVEL = np.array([3.0, 2.8, 2.5])
PHI, VOLATILITY, NOISE = 0.9, 0.12, 0.08
ACTION, ANSWER, PERSISTENCE, SPREAD = 0.10, -0.35, 0.3, 0.7


def synthetic(seed):
    """A lever that falls when fighting rises, and feeds fighting: daily counts and aid."""
    rng = np.random.default_rng(seed)
    state, zero = np.zeros(3), np.zeros(1)
    now = Movement(np.full((1, 3), 1.0 / 3.0), zero, zero, zero)
    aid, counts = np.zeros(WEEKS), np.empty((WEEKS, 3))
    for t in range(WEEKS):
        answer = ANSWER * now.features[0]
        aid[t] = PERSISTENCE * (aid[t - 1] if t else 0.0) + answer + SPREAD * rng.normal()
        state = PHI * state + ACTION * (aid[t - 1] if t else 0.0) + VOLATILITY * rng.normal(size=3)
        rate = np.exp(LEVEL + state + NOISE * rng.normal(size=3))
        counts[t] = rng.poisson(rate * BASE / 100.0)
        now = now.after(np.log(counts[t] / BASE * 100.0) - LEVEL)
    return aid, counts


def readings_of(aid, counts):
    daily = {f"events.{n}": np.repeat(counts[:, k] / 7.0, 7) for k, n in enumerate(NAMES)}
    rest = np.repeat(np.maximum(BASE - counts.sum(axis=1), 0.0) / 7.0, 7)
    series = {**daily, "events.rest": rest, "aid.total": np.repeat(aid, 7)}
    return make_readings(series, lag_days=0)


@pytest.fixture(scope="module")
def fitted():
    ladder = make_ladder(rungs=RUNGS[:3])
    whole = tuple(f"events.{n}" for n in (*NAMES, "rest"))
    for theatre in ladder.theatres:
        if theatre.measure is not None:
            object.__setattr__(theatre.measure, "denominator", whole)
    aid, counts = synthetic(2)
    inputs = make_inputs(ladder, readings_of(aid, counts), day=7 * WEEKS - 1)
    model = FAMILY.build(inputs, make_priors(ladder))
    options = SamplingOptions(seed=1, tune=400, draws=400, chains=2)
    return aid.std(), sample(compile_model(model), options)


def test_the_answer_and_the_action_come_back(fitted):
    scale, posterior = fitted
    answer = posterior.variables["reaction"][..., 0, 0]  # in standard deviations of the lever
    low, high = np.percentile(answer, (1, 99))
    assert low < ANSWER / scale < high
    assert high < 0.0  # its sign was free, and is found
    effect = posterior.variables["effect"][..., 0]
    low, high = np.percentile(effect, (1, 99))
    assert low < ACTION * scale < high
    assert np.percentile(effect, 5) > 0.0


def test_persistence_and_spread_of_the_lever_come_back(fitted):
    scale, posterior = fitted
    for name, truth in (("persistence", PERSISTENCE), ("spread", SPREAD / scale)):
        low, high = np.percentile(posterior.variables[f"reaction_{name}"], (1, 99))
        assert low < truth < high


def test_what_is_not_there_shrinks_away(fitted):
    _, posterior = fitted
    level = posterior.variables["reaction"][..., 0, 1]  # nobody answered the level
    assert np.percentile(level, 5) < 0.0 < np.percentile(level, 95)
