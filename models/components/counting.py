"""Compiled: from log tension to counts and measures, along every path.

A rate of ten or more starts from a normal deviate, rounded down, which is corrected: nearly all of
them stand as they are, which costs half as much as rejection from a hat over the distribution.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.components.jit import jit

type Array = NDArray[np.float64]

LARGEST_RATE = 1e9
"""Poisson rates are held below this, far above any count, so that a wild draw is no overflow."""

SEARCHED_BELOW = 10.0
"""Rates below this are drawn by searching the distribution function from zero up."""

_LOG_FACTORIAL = np.array([math.lgamma(n + 1.0) for n in range(32)])


@jit
def measured(
    log_rate: Array,
    scatter: Array,
    rest: Array,
    count: Array,
    is_share: NDArray[np.bool_],
    base: Array,
    window: Array,
    length: int,
    share_seen: float,
    rng: np.random.Generator,
    out: Array,
) -> None:
    """Fill `out`, step by step along each path, as `counts.simulate_measures` says.

    rest, count (step, theatre): share of each step still open, and events already counted in it.
    base (theatre), window, length, share_seen: as in `counts.RollingBase`.
    """
    draws, paths, steps, theatres = log_rate.shape
    totals = np.empty(length + steps)
    totals[: len(window)] = window
    for d in range(draws):
        for p in range(paths):
            known, total, common = len(window), window.sum(), 0.0
            for s in range(steps):
                whole = 0.0
                for k in range(theatres):
                    error = scatter[d, s, k] * rng.standard_normal()
                    value = math.exp(log_rate[d, p, s, k] + error)
                    if is_share[k]:
                        per = common if common > 0.0 else base[k]
                        rate = rest[s, k] * per * value / 100.0
                        events = count[s, k] + poisson(rng, min(rate, LARGEST_RATE))
                        whole += events
                        value = 100.0 * events / per
                    out[d, p, s, k] = value
                if share_seen > 0.0:
                    if known >= length:
                        total -= totals[known - length]
                    totals[known] = whole / share_seen
                    total += totals[known]
                    known += 1
                    common = total / min(known, length)


@jit
def poisson(rng: np.random.Generator, rate: float) -> float:
    """Return one count of mean `rate`, which is finite and at least 0, as a whole float."""
    if rate < SEARCHED_BELOW:
        return _searched(rng, rate)
    return _corrected(rng, rate)


@jit
def _searched(rng: np.random.Generator, rate: float) -> float:
    """Invert the distribution function (Devroye 1986, X.3.3), one uniform a count."""
    left = rng.random()
    count = 0.0
    mass = math.exp(-rate)
    while left > mass and count < 200.0:
        left -= mass
        count += 1.0
        mass *= rate / count
    return count


@jit
def _corrected(rng: np.random.Generator, rate: float) -> float:
    """Correct a normal deviate (Ahrens and Dieter 1982, algorithm PD), for rates of at least 10.

    Down to a little below the mean the Poisson has more mass than the rounded normal, so that the
    deviate stands; below, it stands in the ratio of the two. What that leaves is drawn from where
    the Poisson has more, under a double exponential.
    """
    spread = math.sqrt(rate)
    count = math.floor(rate + spread * rng.standard_normal())
    if count >= math.floor(rate - 1.1484):
        return count
    if count >= 0.0:
        u, short = rng.random(), rate - count
        if 6.0 * rate * rate * u >= short * short * short:
            return count
        if (1.0 - u) * _normal_mass(count, rate, spread) <= _mass(count, rate):
            return count
    while True:
        height, u = rng.standard_exponential(), 2.0 * rng.random() - 1.0
        place = 1.8 + math.copysign(height, u)
        if place <= -0.6744:
            continue
        count = math.floor(rate + spread * place)
        more = _mass(count, rate) - _normal_mass(count, rate, spread)
        if 0.1069 / rate * abs(u) <= more * math.exp(height):
            return count


@jit
def _mass(count: float, rate: float) -> float:
    """Return the probability of a count."""
    return math.exp(count * math.log(rate) - rate - _log_factorial(count))


@jit
def _normal_mass(count: float, rate: float, spread: float) -> float:
    """Return the probability that a normal deviate of that mean is rounded down to a count."""
    low, scale = (count - rate) / spread, math.sqrt(0.5)
    return 0.5 * (math.erf((low + 1.0 / spread) * scale) - math.erf(low * scale))


@jit
def _log_factorial(count: float) -> float:
    """Return log(count!), by Stirling's series from 32 on, which is exact to 1e-11 there."""
    if count < 32.0:
        return float(_LOG_FACTORIAL[int(count)])
    inverse = 1.0 / count
    series = inverse * (1.0 / 12.0 - inverse * inverse * (1.0 / 360.0))
    return (count + 0.5) * math.log(count) - count + 0.5 * math.log(2.0 * math.pi) + series
