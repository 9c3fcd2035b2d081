"""One family's part in an answer: sampled anew, or its draws of an earlier fit weighed anew."""

from dataclasses import dataclass

import numpy as np

from forecaster.domain.backtest import Effort
from forecaster.domain.fit import MemberFit
from forecaster.domain.forecast import Diagnostics, IndicatorEffect
from forecaster.domain.prior import PriorSet
from models.blocks import Outlook, outlook_in_one, outlook_of
from models.family import Draws, Family
from models.fitting import fit
from models.inputs import Inputs
from models.particulars import effects
from models.sampling import Progress, SamplingOptions, sample_prior

FEWEST_PATHS = 4000
MOST_VALUES = 16_000_000
"""Simulated values that a reference holds at most, unless the fewest paths need more."""

PRIOR_PATHS = 8
"""Fewest paths of a prior draw: only the spread between draws is asked of them."""

UNSAMPLED = Diagnostics(True, "", 1.0, float("inf"), float("inf"), 0, 0, 1.0)
"""The verdict on what needs no sampling."""


@dataclass(frozen=True, slots=True)
class Member:
    """What one family said. prior: the same readings simulated from its priors, None without."""

    family: Family
    outlook: Outlook
    prior: Outlook | None
    effects: tuple[IndicatorEffect, ...]
    verdict: Diagnostics


def fit_member(
    family: Family,
    inputs: Inputs,
    priors: PriorSet,
    *,
    weights: tuple[float, ...],
    effort: Effort,
    seed: int,
    cores: int,
    progress: Progress | None = None,
) -> tuple[MemberFit, Draws | None]:
    """Return the family's fit of the inputs, and draws from its priors, which a reference has not.

    The same arguments give the same draws.
    """
    if family.build is None:
        return MemberFit(family.id, family.version, weights, {}, (), UNSAMPLED), None
    options = SamplingOptions(
        seed=seed, tune=effort.tune, draws=effort.draws, chains=effort.chains, cores=cores
    )
    model = family.build(inputs, priors)
    posterior, verdict = fit(family, model, options, progress)
    every = max(1, posterior.diverging.size // effort.kept_draws)
    draws = posterior.flat(every)
    # A report tells what either kind of indicator earned in one list.
    pooled = {n: posterior.labels[n] for n in ("effect", "passing") if n in draws}
    if pooled:
        draws["effect"] = np.concatenate([draws[n] for n in pooled], axis=1)
    kept = {*family.needs, *(("effect",) if pooled else ())}
    fitted = MemberFit(
        family=family.id,
        version=family.version,
        weights=weights,
        draws={n: v for n, v in draws.items() if n in kept},
        effects=tuple(id for ids in pooled.values() for id in ids),
        verdict=verdict,
    )
    return fitted, sample_prior(model, family.needs, draws=effort.kept_draws, seed=seed)


def simulate_member(
    family: Family,
    inputs: Inputs,
    fitted: MemberFit,
    *,
    draws: Draws,
    prior: Draws | None,
    effort: Effort,
    seed: int,
    threads: int = 1,
) -> Member:
    """Return what a family says of the inputs with draws that serve them.

    Args:
        family: the one that was fitted.
        inputs: what is known.
        fitted: the fit that the draws are of.
        draws: of the posterior; a reference has none.
        prior: draws from the priors; None if their part is known, and for a reference.
        effort: says how many paths are walked.
        seed: of the paths.
        threads: blocks of draws that are simulated at once; the answer does not depend on it.
    """
    rng = np.random.default_rng(seed)
    if family.build is None:
        paths = _reference_paths(inputs, effort)
        outlook = outlook_in_one(inputs, family.simulate(inputs, draws, paths, rng))
        return Member(family, outlook, None, (), fitted.verdict)
    few = max(PRIOR_PATHS, effort.paths // 4)
    return Member(
        family,
        outlook_of(family, inputs, draws, effort.paths, rng, threads=threads),
        None if prior is None else outlook_of(family, inputs, prior, few, rng, threads=threads),
        effects(inputs, draws.get("effect"), fitted.effects),
        fitted.verdict,
    )


def _reference_paths(inputs: Inputs, effort: Effort) -> int:
    """Return how many paths a reference simulates: fewer where there are hundreds of theatres."""
    wanted = effort.kept_draws * effort.paths // 8
    values = inputs.steps_open * max(len(inputs.measures.theatres), 1)
    return min(wanted, max(FEWEST_PATHS, MOST_VALUES // values))
