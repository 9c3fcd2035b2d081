"""What indicators earned: told only where it was estimated."""

import numpy as np
import pytest

from forecaster.domain.indicator import Indicator
from models.particulars import effects
from tests.builders_models import AID, SALVOS, make_inputs, make_ladder

UNFED = Indicator("reserves", "R", "f", (), "both", "free", "last", "level")


def test_an_estimated_effect_has_its_interval_and_todays_value():
    inputs = make_inputs(make_ladder(indicators=(AID, UNFED)))
    drawn = np.linspace(-1.0, 3.0, 100)[:, None]
    (aid,) = effects(inputs, drawn, ("aid",))
    assert aid.indicator == "aid"
    assert (aid.effect, aid.lower, aid.upper) == pytest.approx((1.0, -0.8, 2.8))
    assert aid.value == pytest.approx(inputs.indicators.latest[0, 0])


def test_nothing_is_claimed_of_an_effect_that_was_not_estimated():
    assert effects(make_inputs(), None, ()) == ()


def test_what_acts_in_its_own_step_stands_beside_what_pushes():
    inputs = make_inputs(make_ladder(indicators=(AID, SALVOS)))
    drawn = np.tile([0.01, 0.3], (10, 1))
    aid, salvos = effects(inputs, drawn, ("aid", "salvos"))
    assert salvos.indicator == "salvos"
    assert (aid.effect, salvos.effect) == pytest.approx((0.01, 0.3))
    latest = inputs.concurrent.latest[:, 0]
    assert salvos.value == pytest.approx(np.nanmean(latest))
