"""No forecast as of a day is moved by anything that was recorded later."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from forecaster.domain.judgement import Judgement
from forecaster.errors import ModelError
from forecaster.store.session import make_engine
from forecaster.store.unit_of_work import UnitOfWork
from models.catalogue import families
from models.inputs import build_inputs
from tests.builders_models import make_counts, make_ladder, prior_draws

ORIGIN = datetime(2024, 5, 1, 23, 59, 59, tzinfo=UTC)
LADDER = make_ladder()
SERIES = ("events.north", "events.south", "events.coast", "aid.total")


def split(readings):
    """What was recorded up to the origin, and what was recorded after it."""
    late = readings.recorded_at > np.datetime64(ORIGIN.replace(tzinfo=None), "us")
    return taken(readings, ~late), taken(readings, late)


def taken(readings, rows):
    names = ("series", "observed_at", "recorded_at", "value", "estimated")
    whole = {name: getattr(readings, name)[rows] for name in names}
    return replace(readings, **whole)


def noted(readings):
    return replace(readings, estimated=np.zeros(len(readings), dtype=bool))


def nonsense(later, earlier, kind):
    """Later readings that no source would give, and revisions of every earlier one."""
    rng = np.random.default_rng(7)
    revised = replace(
        earlier,
        recorded_at=earlier.recorded_at + np.timedelta64(500, "D"),
        value=earlier.value * 1e6 + 3,
    )
    if kind == "shuffled":
        return replace(later, value=rng.permutation(later.value)), revised
    return replace(later, value=rng.uniform(1e8, 1e9, len(later))), revised


def answer(engine):
    """Inputs as of the origin by the product's own way, and each family's paths from them."""
    with UnitOfWork(engine) as work:
        readings = work.readings.as_of(SERIES, ORIGIN)
        judgements = work.judgements.as_of(LADDER.id, ORIGIN)
    inputs = build_inputs(LADDER, readings=readings, judgements=judgements, as_of=ORIGIN)
    paths = {}
    for id, family in families().items():
        simulation = family.simulate(
            inputs, prior_draws(family, inputs), 16, np.random.default_rng(1)
        )
        assert simulation.paths is not None
        paths[id] = simulation.paths.measure
    return inputs, paths


def assert_same(one, other):
    """Compare dataclasses field by field, arrays by value."""
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if is_dataclass(a):
            assert_same(a, b)
        elif isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=field.name)
        else:
            assert a == b, field.name


@pytest.mark.parametrize("kind", ["shuffled", "nonsense"])
def test_what_is_recorded_later_moves_no_forecast(sqlite_url, kind):
    earlier, later = split(noted(make_counts(days=300)))
    engine = make_engine(sqlite_url)
    with UnitOfWork(engine) as work:
        work.readings.add(earlier)
        work.ladders.ensure(LADDER, ORIGIN)
        work.commit()
    inputs, paths = answer(engine)
    with UnitOfWork(engine) as work:
        for batch in nonsense(later, earlier, kind):
            assert work.readings.add(batch)
        work.judgements.add([judged_afterwards()])
        work.commit()
    inputs_then, paths_then = answer(engine)
    assert_same(inputs, inputs_then)
    for id in families():
        np.testing.assert_array_equal(paths[id], paths_then[id], err_msg=id)
    with UnitOfWork(engine) as work:  # the nonsense is there for all who look later
        seen = work.readings.as_of(SERIES, ORIGIN + timedelta(days=600))
    assert seen.value.max() > 1e6
    engine.dispose()


def judged_afterwards():
    """A rung that was entered before the origin, as somebody said a month after it."""
    return Judgement(
        LADDER.id, "north", "kinetic", "strike", ORIGIN - timedelta(days=30), None, "analyst",
        "evidence", ORIGIN + timedelta(days=30),
    )  # fmt: skip


def test_the_models_refuse_what_the_store_would_not_have_given():
    with pytest.raises(ModelError, match="recorded after"):
        build_inputs(LADDER, readings=make_counts(days=300), judgements=(), as_of=ORIGIN)
    known, _ = split(make_counts(days=300))
    with pytest.raises(ModelError, match="recorded after"):
        build_inputs(LADDER, readings=known, judgements=[judged_afterwards()], as_of=ORIGIN)


def test_a_reading_of_the_origin_itself_moves_every_forecast():
    """The test above could not fail if forecasts were blind to readings altogether."""
    known, _ = split(make_counts(days=300))
    doubled = replace(
        known, value=np.where(known.series == SERIES[0], 9.0 * known.value, known.value)
    )
    for id, family in families().items():
        measures = []
        for readings in (known, doubled):
            inputs = build_inputs(LADDER, readings=readings, judgements=(), as_of=ORIGIN)
            draws = prior_draws(family, inputs)
            paths = family.simulate(inputs, draws, 16, np.random.default_rng(1)).paths
            assert paths is not None
            measures.append(paths.measure)
        assert not np.array_equal(*measures), id
