"""One update: readings, judgements and priors as of a moment to a whole forecast of one ladder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from forecaster.domain.backtest import STACK, Effort
from forecaster.domain.forecast import Cell, Forecast, MemberWeight
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder
from forecaster.domain.prior import PriorSet
from forecaster.domain.reading import Readings
from forecaster.shelf import pick
from models.catalogue import DEFAULT_FAMILY, families, require_servable
from models.columns import Column, columns
from models.family import Simulation
from models.inputs import ALL_SIGNAL, Inputs, Neighbour, build_inputs
from models.member import Member, ask
from models.mixture import Mixture, alone, mixed_columns, mixed_paths, worst
from models.particulars import fans
from models.posterior import cells
from models.sampling import Progress
from models.standing import judged_records, standings

VERSION = "1"
"""Version of the way in which members are mixed; each has a version of its own."""

LIVE = Effort(tune=500, draws=750, chains=4, kept_draws=1000, paths=32)
"""What a published run is computed with."""


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
) -> Forecast:
    """Return what a family, or a mixture of several, says about `ladder` as of a moment.

    Without either the ladder's own family speaks, or else `DEFAULT_FAMILY`. The same arguments
    give the same forecast. A posterior that fails the gate comes back with
    `diagnostics.passed` False, never silently; a mixture passes if all its members do.

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

    Raises:
        ModelError: the inputs cannot be modelled, or not by this family, or hold something
            recorded after `as_of`.
        NotFoundError: no family has that id.
    """
    effort = effort or LIVE
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
    members = [
        ask(
            one,
            inputs,
            priors,
            effort=effort,
            seed=seed,
            cores=cores,
            progress=_part(progress, i, len(asked)),
        )
        for i, one in enumerate(asked)
    ]
    return _forecast(inputs, _judged_alike(members), mixture, effort.chains)


def _part(progress: Progress | None, part: int, parts: int) -> Progress | None:
    """Return a progress for one of several parts of equal length."""
    if progress is None:
        return None
    return lambda share: progress((part + share) / parts)


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
