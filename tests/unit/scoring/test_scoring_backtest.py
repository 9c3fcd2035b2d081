"""A whole backtest: known values, the same cells for all, and what is left out."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from forecaster.domain.backtest import LEVELS, Score
from forecaster.errors import ScoreError
from forecaster.scoring.backtest_scores import score_backtest
from forecaster.scoring.curves import pit_histogram, reliability_curve
from forecaster.scoring.evaluation import evaluation_rows
from forecaster.scoring.panel import make_panel
from forecaster.scoring.pooling import make_pooling
from tests.builders_scores import START, WEEK, forecast, forecasts, outcomes, plan, seer, uniform

RUNG = np.random.default_rng(1).integers(0, 3, (2, 44))
CAME = outcomes(RUNG)
STEPS = range(40)


def find(scores: Sequence[Score], forecaster: str, score: str, **where) -> Score:
    wanted = {"theatre": "*", "rung": "*"} | where
    (found,) = [
        s
        for s in scores
        if s.forecaster == forecaster
        and s.score == score
        and all(getattr(s, key) == value for key, value in wanted.items())
    ]
    return found


@pytest.fixture(scope="module")
def scores() -> tuple[Score, ...]:
    said = [
        *forecasts("seer", seer(CAME), CAME, steps=STEPS, horizons=(1, 3)),
        *forecasts("ref-even", uniform(CAME), CAME, steps=STEPS, horizons=(1, 3)),
        *forecasts("ref-low", lambda *_: [0.8, 0.1, 0.1], CAME, steps=STEPS, horizons=(1, 3)),
    ]
    return score_backtest(plan("seer", "ref-even", "ref-low"), said, CAME)


def test_who_knows_what_comes_is_perfect(scores: tuple[Score, ...]) -> None:
    for name, best in {"rps": 0.0, "log": 0.0, "brier_at": 0.0, "rps_skill_best": 1.0}.items():
        found = find(scores, "seer", name, horizon_steps=1)
        assert found.value == pytest.approx(best)
        assert found.n == 80


def test_who_knows_nothing_has_the_values_of_the_textbook(scores: tuple[Score, ...]) -> None:
    came = RUNG[:, 1:41]
    edge, middle = (np.mean([1 / 9, 4 / 9]), np.mean([1 / 9, 1 / 9]))
    expected = np.where(came == 1, middle, edge).mean()
    found = find(scores, "ref-even", "rps", horizon_steps=1)
    assert found.value == pytest.approx(expected)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower < found.value < found.upper
    assert find(scores, "ref-even", "log", horizon_steps=1).value == pytest.approx(np.log(3))


def test_brier_at_of_all_rungs_is_the_rps(scores: tuple[Score, ...]) -> None:
    for horizon in (1, 3):
        rps, brier = (
            find(scores, "ref-low", name, horizon_steps=horizon) for name in ("rps", "brier_at")
        )
        assert brier.value == pytest.approx(rps.value)


def test_figures_by_theatre_and_by_rung_make_up_the_whole(scores: tuple[Score, ...]) -> None:
    by_theatre = [find(scores, "ref-low", "rps", theatre=t, horizon_steps=3) for t in ("t0", "t1")]
    assert np.mean([s.value for s in by_theatre]) == pytest.approx(
        find(scores, "ref-low", "rps", horizon_steps=3).value
    )
    by_rung = [find(scores, "ref-low", "brier", rung=r, horizon_steps=3) for r in ("r1", "r2")]
    assert np.mean([s.value for s in by_rung]) == pytest.approx(
        find(scores, "ref-low", "brier", horizon_steps=3).value
    )


def test_differences_are_paired_and_against_every_reference(scores: tuple[Score, ...]) -> None:
    for reference in ("ref-even", "ref-low"):
        found = find(scores, "seer", "rps_difference", reference=reference, horizon_steps=1)
        theirs = find(scores, reference, "rps", horizon_steps=1)
        assert found.value == pytest.approx(-theirs.value)
        assert found.upper is not None
        assert found.upper < 0
    assert not [s for s in scores if s.forecaster == s.reference and not s.score.endswith("_best")]


def test_the_best_reference_is_that_of_lowest_rps_and_level_with_itself(
    scores: tuple[Score, ...],
) -> None:
    best = min(("ref-even", "ref-low"), key=lambda r: find(scores, r, "rps", horizon_steps=1).value)
    own = find(scores, best, "rps_difference_best", horizon_steps=1)
    assert (own.value, own.lower, own.upper, own.reference) == (0.0, 0.0, 0.0, best)


def test_steady_forecasts_never_flip(scores: tuple[Score, ...]) -> None:
    assert find(scores, "ref-low", "flip_flop", horizon_steps=1).value == 0.0
    assert find(scores, "seer", "flip_flop", horizon_steps=1).value > 0.0


def test_constant_forecasts_tell_nothing_apart(scores: tuple[Score, ...]) -> None:
    assert find(scores, "ref-low", "discrimination", rung="r1", horizon_steps=1).value == 0.5
    assert find(scores, "seer", "discrimination", rung="r1", horizon_steps=1).value > 0.6


def test_what_never_came_or_always_did_has_no_slope() -> None:
    rung = np.random.default_rng(2).integers(1, 3, (2, 44))  # r1 always, r3 never
    came = replace(outcomes(rung), rungs=("r0", "r1", "r2", "r3"))

    def teller(k: int, step: int, horizon: int) -> list[float]:
        share = 0.1 + 0.02 * (step % 7) + 0.05 * k
        return [share, 0.5, 0.4 - share, 0.1]

    found = score_backtest(plan("a"), forecasts("a", teller, came, steps=STEPS), came)
    for name in ("reliability_slope", "discrimination"):
        assert {s.rung for s in found if s.score == name} == {"*", "r2"}
    assert {s.rung for s in found if s.score == "brier"} == {"*", "r1", "r2", "r3"}


def test_the_slope_of_the_next_rung_looks_at_that_rung_alone() -> None:
    rng = np.random.default_rng(4)
    present, chances = rng.integers(0, 3, (len(STEPS), 2)), {}

    def said(k: int, step: int, horizon: int) -> list[float]:
        at = chances.setdefault((step, k), rng.dirichlet(np.ones(3)))
        return list(at)

    made = [
        replace(f, present=present[i])
        for i, f in enumerate(forecasts("a", said, CAME, steps=STEPS))
    ]
    found = find(score_backtest(plan("a"), made, CAME), "a", "next_rung_slope")
    pairs = [
        (f.reach[k, 0, stands + 1], float(RUNG[k, step : step + 2].max() > stands))
        for step, f, row in zip(STEPS, made, present, strict=True)
        for k, stands in enumerate(row)
        if stands < 2  # above the highest rung there is none
    ]
    assert found.n == len(pairs)
    assert found.value == pytest.approx(np.polyfit(*zip(*pairs, strict=True), 1)[0])


def test_a_cell_is_scored_for_all_or_none() -> None:
    said = [
        *forecasts("a", uniform(CAME), CAME, steps=range(30)),
        *forecasts("b", uniform(CAME), CAME, steps=range(10, 40), theatres=[1]),
    ]
    found = score_backtest(plan("a", "b"), said, CAME)
    assert find(found, "a", "rps").n == find(found, "b", "rps").n == 20
    assert not [s for s in found if s.theatre == "t0"]


def test_one_that_never_spoke_takes_no_cell_away() -> None:
    found = score_backtest(
        plan("a", "silent"), forecasts("a", uniform(CAME), CAME, steps=STEPS), CAME
    )
    assert find(found, "a", "rps").n == 80
    assert {s.forecaster for s in found} == {"a"}


def test_a_forecast_that_is_not_a_number_is_no_forecast() -> None:
    said = forecasts("a", lambda k, s, h: [np.nan] * 3 if s < 5 else [1, 0, 0], CAME, steps=STEPS)
    assert find(score_backtest(plan("a"), said, CAME), "a", "rps").n == 70


def test_origins_before_the_first_scored_one_do_not_count() -> None:
    said = forecasts("a", uniform(CAME), CAME, steps=STEPS)
    assert find(score_backtest(plan("a", first=10), said, CAME), "a", "rps").n == 60
    on_the_day = plan("a", scored_from=said[10].origin.date())
    assert find(score_backtest(on_the_day, said, CAME), "a", "rps").n == 60


def test_unresolved_targets_are_left_out_and_reach_needs_every_step() -> None:
    rung = np.zeros((1, 44), dtype=int)
    rung[0, 20] = -1
    rung[0, 0] = 2  # so that there are three rungs
    came = outcomes(rung)
    said = forecasts("a", uniform(came), came, steps=STEPS, horizons=(3,))
    found = score_backtest(plan("a"), said, came)
    assert find(found, "a", "rps").n == 39
    # Origins 17 to 20 have the unseen step on the way to the third one.
    assert find(found, "a", "brier").n == 36


def test_a_target_after_the_last_outcome_is_left_out() -> None:
    said = forecasts("a", lambda *_: [1, 0, 0], CAME, steps=range(44), horizons=(3,))
    assert find(score_backtest(plan("a"), said, CAME), "a", "rps").n == 82


def test_reach_counts_the_step_of_the_origin_and_those_on_the_way() -> None:
    rung = np.zeros((1, 44), dtype=int)
    rung[0, 10] = 2
    came = outcomes(rung)
    steps, horizons = range(40), (2,)
    said = forecasts("a", lambda *_: [1, 0, 0], came, steps=steps, horizons=horizons)
    found = find(score_backtest(plan("a"), said, came), "a", "brier", rung="r2")
    assert found.value == pytest.approx(3 / 40)  # origins in steps 8, 9 and 10


def test_theatres_may_come_and_go() -> None:
    said = [
        *forecasts("a", uniform(CAME), CAME, steps=range(20), theatres=[0]),
        *forecasts("a", uniform(CAME), CAME, steps=range(20, 40), theatres=[1, 0]),
    ]
    found = score_backtest(plan("a"), said, CAME)
    assert find(found, "a", "rps", theatre="t0").n == 40
    assert find(found, "a", "rps", theatre="t1").n == 20
    # Columns follow names, not places.
    seen = forecasts("a", seer(CAME), CAME, steps=range(20, 40), theatres=[1, 0])
    assert find(score_backtest(plan("a"), seen, CAME), "a", "rps").value == pytest.approx(0.0)


def test_scores_of_the_measure_leave_out_those_that_say_nothing_of_it() -> None:
    measure = np.random.default_rng(2).normal(size=RUNG.shape)
    came = outcomes(RUNG, measure)
    quantiles = np.broadcast_to(np.linspace(-3, 3, len(LEVELS)), (2, 1, len(LEVELS)))
    said = [
        *forecasts("rungs-only", uniform(came), came, steps=STEPS),
        *(
            replace(f, quantiles=quantiles.copy())
            for f in forecasts("a", uniform(came), came, steps=STEPS)
        ),
    ]
    found = score_backtest(plan("a", "rungs-only"), said, came)
    inside = np.abs(measure[:, 1:41]) <= 3 * (1 - 2 * LEVELS.index(0.05) / (len(LEVELS) - 1))
    assert find(found, "a", "coverage_90").value == pytest.approx(inside.mean())
    assert {s.forecaster for s in found if s.score == "crps"} == {"a"}


def test_the_same_backtest_gives_the_same_scores(scores: tuple[Score, ...]) -> None:
    said = forecasts("a", uniform(CAME), CAME, steps=STEPS)
    first, again = (score_backtest(plan("a"), said, CAME) for _ in range(2))
    assert first == again


def test_forecasts_of_one_target_flip_when_they_turn_back() -> None:
    tellers = {13: [1, 0, 0], 4: [0, 0, 1], 1: [1, 0, 0]}
    rung = np.zeros((1, 60), dtype=int)
    came = outcomes(rung)
    said = forecasts("a", lambda k, s, h: tellers[h], came, steps=range(40), horizons=(1, 4, 13))
    found = score_backtest(plan("a"), said, came)
    assert find(found, "a", "flip_flop_target", horizon_steps=13).value == pytest.approx(2.0)
    assert all(
        find(found, "a", "flip_flop", horizon_steps=h).value == pytest.approx(0.0) for h in (1, 4)
    )


def test_mistakes_are_named() -> None:
    said = forecasts("a", uniform(CAME), CAME, steps=[0, 1])
    with pytest.raises(ScoreError, match="not in plan made-up"):
        score_backtest(plan("b"), said, CAME)
    with pytest.raises(ScoreError, match="there twice"):
        score_backtest(plan("a"), [*said, said[0]], CAME)
    with pytest.raises(ScoreError, match="speaks of rungs"):
        score_backtest(plan("a"), [replace(said[0], rungs=("x", "y", "z"))], CAME)
    late = replace(
        said[0], forecaster="b", horizon_ends=(said[0].horizon_ends[0] + timedelta(days=7),)
    )
    with pytest.raises(ScoreError, match="another forecaster"):
        score_backtest(plan("a", "b"), [*said, late], CAME)
    with pytest.raises(ScoreError, match="do not rise"):
        score_backtest(plan("a"), said, replace(CAME, ends=CAME.ends[::-1]))


def test_no_forecast_has_no_score() -> None:
    assert score_backtest(plan("a"), [], CAME) == ()


def test_rows_of_the_evaluation_have_the_agreed_keys(scores: tuple[Score, ...]) -> None:
    made = evaluation_rows(plan("seer", "ref-even", "ref-low"), scores)
    assert [(r["forecaster"], r["horizon_steps"]) for r in made] == [
        (f, h) for f in ("seer", "ref-even", "ref-low") for h in (1, 3)
    ]
    row = made[0]
    assert list(row) == [
        *("panel", "forecaster", "role", "horizon_steps", "n", "rps", "log_score"),
        *("diff_best_reference", "coverage_90", "reliability_slope"),
    ]
    assert (row["panel"], row["role"], row["n"]) == ("made-up", "bayesian", 80)
    slope = find(scores, "seer", "reliability_slope", horizon_steps=1)
    assert row["reliability_slope"] == slope.value
    difference = row["diff_best_reference"]
    assert isinstance(difference, dict)
    assert list(difference) == ["mean", "lower", "upper"]
    assert difference["upper"] < 0


def test_variants_are_scored_and_not_published() -> None:
    said = [
        *forecasts("a", uniform(CAME), CAME, steps=STEPS),
        *forecasts("var", uniform(CAME), CAME, steps=STEPS),
    ]
    planned = plan("a", "var")
    found = score_backtest(planned, said, CAME)
    assert find(found, "var", "rps").n == 80
    rows = evaluation_rows(planned, found)
    assert {row["forecaster"] for row in rows} == {"a"}
    assert rows[0]["diff_best_reference"] == {"mean": None, "lower": None, "upper": None}


def test_many_theatres_are_scored_together_and_soon() -> None:
    rng = np.random.default_rng(3)
    rung = rng.integers(0, 5, (400, 140))
    came = outcomes(rung)
    names = ("ref-a", "b")
    said = []
    for step in range(60):
        here = np.sort(rng.choice(400, 300, replace=False))
        for name in names:
            said.append(
                forecast(
                    name,
                    step,
                    at=rng.dirichlet(np.ones(5), (300, 3)),
                    horizons=(1, 3, 12),
                    rungs=came.rungs,
                    theatres=[came.theatres[k] for k in here],
                )
            )
    began = time.perf_counter()
    found = score_backtest(plan(*names, block_steps=12), said, came)
    assert time.perf_counter() - began < 30.0
    assert {s.theatre for s in found} == {"*"}
    assert find(found, "b", "rps", horizon_steps=12).n == 60 * 300


def test_blocks_are_never_shorter_than_the_horizon() -> None:
    said = forecasts("a", uniform(CAME), CAME, steps=STEPS, horizons=(2,))
    short, asked = (score_backtest(plan("a", block_steps=b), said, CAME) for b in (1, 2))
    assert short == asked


def test_curves_of_a_calibrated_forecaster_are_straight() -> None:
    rng = np.random.default_rng(5)
    at = rng.dirichlet(np.ones(3), (300, 60))
    rung = (rng.random((300, 60))[..., None] > np.cumsum(at, axis=-1)).sum(axis=-1)
    rung = np.concatenate([np.zeros((300, 1), dtype=int), rung], axis=1)
    came = outcomes(rung)
    said = forecasts("a", lambda k, s, h: at[k, s], came, steps=range(60))
    # The origin's own step counts for reaching, so here reaching is told from scratch.
    planned = plan("a")
    panel = make_panel(planned, said, came, horizon=1)
    panel = replace(panel, came=replace(panel.came, highest=panel.came.rung))
    bins = reliability_curve(panel, make_pooling(planned, panel), "a")
    assert sum(b.n for b in bins) == 300 * 60 * 2
    assert all(abs(b.observed - b.forecast) < 0.05 for b in bins)
    assert pit_histogram(panel, "a", seed=1) == pytest.approx(np.full(10, 0.1), abs=0.01)


def test_the_plan_of_these_tests_begins_on_a_monday() -> None:
    assert START.weekday() == 0
    assert timedelta(days=7) == WEEK
