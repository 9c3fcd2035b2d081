"""How much of a cell is prior: the part of the prior's uncertainty that the data left standing.

    prior share = variance of the cell under the posterior / variance of it under the priors

The forecast is simulated twice from the same readings, with parameters from the posterior and
with parameters from the priors. With a normal prior and likelihood the ratio is exactly the
weight of the prior in the posterior mean. Judged cells are compared one by one as log odds;
measured cells of one theatre and horizon are compared together, because a rare rung's own
variance is lost in path noise. ADR 0004 tells why this is not a power-scaling derivative.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.parts import Column

type Array = NDArray[np.float64]

TINY = 1e-12


def prior_shares(posterior: Sequence[Column], prior: Sequence[Column]) -> Array:
    """Return the prior share of each posterior column, 0 … 1.

    Args:
        posterior: columns under the posterior.
        prior: the same columns, in the same order, under the priors.
    """
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, column in enumerate(posterior):
        exact = not column.path_noise.any() and not prior[i].path_noise.any()
        counted = (column.theatre, column.domain, str(column.horizon))
        groups[(*counted, column.kind, column.rung) if exact else counted].append(i)
    shares = np.zeros(len(posterior))
    for key, members in groups.items():
        of = _log_odds_variance if len(key) > 3 else _variance
        left = sum(of(posterior[i]) for i in members)
        before = sum(of(prior[i]) for i in members)
        shares[members] = min(left / before, 1.0) if before > TINY else 0.0
    return shares


def _variance(column: Column) -> float:
    """Variance over draws, with the variance that counting paths added taken out."""
    return max(float(column.probability.var() - column.path_noise.mean()), 0.0)


def _log_odds_variance(column: Column) -> float:
    odds = np.log(column.probability + TINY) - np.log1p(TINY - column.probability)
    return float(odds.var()) if np.ptp(column.probability) > 0 else 0.0
