"""Stacking: weights of several forecasters by horizon, learnt from their past forecasts alone.

The weights minimise the mean ranked probability score of the mixture over past forecasts that
have been resolved, held near the mixture with the plan's prior weights:

    w = argmin over the simplex of
        sum_i RPS(w F[i], o[i])  +  strength mean_i |w F[i] - prior F[i]|^2

F[i] are the members' distribution functions; the second sum is over past forecasts too, and like
the score a mean over thresholds. So the prior mixture counts as if it had been exactly right in
`strength` further origins: what is held is the forecast, however alike the members are. Stacking
of predictive distributions is after Yao et al. (2018), with the score that the forecasts are
judged by in place of the logarithm. Chosen weights are hard to beat with few forecasts (the
forecast combination puzzle: Stock and Watson 2004), hence the strength.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.backtest import LEVELS, STACK, OriginForecast, Outcomes, Plan

type Array = NDArray[np.float64]
type Past = Mapping[datetime, Mapping[str, OriginForecast]]

VERSION = "2"

PRECISION = 1e3
"""Scores differ by thousandths; the minimiser stops at changes of a millionth of its target."""


def stack_weights(cumulative: Array, outcome: Array, *, prior: Array, strength: float) -> Array:
    """Return the weights of members, at least 0 and summing to one.

    Args:
        cumulative: P(rung <= r) of each member and past forecast (member, forecast, threshold).
        outcome: 1.0 where the rung that came was <= r (forecast, threshold).
        prior: weights without any past forecast (member).
        strength: the prior mixture's worth in past forecasts, as a share of those given.
    """
    from scipy.optimize import minimize

    thresholds = max(cumulative.shape[2], 1)
    gram = np.einsum("ant,bnt->ab", cumulative, cumulative) / thresholds
    linear = np.einsum("ant,nt->a", cumulative, outcome) / thresholds + strength * gram @ prior
    gram = (1.0 + strength) * gram
    scale = PRECISION / (cumulative.shape[1] * (1.0 + strength))
    found = minimize(
        lambda w: scale * (w @ gram @ w - 2.0 * linear @ w),
        prior,
        jac=lambda w: scale * 2.0 * (gram @ w - linear),
        method="SLSQP",
        bounds=[(0.0, 1.0)] * len(prior),
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1.0},
    )
    weights = np.clip(found.x, 0.0, 1.0)
    return np.asarray(weights / weights.sum())


def by_origin(forecasts: Iterable[OriginForecast]) -> dict[datetime, dict[str, OriginForecast]]:
    """Return forecasts by origin, in order of time, then by forecaster."""
    found: dict[datetime, dict[str, OriginForecast]] = {}
    for forecast in sorted(forecasts, key=lambda f: f.origin):
        found.setdefault(forecast.origin, {})[forecast.forecaster] = forecast
    return found


def weights_at(
    origin: datetime, past: Past, outcomes: Outcomes, plan: Plan, *, horizons: int
) -> Array:
    """Return weights (horizon, member) from forecasts resolved by an origin, and no others.

    Args:
        origin: the moment at which the weights are used.
        past: forecasts of all members by origin; later ones are not looked at.
        outcomes: what happened; of steps not resolved by `origin`, nothing is looked at.
        plan: names the members, their prior weights and how long resolving takes.
        horizons: how many there are.
    """
    members, prior = list(plan.members), np.array(list(plan.members.values()))
    known = {
        end: i
        for i, end in enumerate(outcomes.ends)
        if end + timedelta(days=plan.resolve_after_days) <= origin
    }
    earlier = [f for when, f in past.items() if when < origin and f.keys() >= set(members)]
    weights = np.tile(prior, (horizons, 1))
    for h in range(horizons):
        met = [f for f in earlier if f[members[0]].horizon_ends[h] in known]
        if met:
            cumulative, outcome = resolved(met, members, h, known, outcomes)
            strength = plan.strength / len(met)
            if len(outcome):
                weights[h] = stack_weights(cumulative, outcome, prior=prior, strength=strength)
    return weights


def resolved(
    forecasts: Sequence[Mapping[str, OriginForecast]],
    members: Sequence[str],
    horizon: int,
    known: Mapping[datetime, int],
    outcomes: Outcomes,
) -> tuple[Array, Array]:
    """Return (member, forecast, threshold) and (forecast, threshold) of resolved forecasts."""
    place = {theatre: i for i, theatre in enumerate(outcomes.theatres)}
    thresholds = np.arange(len(outcomes.rungs) - 1)
    cumulative, outcome = [], []
    for found in forecasts:
        first = found[members[0]]
        step = known[first.horizon_ends[horizon]]
        rung = np.array([outcomes.rung[place[t], step] for t in first.theatres])
        seen = rung >= 0
        cumulative.append([np.cumsum(found[m].at[seen, horizon], axis=-1)[:, :-1] for m in members])
        outcome.append((rung[seen, None] <= thresholds).astype(float))
    return np.concatenate(cumulative, axis=1), np.concatenate(outcome)


def mixed(found: Mapping[str, OriginForecast], weights: Array, plan: Plan) -> OriginForecast:
    """Return the stack's forecast: the members' mixture with weights (horizon, member).

    `reach` never falls with the horizon and is never below the mass at or above the rung.
    """
    members = [found[m] for m in plan.members]
    first = members[0]
    at, reach = (
        np.einsum("hm,mkhr->khr", weights, np.stack([getattr(f, name) for f in members]))
        for name in ("at", "reach")
    )
    return replace(
        first,
        forecaster=STACK,
        version=VERSION,
        at=at,
        reach=np.maximum.accumulate(reach, axis=1),
        quantiles=_mixed_quantiles(members, weights),
        diagnostics=None,
        seconds=sum(f.seconds for f in members),
    )


def _mixed_quantiles(members: Sequence[OriginForecast], weights: Array) -> Array:
    """Return quantiles of the mixture (theatre, horizon, level), from those of the members.

    Each member is the distribution whose quantile function is linear in log measure between its
    levels and flat beyond them; the mixture's distribution function is inverted on a grid.
    """
    levels = np.array(LEVELS)
    stacked = np.stack([f.quantiles for f in members])
    mixed = np.full(stacked.shape[1:], np.nan)
    for k, h in np.ndindex(*stacked.shape[1:3]):
        own = stacked[:, k, h]
        if not np.isfinite(own).all():
            continue
        grid = np.unique(own)
        below = [np.interp(grid, q, levels, left=0.0, right=1.0) for q in own]
        mixed[k, h] = np.interp(levels, weights[h] @ np.array(below), grid)
    return mixed
