"""Live scores: the figures of a backtest, from sums of what was published."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from forecaster.domain.settled import SettledReaches, SettledScores
from forecaster.scoring.live import FEWEST_BLOCKS, live_scores

FIRST = datetime(2025, 1, 5, 23, 59, tzinfo=UTC)
WEEK = timedelta(weeks=1)
RNG = np.random.default_rng(1)


def errors(weeks: int, reference: str = "persistence", *, horizon: int = 1, worse: float = 0.1):
    """Ten forecasts a week, each with an error of about a fifth, the reference's `worse` more."""
    own = 2.0 + RNG.normal(0, 0.3, weeks)
    other = own + 10 * worse + RNG.normal(0, 0.1, weeks)
    return [
        SettledScores(FIRST + w * WEEK, horizon, reference, 10, own[w], 10, own[w], other[w])
        for w in range(weeks)
    ]


def by_name(scores, horizon=1):
    return {s.score: s for s in scores if s.horizon_steps == horizon}


def test_skill_is_the_share_of_the_best_references_error_that_is_saved():
    near, far = errors(20, "climatology_12", worse=0.05), errors(20, "persistence", worse=0.4)
    found = by_name(live_scores([*far, *near], (), step=WEEK))
    skill = found["rps_skill_best"]
    saved = 1 - sum(s.rps for s in near) / sum(s.rps_reference for s in near)
    assert (skill.reference, skill.n) == ("climatology_12", 200)
    assert skill.value == pytest.approx(saved)
    assert skill.lower < skill.value < skill.upper
    assert found["rps"].value == pytest.approx(sum(s.rps for s in near) / 200)
    assert found["rps"].n == 200


def test_only_what_the_reference_spoke_of_is_compared():
    half = [SettledScores(s.as_of, 1, s.reference, 10, s.rps, 4, 0.5, 1.0) for s in errors(20)]
    found = by_name(live_scores(half, (), step=WEEK))
    assert found["rps"].n == 200
    assert found["rps_skill_best"].n == 80
    assert found["rps_skill_best"].value == pytest.approx(0.5)


def test_a_record_too_short_for_its_horizon_has_no_interval():
    found = [*errors(2 * FEWEST_BLOCKS), *errors(2 * FEWEST_BLOCKS, horizon=4)]
    scores = live_scores(found, (), step=WEEK)
    assert by_name(scores)["rps_skill_best"].lower is not None
    for score in by_name(scores, 4).values():
        assert (score.lower, score.upper) == (None, None)


def test_runs_of_one_step_make_no_record_longer():
    days = [
        SettledScores(FIRST + timedelta(days=d), 1, "persistence", 10, 2.0, 10, 2.0, 3.0)
        for d in range(30)
    ]
    assert by_name(live_scores(days, (), step=WEEK))["rps"].lower is None
    assert by_name(live_scores(days, (), step=timedelta(days=1)))["rps"].lower is not None


def test_the_slope_is_that_of_the_line_through_outcomes():
    chances = RNG.uniform(0, 1, (20, 10))
    came = RNG.uniform(0, 1, (20, 10)) < chances
    reaches = [
        SettledReaches(
            FIRST + w * WEEK,
            1,
            reached,
            int(where.sum()),
            float(chances[w][where].sum()),
            float((chances[w][where] ** 2).sum()),
        )
        for w in range(20)
        for reached, where in ((True, came[w]), (False, ~came[w]))
    ]
    slope = by_name(live_scores(errors(20), reaches, step=WEEK))["next_rung_slope"]
    line = np.polyfit(chances.ravel(), came.ravel().astype(float), 1)
    assert slope.value == pytest.approx(line[0])
    assert slope.n == 200
    assert slope.lower < slope.value < slope.upper


def test_there_is_no_slope_where_nothing_came_and_no_skill_where_no_reference_spoke():
    alone = [SettledScores(s.as_of, 1, s.reference, 10, s.rps, 0, 0.0, 0.0) for s in errors(20)]
    never = [SettledReaches(FIRST + w * WEEK, 1, False, 10, 1.0, 0.2) for w in range(20)]
    assert set(by_name(live_scores(alone, never, step=WEEK))) == {"rps"}


def test_nothing_settled_is_nothing_scored():
    assert live_scores((), (), step=WEEK) == ()
