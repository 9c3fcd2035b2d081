"""What indicators earned: told only where it was estimated."""

import numpy as np
import pytest

from forecaster.domain.indicator import Indicator
from models.particulars import effects
from models.sampling import Posterior
from tests.builders_models import AID, make_inputs, make_ladder

UNFED = Indicator("reserves", "R", "f", (), "both", "free", "last", "level")


def posterior(**variables):
    shape = (2, 50)
    return Posterior(variables, np.zeros(shape, dtype=bool), np.zeros(shape))


def test_an_estimated_effect_has_its_interval_and_todays_value():
    inputs = make_inputs(make_ladder(indicators=(AID, UNFED)))
    drawn = np.linspace(-1.0, 3.0, 100).reshape(2, 50, 1)
    (aid,) = effects(inputs, posterior(effect=drawn))
    assert aid.indicator == "aid"
    assert (aid.effect, aid.lower, aid.upper) == pytest.approx((1.0, -0.8, 2.8))
    assert aid.value == pytest.approx(inputs.indicators.latest[0, 0])


def test_nothing_is_claimed_of_an_effect_that_was_not_estimated():
    assert effects(make_inputs(), posterior(enter=np.zeros((2, 50, 1)))) == ()
