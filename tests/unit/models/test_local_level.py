"""The closed-form likelihood against the multivariate normal density, and its gradient."""

import numpy as np
import pytest
from pytensor.gradient import verify_grad
from scipy.stats import multivariate_normal

from models.components.filtering import Dynamics, filter_states, sample_back
from models.components.local_level import local_level_loglik
from models.components.local_level_filter import filter_and_smooth, long_run_variance

STEPS = 7


@pytest.fixture
def case():
    rng = np.random.default_rng(3)
    return {
        "y": rng.normal(size=(STEPS, 2)),
        "observed": np.array([[1, 1], [1, 0], [0, 1], [1, 1], [1, 1], [0, 0], [1, 1]], float),
        "level": np.array([0.3, -0.5]),
        "start": np.array([0.4, 0.9]),
        "w": np.array([0.05, 0.02]),
        "phi": np.array([0.9, 0.6]),
        "drift": 0.2 * rng.normal(size=(STEPS, 2)),
        "q": rng.uniform(0.05, 0.3, (STEPS, 2)),
        "r": rng.uniform(0.05, 0.4, (STEPS, 2)),
        "passing": 0.3 * rng.normal(size=(STEPS, 2)),
    }


def dense(case, k):
    """Mean and covariance of (deviations, levels), built without any recursion over data."""
    mean, transfer = np.zeros(STEPS), np.zeros((STEPS, STEPS + 1))
    for t in range(STEPS):
        before = transfer[t - 1] if t else np.zeros(STEPS + 1)
        mean[t] = case["phi"][k] * (mean[t - 1] if t else 0.0) + case["drift"][t, k]
        transfer[t] = case["phi"][k] * before
        transfer[t, t + 1] += np.sqrt(case["q"][t, k])
    after = np.arange(1, STEPS + 1)
    walked = case["start"][k] + case["w"][k] * np.minimum(after[:, None], after[None, :])
    nothing = np.zeros((STEPS, STEPS))
    covariance = np.block([[transfer @ transfer.T, nothing], [nothing, walked]])
    return np.concatenate([mean, np.full(STEPS, case["level"][k])]), covariance


def seen_part(case, k):
    """What turns (deviations, levels) into the observations that were seen, and their noise."""
    both = np.hstack([np.eye(STEPS), np.eye(STEPS)])
    seen = case["observed"][:, k] > 0.5
    return both[seen], np.diag(case["r"][seen, k]), (case["y"] - case["passing"])[seen, k]


def test_likelihood_is_the_normal_density_of_what_was_seen(case):
    loglik = filter_and_smooth(**case)[0]
    for k in range(2):
        mean, covariance = dense(case, k)
        look, noise, y = seen_part(case, k)
        expected = multivariate_normal(look @ mean, look @ covariance @ look.T + noise).logpdf(y)
        assert loglik[k] == pytest.approx(expected, abs=1e-10)


def test_gradient_is_that_of_the_likelihood(case):
    data = {name: case.pop(name) for name in ("y", "observed")}
    names, rng = list(case), np.random.default_rng(1)
    verify_grad(
        lambda *values: local_level_loglik(**data, **dict(zip(names, values, strict=True))),
        list(case.values()),
        rng=rng,
    )


def test_value_of_an_unseen_step_changes_nothing(case):
    first = filter_and_smooth(**case)
    case["y"][case["observed"] < 0.5] = 1e6
    for a, b in zip(first, filter_and_smooth(**case), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_variance_shared_by_all_steps_is_broadcast(case):
    shared = case["q"][:1]
    whole = {**case, "q": np.repeat(shared, STEPS, axis=0)}
    expected = filter_and_smooth(**whole)[0]
    np.testing.assert_allclose(local_level_loglik(**{**case, "q": shared}).eval(), expected)


def test_arrays_of_other_shapes_are_refused(case):
    with pytest.raises(ValueError, match="shape of y"):
        filter_and_smooth(**{**case, "q": case["q"][:1]})


def test_backward_sampling_has_the_moments_of_the_conditional_normal(case):
    per_draw = {n: case[n][None] for n in case if n not in ("y", "observed")}
    dynamics = Dynamics(*(per_draw[n] for n in ("phi", "w", "drift", "q")))
    filtered = filter_states(
        y=(case["y"] - case["passing"])[None],
        observed=case["observed"],
        level=per_draw["level"],
        start=per_draw["start"],
        dynamics=dynamics,
        r=per_draw["r"],
        first=3,
    )
    np.testing.assert_allclose(filtered.loglik, filter_and_smooth(**case)[0].sum())
    drawn = sample_back(filtered, dynamics, paths=40_000, rng=np.random.default_rng(5))
    states = np.concatenate([drawn[0][0], drawn[1][0]], axis=1)  # (path, step, theatre)
    kept = [*range(3, STEPS), *range(STEPS + 3, 2 * STEPS)]
    for k in range(2):
        mean, covariance = dense(case, k)
        look, noise, y = seen_part(case, k)
        gain = covariance @ look.T @ np.linalg.inv(look @ covariance @ look.T + noise)
        expected = (mean + gain @ (y - look @ mean))[kept]
        spread = (covariance - gain @ look @ covariance)[np.ix_(kept, kept)]
        np.testing.assert_allclose(states[:, :, k].mean(axis=0), expected, atol=0.02)
        np.testing.assert_allclose(np.cov(states[:, :, k].T), spread, atol=0.02)


def test_a_deviation_that_went_on_for_ever_goes_on_as_it_is():
    phi, innovation = np.array([0.5, 0.95]), np.array([0.04, 0.01])
    begun = long_run_variance(phi, innovation)
    np.testing.assert_allclose(phi**2 * begun + innovation, begun)
