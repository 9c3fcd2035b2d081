"""What priors expect before any data, computed beside the service in a process of its own.

Importing PyMC takes seconds and a draw takes the whole interpreter; the service answers others
meanwhile.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache
from multiprocessing import get_context
from typing import TYPE_CHECKING

from jobs.context import Context
from jobs.priors import in_force

if TYPE_CHECKING:
    from forecaster.api.ports import RungTable
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.prior import Prior, PriorSet

_SECONDS = 300.0


def preview(
    context: Context, ladder: "Ladder", reference: str, drafts: "Sequence[Prior]"
) -> "tuple[RungTable, ...]":
    """Return rung tables of a ladder under its priors in force, with `drafts` in their place.

    Raises:
        ModelError: the ladder has no priors that expect anything, or lacks some.
    """
    drafted = {prior.id: prior for prior in drafts}
    priors = in_force(context, reference)
    versions = tuple(
        replace(version, prior=drafted.get(version.prior.id, version.prior))
        for version in priors.versions
    )
    asked = _worker().submit(_tables, ladder, replace(priors, versions=versions), context.seed)
    return asked.result(timeout=_SECONDS)


@lru_cache(maxsize=1)
def _worker() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _tables(ladder: "Ladder", priors: "PriorSet", seed: int) -> "tuple[RungTable, ...]":
    from forecaster.api.ports import RungTable
    from models.predictive import prior_predictive

    return tuple(
        RungTable(
            domain=table.domain,
            theatres=table.theatres,
            rungs=table.rungs,
            probabilities=tuple(tuple(map(float, row)) for row in table.probabilities),
        )
        for table in prior_predictive(ladder, priors, seed=seed)
    )
