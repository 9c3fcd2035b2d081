"""One fit of one family: sampled, judged, and sampled once more for longer before it is refused."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Diagnostics
from models.compiling import compile_model
from models.diagnostics import judge
from models.family import Family
from models.sampling import Posterior, Progress, SamplingOptions, sample

type Array = NDArray[np.float64]

SMALL_STEPS = 0.99
"""Acceptance aimed at where draws diverged: slower, and it follows narrow places."""


def fit(
    family: Family, model: object, options: SamplingOptions, progress: Progress | None = None
) -> tuple[Posterior, Diagnostics]:
    """Return the posterior of a family's model and the gate's verdict on it.

    A slow chain is not a wrong one: what fails the gate is sampled once more, twice as long, and
    in smaller steps if draws diverged, as they may where a small ladder's data say little about a
    spread. The second verdict stands, whatever it is.
    """
    compiled = compile_model(model)
    posterior = sample(compiled, options, progress)
    verdict = judge(posterior, _published(family, posterior))
    if verdict.passed:
        return posterior, verdict
    target = SMALL_STEPS if verdict.divergences else options.target_accept
    longer = replace(options, tune=2 * options.tune, draws=2 * options.draws, target_accept=target)
    posterior = sample(compiled, longer, progress)
    return posterior, judge(posterior, _published(family, posterior))


def _published(family: Family, posterior: Posterior) -> dict[str, Array]:
    return {n: v for n, v in posterior.variables.items() if n in family.published and v.size}
