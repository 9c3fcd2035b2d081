"""From what members of a mixture say to the whole forecast of one ladder."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from forecaster.domain.backtest import STACK
from forecaster.domain.fit import Fit
from forecaster.domain.forecast import Cell, Forecast, MemberWeight
from models.columns import Column, columns
from models.family import Simulation
from models.inputs import Inputs
from models.member import Member
from models.mixture import Mixture, mixed_columns, mixed_paths, worst
from models.particulars import fans
from models.posterior import cells
from models.standing import judged_records, standings

VERSION = "1"
"""Version of the way in which members are mixed; each has a version of its own."""


def answer_of(inputs: Inputs, fit: Fit, members: Sequence[Member]) -> Forecast:
    """Return the forecast of members mixed with the weights that the fit gives them."""
    return _forecast(inputs, _judged_alike(members), mixture_of_fit(fit), fit.chains)


def mixture_of_fit(fit: Fit) -> Mixture:
    """Return the mixture that a fit is of."""
    families = tuple(m.family for m in fit.members)
    return Mixture(families, np.array([m.weights for m in fit.members]).T)


def _judged_alike(members: Sequence[Member]) -> list[Member]:
    """Give members without judged rates, which references are, those of the first that has them."""
    lead = next((m for m in members if m.simulation.judged is not None), None)
    if lead is None:
        return list(members)
    return [
        m
        if m.simulation.judged is not None
        else replace(m, simulation=replace(m.simulation, judged=lead.simulation.judged))
        for m in members
    ]


def _forecast(inputs: Inputs, members: Sequence[Member], mixture: Mixture, chains: int) -> Forecast:
    weights = mixture.at(inputs.ladder.horizons)
    lead = next((m for m in members if m.prior is not None), members[0])
    simulations = [m.simulation for m in members]
    return Forecast(
        family=lead.family.id if len(members) == 1 else STACK,
        family_version=lead.family.version if len(members) == 1 else VERSION,
        cells=_cells(inputs, members, mixture, chains),
        standings=standings(inputs),
        judged=judged_records(inputs),
        fans=fans(inputs, mixed_paths(simulations, weights, present=inputs.calendar.last)),
        effects=lead.effects,
        diagnostics=worst([m.verdict for m in members]),
        members=_weights(inputs, members, mixture) if len(members) > 1 else (),
    )


def _cells(
    inputs: Inputs, members: Sequence[Member], mixture: Mixture, chains: int
) -> tuple[Cell, ...]:
    weights = mixture.at(inputs.ladder.horizons)

    def mixed(simulations: Sequence[Simulation]) -> list[Column]:
        found = [columns(inputs, simulation) for simulation in simulations]
        return mixed_columns(found, weights, chains=chains)

    sampled = any(m.prior is not None for m in members)
    after = mixed([m.simulation for m in members])
    before = mixed([m.prior or m.simulation for m in members]) if sampled else None
    return cells(inputs, after, prior=before, chains=chains if sampled else 1)


def _weights(
    inputs: Inputs, members: Sequence[Member], mixture: Mixture
) -> tuple[MemberWeight, ...]:
    return tuple(
        MemberWeight(m.family.id, m.family.version, horizon, float(weight))
        for horizon, row in mixture.at(inputs.ladder.horizons).items()
        for m, weight in zip(members, row, strict=True)
    )
