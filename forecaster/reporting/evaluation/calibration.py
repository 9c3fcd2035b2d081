"""Counts that calibration is read from: forecasts of reaching a rung, and ranks of the measure."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, binom

from forecaster.domain.backtest import LEVELS, Array, OriginForecast, Outcomes

BINS = 10
"""Bins of equal width over 0 to 1."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about the same probability: how many, their mean, and how many came true.

    lower, upper: 90 % Jeffreys interval of the observed frequency, as if all were independent.
    """

    n: int
    forecast: float
    observed: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Ranks:
    """A histogram of where outcomes fell in their forecasts: share per bin, and a 90 % band.

    The band holds the share of one bin of a calibrated, independent forecaster.
    """

    n: int
    shares: tuple[float, ...]
    lower: float
    upper: float


def reliability(forecasts: tuple[OriginForecast, ...], outcomes: Outcomes, horizon: int) -> list[Bin]:
    """Return the bins of P(highest rung up to the horizon >= r), over theatres and rungs.

    The lowest rung is always reached and is left out; so is a path that was not seen whole.
    """
    pairs = list(_reached(forecasts, outcomes, horizon))
    if not pairs:
        return []
    said = np.concatenate([p for p, _ in pairs])
    came = np.concatenate([y for _, y in pairs])
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    return [_bin(said[place == k], came[place == k]) for k in range(BINS) if (place == k).any()]


def _bin(said: Array, came: Array) -> Bin:
    n, hits = len(said), float(came.sum())
    lower, upper = beta.ppf([0.05, 0.95], hits + 0.5, n - hits + 0.5)
    return Bin(
        n=n,
        forecast=float(said.mean()),
        observed=hits / n,
        lower=0.0 if hits == 0 else float(lower),
        upper=1.0 if hits == n else float(upper),
    )


def _reached(
    forecasts: tuple[OriginForecast, ...], outcomes: Outcomes, horizon: int
) -> Iterator[tuple[Array, Array]]:
    for forecast in forecasts:
        h = forecast.horizons.index(horizon)
        rows = [outcomes.theatres.index(theatre) for theatre in forecast.theatres]
        steps = [
            i
            for i, end in enumerate(outcomes.ends)
            if forecast.origin < end <= forecast.horizon_ends[h]
        ]
        if not steps or forecast.horizon_ends[h] not in outcomes.ends:
            continue
        path = outcomes.rung[rows][:, steps]
        seen = (path >= 0).all(axis=1)
        rungs = np.arange(1, len(forecast.rungs))
        came = path.max(axis=1)[:, None] >= rungs
        yield forecast.reach[seen, h, 1:].ravel(), came[seen].ravel().astype(float)


def ranks(forecasts: tuple[OriginForecast, ...], outcomes: Outcomes, horizon: int) -> Ranks | None:
    """Return where the measure fell in its forecasts; None where the measure has no quantiles.

    The place is read from the stored quantiles, linear between them (probability integral
    transform); beyond the outermost it is halfway to 0 or 1.
    """
    found = [_places(f, outcomes, horizon) for f in forecasts]
    places = np.concatenate(found) if found else np.array([])
    n = len(places)
    if n == 0:
        return None
    counted, _ = np.histogram(places, bins=BINS, range=(0.0, 1.0))
    lower, upper = binom.ppf([0.05, 0.95], n, 1 / BINS) / n
    return Ranks(n, tuple(float(c) for c in counted / n), float(lower), float(upper))


def _places(forecast: OriginForecast, outcomes: Outcomes, horizon: int) -> Array:
    h = forecast.horizons.index(horizon)
    end = forecast.horizon_ends[h]
    if end not in outcomes.ends:
        return np.array([])
    step = outcomes.ends.index(end)
    rows = [outcomes.theatres.index(theatre) for theatre in forecast.theatres]
    values, quantiles = outcomes.measure[rows, step], forecast.quantiles[:, h]
    seen = np.isfinite(values) & np.isfinite(quantiles).all(axis=1)
    outside = (LEVELS[0] / 2, 1 - (1 - LEVELS[-1]) / 2)
    return np.array(
        [
            np.interp(value, line, LEVELS, left=outside[0], right=outside[1])
            for value, line in zip(values[seen], quantiles[seen], strict=True)
        ]
    )
