"""One update: readings, judgements and priors as of a moment to a whole forecast of one ladder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from forecaster.domain.backtest import Effort
from forecaster.domain.fit import Draws, Fit, PriorShares
from forecaster.domain.forecast import Forecast, Updating
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import PriorSet
from forecaster.domain.reading import Readings
from forecaster.shelf import pick
from models.agreement import agreement
from models.answer import answer_of, mixture_of_fit
from models.catalogue import DEFAULT_FAMILY, families, require_servable
from models.inputs import ALL_SIGNAL, Inputs, Neighbour, build_inputs
from models.member import Member, fit_member, simulate_member
from models.mixture import Mixture, alone
from models.sampling import Progress
from models.sequential import DriftError, ReadyFit, reweigh

LIVE = Effort(tune=250, draws=1000, chains=4, kept_draws=1000, paths=32)
"""What a published run is computed with."""


@dataclass(frozen=True, slots=True)
class Updated:
    """A forecast, and the fit that was made for it; None if an earlier one served."""

    forecast: Forecast
    fit: Fit | None


def update_ladder(
    ladder: Ladder,
    *,
    readings: Readings,
    judgements: Sequence[Judgement],
    priors: PriorSet,
    as_of: datetime,
    seed: int,
    cores: int = 2,
    family: str = "",
    mixture: Mixture | None = None,
    effort: Effort | None = None,
    progress: Progress | None = None,
    neighbours: Sequence[Neighbour] = (),
    reliability: Mapping[str, float] = ALL_SIGNAL,
    ready: ReadyFit | None = None,
    refit: bool = True,
) -> Updated:
    """Return what a family, or a mixture of several, says about `ladder` as of a moment.

    Without either the ladder's own family speaks, or else `DEFAULT_FAMILY`. The same arguments
    give the same forecast. A posterior that fails the gate comes back with
    `diagnostics.passed` False, never silently; a mixture passes if all its members do.

    With `refit` False the draws of `ready` are weighed by what came since, and its families and
    weights stand; where that will not do, the forecast is fitted anew and says why. With `refit`
    True it is fitted anew, and says how well `ready` would have done.

    Args:
        ladder: the ladder, its panel opened if it is one.
        readings: what was known as of the moment.
        judgements: likewise.
        priors: the priors in force.
        as_of: the moment.
        seed: of everything random.
        cores: chains at once.
        family: id of the family, if there is no mixture.
        mixture: families and their weights by horizon.
        effort: how much is computed.
        progress: told the share of the work that is done.
        neighbours: what was known of ladders that this one is coupled to.
        reliability: of indicators' series, as in `build_inputs`.
        ready: an earlier fit of the same ladder under the same priors.
        refit: whether to fit anew though there is one.

    Raises:
        ModelError: the inputs cannot be modelled, or not by this family, or hold something
            recorded after `as_of`.
        NotFoundError: no family has that id.
    """
    effort = effort or LIVE
    if mixture is None and ready is not None and not refit:
        mixture = mixture_of_fit(ready.fit)
    mixture = mixture or alone(family or ladder.family or DEFAULT_FAMILY, len(ladder.horizons))
    asked = [pick(families(), id, what="model family") for id in mixture.members]
    for one in asked:
        require_servable(one, ladder)
    inputs = build_inputs(
        ladder,
        readings=readings,
        judgements=judgements,
        as_of=as_of,
        neighbours=neighbours,
        reliability=reliability,
    )
    weighed, drift = _weighed(ready, inputs, effort, seed, cores)
    if weighed is not None and not refit:
        return Updated(weighed, None)
    fit, before = _fit(inputs, priors, mixture, effort, seed=seed, cores=cores, progress=progress)
    forecast = answer_of(inputs, fit, _serving(inputs, fit, before, effort, seed, cores))
    fit = replace(fit, prior_shares=_prior_shares(forecast))
    updating = Updating("refit", "", as_of, reason=drift)
    if weighed is not None and (found := agreement(forecast.cells, weighed.cells)) is not None:
        updating = replace(updating, agreement=found.share, largest_difference=found.largest)
    return Updated(replace(forecast, updating=updating), fit)


def _weighed(
    ready: ReadyFit | None, inputs: Inputs, effort: Effort, seed: int, cores: int
) -> tuple[Forecast | None, str]:
    """Return the forecast of an earlier fit's draws, weighed; None and why if they cannot serve."""
    if ready is None:
        return None, ""
    try:
        members, updating = reweigh(ready, inputs, effort=effort, seed=seed, cores=cores)
    except DriftError as drifted:
        return None, str(drifted)
    return replace(answer_of(inputs, ready.fit, members), updating=updating), ""


def _fit(
    inputs: Inputs,
    priors: PriorSet,
    mixture: Mixture,
    effort: Effort,
    *,
    seed: int,
    cores: int,
    progress: Progress | None,
) -> tuple[Fit, Sequence[Draws | None]]:
    """Return a fit of every member of a mixture, and draws from the priors of each."""
    found = [
        fit_member(
            pick(families(), id, what="model family"),
            inputs,
            priors,
            weights=tuple(map(float, mixture.weights[:, i])),
            effort=effort,
            seed=seed,
            cores=cores,
            progress=_part(progress, i, len(mixture.members)),
        )
        for i, id in enumerate(mixture.members)
    ]
    fit = Fit(inputs.calendar.as_of, effort.chains, tuple(member for member, _ in found))
    return fit, [prior for _, prior in found]


def _prior_shares(forecast: Forecast) -> PriorShares:
    return {
        (c.theatre, c.domain, c.horizon_steps, c.kind, c.rung): c.prior_share
        for c in forecast.cells
    }


def _serving(
    inputs: Inputs, fit: Fit, before: Sequence[Draws | None], effort: Effort, seed: int, cores: int
) -> list[Member]:
    """Return what the members of a fit say of the inputs that it was fitted on."""
    return [
        simulate_member(
            pick(families(), m.family, what="model family"),
            inputs,
            m,
            draws=m.draws,
            prior=prior,
            effort=effort,
            seed=seed,
            threads=cores,
        )
        for m, prior in zip(fit.members, before, strict=True)
    ]


def _part(progress: Progress | None, part: int, parts: int) -> Progress | None:
    """Return a progress for one of several parts of equal length."""
    if progress is None:
        return None
    return lambda share: progress((part + share) / parts)
