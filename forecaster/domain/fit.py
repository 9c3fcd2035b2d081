"""A fit: the posterior draws of one full run, kept so that later readings can weigh them anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Diagnostics

type Draws = Mapping[str, NDArray[np.float64]]
"""By name, each (draw, …), chains one after another."""


type PriorShares = Mapping[tuple[str, str, int, str, str], float]
"""How much of a cell is prior, by theatre, domain, horizon in steps, kind and rung."""


@dataclass(frozen=True, slots=True)
class MemberFit:
    """What one family keeps of a fit.

    weights: in the mixture, one for each of the ladder's horizons. draws: of the posterior; what
    a reference has chosen, for one. effects: ids of the indicators that `draws["effect"]` (draw,
    indicator) is of.
    """

    family: str
    version: str
    weights: tuple[float, ...]
    draws: Draws
    effects: tuple[str, ...]
    verdict: Diagnostics


@dataclass(frozen=True, slots=True)
class Fit:
    """All members of one full run.

    chains: of each sampled member. prior_shares: of the run's cells; draws that are weighed for a
    few days have those of their fit.
    """

    as_of: datetime
    chains: int
    members: tuple[MemberFit, ...]
    prior_shares: PriorShares = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredFit:
    """A fit with what it was made of, named after the run that made it.

    asked: the family that was asked for, or `stack`.
    """

    run_id: str
    ladder: str
    ladder_version: str
    ladder_digest: str
    asked: str
    prior_set: str
    data_digest: str
    seed: int
    fit: Fit
