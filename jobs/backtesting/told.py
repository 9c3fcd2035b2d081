"""What a backtest is told, as a digest: all that it stands on besides plan, ladder and priors."""

import hashlib
from typing import TYPE_CHECKING

from jobs.backtesting.origins import origins_of, resolved_by
from jobs.known import neighbours_of, readings_as_of, reliability_of

if TYPE_CHECKING:
    from forecaster.domain.backtest import Plan
    from forecaster.domain.ladder import Ladder
    from forecaster.store.unit_of_work import UnitOfWork
    from models.inputs import Neighbour


def told_digest(work: "UnitOfWork", ladder: "Ladder", plan: "Plan") -> str:
    """Return `sha256:…` of all that a plan's forecasts and outcomes are made of.

    Readings count as known when the last outcome is due, and so do judgements where they are the
    outcomes; elsewhere judgements, and neighbours always, count as known at the last origin, since
    forecasts alone look at them. A ladder without judgements and neighbours has the digest of its
    readings.
    """
    from jobs.provenance import data_digest

    due, last = resolved_by(plan, ladder), origins_of(plan, ladder)[-1]
    readings = readings_as_of(work, ladder, due)
    judged = ladder.wholly_judged(plan.domain)
    neighbours = neighbours_of(work, ladder, last)
    digest = data_digest(
        readings,
        work.judgements.as_of(ladder.id, due if judged else last),
        neighbours,
        reliability=reliability_of(work, ladder, readings),
    )
    return _by_rungs_of(neighbours, digest)


def _by_rungs_of(neighbours: "tuple[Neighbour, ...]", digest: str) -> str:
    """Return the digest together with those of the ladders by whose rungs neighbours stand.

    A neighbour of which nothing is known stands nowhere, and changes nothing.
    """
    known = [n.ladder.digest for n in neighbours if len(n.readings) or n.judgements]
    if not known:
        return digest
    return f"sha256:{hashlib.sha256('\n'.join([digest, *known]).encode()).hexdigest()}"
