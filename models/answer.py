"""From what members of a mixture say to the whole forecast of one ladder."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from forecaster.domain.backtest import STACK
from forecaster.domain.fit import Fit, PriorShares
from forecaster.domain.forecast import Cell, Forecast, MemberWeight
from models.blocks import Outlook
from models.columns import counted_columns, judged_outlooks
from models.inputs import Inputs
from models.member import Member
from models.mixture import Mixture, mixed_columns, mixed_paths, worst
from models.particulars import fans
from models.parts import Column
from models.posterior import cells
from models.standing import judged_records, standings

VERSION = "1"
"""Version of the way in which members are mixed; each has a version of its own."""


def answer_of(inputs: Inputs, fit: Fit, members: Sequence[Member]) -> Forecast:
    """Return the forecast of members mixed with the weights that the fit gives them.

    Members without draws from their priors have the prior shares that the fit notes.
    """
    return _forecast(inputs, _judged_alike(members), fit)


def mixture_of_fit(fit: Fit) -> Mixture:
    """Return the mixture that a fit is of."""
    families = tuple(m.family for m in fit.members)
    return Mixture(families, np.array([m.weights for m in fit.members]).T)


def _judged_alike(members: Sequence[Member]) -> list[Member]:
    """Give members without judged rates, which references are, those of the first that has them."""
    lead = next((m for m in members if m.outlook.judged is not None), None)
    if lead is None:
        return list(members)
    return [
        m
        if m.outlook.judged is not None
        else replace(m, outlook=replace(m.outlook, judged=lead.outlook.judged))
        for m in members
    ]


def _forecast(inputs: Inputs, members: Sequence[Member], fit: Fit) -> Forecast:
    mixture = mixture_of_fit(fit)
    weights = mixture.at(inputs.ladder.horizons)
    lead = next((m for m in members if m.family.build is not None), members[0])
    sample = mixed_paths([m.outlook.sample for m in members], weights, inputs.calendar.last)
    return Forecast(
        family=lead.family.id if len(members) == 1 else STACK,
        family_version=lead.family.version if len(members) == 1 else VERSION,
        cells=_cells(inputs, members, fit, mixture),
        standings=standings(inputs),
        judged=judged_records(inputs),
        fans=fans(inputs, sample),
        effects=lead.effects,
        diagnostics=worst([m.verdict for m in members]),
        members=_weights(inputs, members, mixture) if len(members) > 1 else (),
    )


def _cells(
    inputs: Inputs, members: Sequence[Member], fit: Fit, mixture: Mixture
) -> tuple[Cell, ...]:
    sampled = any(m.family.build is not None for m in members)
    after = _mixed(inputs, [m.outlook for m in members], mixture, fit.chains)
    before: Sequence[Column] | PriorShares | None = None
    if any(m.prior is not None for m in members):
        before = _mixed(inputs, [m.prior or m.outlook for m in members], mixture, fit.chains)
    elif sampled:
        before = fit.prior_shares
    return cells(inputs, after, prior=before, chains=fit.chains if sampled else 1)


def _mixed(
    inputs: Inputs, outlooks: Sequence[Outlook], mixture: Mixture, chains: int
) -> list[Column]:
    """Return the columns of the mixture; what equal judged rates say is solved once."""
    rates = {id(o.judged): o.judged for o in outlooks}
    solved = {key: judged_outlooks(inputs, judged) for key, judged in rates.items()}
    found = [counted_columns(inputs, o.counted, solved[id(o.judged)]) for o in outlooks]
    return mixed_columns(found, mixture.at(inputs.ladder.horizons), chains=chains)


def _weights(
    inputs: Inputs, members: Sequence[Member], mixture: Mixture
) -> tuple[MemberWeight, ...]:
    return tuple(
        MemberWeight(m.family.id, m.family.version, horizon, float(weight))
        for horizon, row in mixture.at(inputs.ladder.horizons).items()
        for m, weight in zip(members, row, strict=True)
    )
