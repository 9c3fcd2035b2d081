"""From probabilities per draw to the published cells of one ladder."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.fit import PriorShares
from forecaster.domain.forecast import Cell
from models.inputs import Inputs
from models.parts import Column
from models.prior_share import prior_shares
from models.summary import Summary, summarise


def cells(
    inputs: Inputs,
    found: Sequence[Column],
    *,
    prior: Sequence[Column] | PriorShares | None,
    chains: int,
) -> tuple[Cell, ...]:
    """Return every published cell.

    Args:
        inputs: what was known.
        found: columns from posterior draws, chains one after another.
        prior: the same from prior draws, or shares that are known; None for a family without
            priors (prior share 0).
        chains: how many chains the posterior draws come from.
    """
    if not found:
        return ()
    shares = _shares(found, prior)
    figures = summarise(
        np.stack([c.probability for c in found], axis=1),
        path_noise=np.stack([c.path_noise for c in found], axis=1),
        chains=chains,
    )
    return tuple(_cell(inputs, c, figures, float(shares[i]), i) for i, c in enumerate(found))


def _shares(
    found: Sequence[Column], prior: Sequence[Column] | PriorShares | None
) -> NDArray[np.float64]:
    if prior is None:
        return np.zeros(len(found))
    if not isinstance(prior, Mapping):
        return prior_shares(found, prior)
    # A theatre that has changed its rung falls from another one than when the share was taken.
    falls = {key[:4]: share for key, share in prior.items()}
    keys = [(c.theatre, c.domain, c.horizon, c.kind, c.rung) for c in found]
    return np.array([prior.get(key, falls.get(key[:4], np.nan)) for key in keys])


def _cell(inputs: Inputs, column: Column, figures: Summary, share: float, i: int) -> Cell:
    return Cell(
        theatre=column.theatre,
        domain=column.domain,
        horizon_steps=column.horizon,
        horizon_end=inputs.calendar.end_of(inputs.calendar.last + column.horizon),
        kind=column.kind,
        rung=column.rung,
        probability=float(figures.probability[i]),
        lower=float(figures.lower[i]),
        upper=float(figures.upper[i]),
        mc_se=float(figures.mc_se[i]),
        prior_share=share,
    )
