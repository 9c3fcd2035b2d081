"""The gate: a posterior that did not converge is not a result.

Bars (Vehtari et al. 2021 for R-hat and effective sizes, Betancourt 2016 for E-BFMI) apply to
every variable that feeds a published number and to the published probabilities themselves.
"""

from collections.abc import Mapping

import numpy as np
from arviz_stats.base.array import array_stats
from numpy.typing import NDArray

from forecaster.domain.forecast import Diagnostics
from models.sampling import Posterior

type Array = NDArray[np.float64]

MAX_RHAT = 1.01
MIN_ESS = 400.0
MIN_BFMI = 0.3
MAX_DIVERGENT_SHARE = 0.001


def judge(posterior: Posterior, quantities: Mapping[str, Array]) -> Diagnostics:
    """Return whether a posterior may be published, with the figures that decided it.

    Args:
        posterior: what the sampler returned.
        quantities: arrays (chain, draw, …) of everything that feeds a published number.
    """
    names, stacked = _stacked(quantities, posterior.labels)
    unusable = ~np.isfinite(stacked).all(axis=(0, 1))
    rhat = _per_quantity(array_stats.rhat, stacked)
    bulk = _per_quantity(array_stats.ess, stacked, method="bulk")
    tail = _per_quantity(array_stats.ess, stacked, method="tail", prob=(0.05, 0.95))
    divergences, draws = int(posterior.diverging.sum()), posterior.diverging.size
    bfmi = float(energy_fractions(posterior.energy).min())
    worst = int(np.argmin(np.minimum(bulk, tail)))
    # A figure that is no number passes no bar: hence not "above", but "not at most".
    failures = [
        *_not_finite(unusable, names),
        *_failed(~(rhat <= MAX_RHAT), rhat, names, f"R-hat above {MAX_RHAT}", largest=True),
        *_failed(~(bulk >= MIN_ESS), bulk, names, f"bulk effective size below {MIN_ESS:.0f}"),
        *_failed(~(tail >= MIN_ESS), tail, names, f"tail effective size below {MIN_ESS:.0f}"),
    ]
    if divergences > MAX_DIVERGENT_SHARE * draws:
        failures.append(f"{divergences} of {draws} draws diverged (0.1 % allowed)")
    if not bfmi >= MIN_BFMI:
        failures.append(f"E-BFMI {bfmi:.2f} below {MIN_BFMI}")
    noted = f"{divergences} of {draws} draws diverged, within 0.1 %" if divergences else ""
    return Diagnostics(
        passed=not failures,
        reason="; ".join(failures) or noted,
        max_rhat=float(rhat.max()),
        min_ess_bulk=float(bulk.min()),
        min_ess_tail=float(tail.min()),
        divergences=divergences,
        draws=draws,
        min_bfmi=bfmi,
        worst=names[worst],
    )


def energy_fractions(energy: Array) -> Array:
    """Return the energy Bayesian fraction of missing information per chain."""
    return np.square(np.diff(energy, axis=1)).mean(axis=1) / energy.var(axis=1)


def effective_sizes(values: Array) -> Array:
    """Return the mean effective size of each column of (chain, draw, column).

    A column that does not move has as many effective draws as draws.
    """
    return _per_quantity(array_stats.ess, values, method="mean")


def _stacked(
    quantities: Mapping[str, Array], labels: Mapping[str, tuple[str, ...]]
) -> tuple[list[str], Array]:
    """Put all quantities side by side as (chain, draw, quantity), with a name for each."""
    names: list[str] = []
    columns: list[Array] = []
    for name, values in quantities.items():
        flat = values.reshape(*values.shape[:2], -1)
        entries = labels.get(name, tuple(map(str, range(flat.shape[2]))))
        names += [f"{name}[{entry}]" if flat.shape[2] > 1 else name for entry in entries]
        columns.append(flat)
    return names, np.concatenate(columns, axis=2)


def _per_quantity(statistic: object, values: Array, **options: object) -> Array:
    still = np.ptp(values, axis=(0, 1)) < 1e-12
    default = 1.0 if not options else float(values.shape[0] * values.shape[1])
    result = np.full(values.shape[2], default)
    if not still.all():
        moving = np.ascontiguousarray(values[:, :, ~still])
        result[~still] = statistic(moving, chain_axis=0, draw_axis=1, **options)  # type: ignore[operator]
    return result


def _not_finite(unusable: NDArray[np.bool_], names: list[str]) -> list[str]:
    if not unusable.any():
        return []
    first = names[int(np.argmax(unusable))]
    return [
        f"draws that are no finite numbers in {int(unusable.sum())} quantities (such as {first})"
    ]


def _failed(
    bad: NDArray[np.bool_], values: Array, names: list[str], what: str, *, largest: bool = False
) -> list[str]:
    if not bad.any():
        return []
    worst = int(np.argmax(values) if largest else np.argmin(values))
    figure = f"{values[worst]:.3f}" if largest else f"{values[worst]:.0f}"
    return [f"{what} for {int(bad.sum())} quantities (worst {names[worst]}: {figure})"]
