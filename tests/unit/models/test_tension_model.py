"""The model as a graph: its coordinates, its hierarchy, and a prior without data."""

from dataclasses import replace

import numpy as np
import pytest

from forecaster.errors import ModelError
from models.components.tension import BLOCK
from models.families.latent_tension import FAMILY
from models.sampling import sample_prior
from tests.builders_models import RUNGS, make_counts, make_inputs, make_ladder, make_priors


def with_two_regions(ladder):
    north, *others = ladder.theatres
    return replace(ladder, theatres=(replace(north, region="rear"), *others))


def test_coordinates_are_the_ladders_own_ids():
    ladder = make_ladder()
    model = FAMILY.build(make_inputs(ladder), make_priors(ladder))
    assert model.coords["theatre"] == ("north", "south", "coast")
    assert model.coords["indicator"] == ("aid",)
    assert "rear/kinetic/nuclear" in model.coords["judged_cell"]


def test_shapes_change_once_in_a_block_of_steps():
    ladder = make_ladder()
    priors = make_priors(ladder)
    sizes = {
        FAMILY.build(make_inputs(ladder, day=day), priors)["shock"].eval().shape
        for day in (150, 180, 205)
    }
    assert sizes == {(BLOCK,)}


def test_theatres_of_one_region_are_alike_before_any_data():
    ladder = with_two_regions(make_ladder())
    model = FAMILY.build(make_inputs(ladder), make_priors(ladder))
    assert "level_region_z" in model.named_vars
    level = sample_prior(model, ("level",), draws=4000, seed=1)["level"]
    within = np.corrcoef(level[:, 1], level[:, 2])[0, 1]
    across = np.corrcoef(level[:, 0], level[:, 1])[0, 1]
    assert within > across + 0.1


def test_one_region_has_no_region_to_differ_from():
    ladder = make_ladder()
    model = FAMILY.build(make_inputs(ladder), make_priors(ladder))
    assert "level_region_z" not in model.named_vars


def test_the_log_density_is_finite_where_sampling_starts():
    for ladder in (make_ladder(), with_two_regions(make_ladder()), make_ladder(indicators=())):
        model = FAMILY.build(make_inputs(ladder), make_priors(ladder))
        assert np.isfinite(model.compile_logp()(model.initial_point()))


def test_a_prior_that_is_missing_is_named():
    ladder = make_ladder()
    kept = tuple(p for p in ladder.priors if p.id != "persistence")
    with pytest.raises(ModelError, match="persistence"):
        FAMILY.build(make_inputs(ladder), make_priors(replace(ladder, priors=kept)))


def test_a_ladder_without_judged_rungs_is_built():
    ladder = make_ladder(rungs=RUNGS[:3])
    model = FAMILY.build(make_inputs(ladder), make_priors(ladder))
    assert "enter" not in model.named_vars


def test_noises_of_a_few_theatres_are_not_centred_and_mean_the_same():
    few, many = ("north", "south", "coast"), tuple(f"place-{n}" for n in range(6))
    drawn = {}
    for places in (few, many):
        ladder = make_ladder(places=places, indicators=())
        inputs = make_inputs(ladder, make_counts(places=places))
        model = FAMILY.build(inputs, make_priors(ladder))
        drawn[places] = sample_prior(model, ["noise_log"], draws=4000, seed=1)["noise_log"]
        free = {variable.name for variable in model.free_RVs}
        assert ("noise_z" in free) == (places == few)
    quantiles = [np.quantile(values[:, 0], (0.1, 0.5, 0.9)) for values in drawn.values()]
    np.testing.assert_allclose(*quantiles, atol=0.1)
