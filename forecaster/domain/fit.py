"""A fit: the posterior draws of one full run, kept so that later readings can weigh them anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Diagnostics

type Draws = Mapping[str, NDArray[np.float64]]
"""By name, each (draw, …), chains one after another."""


@dataclass(frozen=True, slots=True)
class MemberFit:
    """What one family keeps of a fit.

    weights: in the mixture, one for each of the ladder's horizons. draws: of the posterior; what
    a reference has chosen, for one. prior: draws of the same variables from the priors, none for
    a reference. effects: ids of the indicators that `draws["effect"]` (draw, indicator) is of.
    """

    family: str
    version: str
    weights: tuple[float, ...]
    draws: Draws
    prior: Draws
    effects: tuple[str, ...]
    verdict: Diagnostics


@dataclass(frozen=True, slots=True)
class Fit:
    """All members of one full run. `chains`: of each sampled member."""

    as_of: datetime
    chains: int
    members: tuple[MemberFit, ...]


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
