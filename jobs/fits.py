"""Which earlier fit serves a run, and fits kept ready between the runs of one process."""

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from jobs.known import known
from jobs.provenance import digest_of

if TYPE_CHECKING:
    from forecaster.domain.fit import Fit, StoredFit
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.run import Run
    from forecaster.store.unit_of_work import UnitOfWork
    from models.inputs import Known
    from models.sequential import ReadyFit

REFIT_AFTER = timedelta(days=7)
"""Age from which a fit is made anew."""

KEPT = 8
"""How many fits a process keeps ready: one for each of a few ladders, old and new."""

_kept: "OrderedDict[str, ReadyFit]" = OrderedDict()
_keeping = Lock()


@dataclass(frozen=True, slots=True)
class Use:
    """What an earlier fit is to a run: `ready`, None if there is none; `due` to be made anew."""

    ready: "ReadyFit | None"
    due: bool


def fit_for(
    work: "UnitOfWork",
    ladder: "Ladder",
    *,
    asked: str,
    prior_set: str,
    seed: int,
    as_of: datetime,
    refit: bool = False,
) -> Use:
    """Return the newest fit of the same ladder file, family, priors and seed up to `as_of`.

    It is ready to be weighed, or None where there is none or its draws cannot serve: because a
    family has changed, or because the store no longer holds what it was fitted on.

    Args:
        work: an open unit of work.
        ladder: the ladder of the run.
        asked: the family that is asked, or `stack`.
        prior_set: name of the priors in force.
        seed: of the run.
        as_of: the moment of the run.
        refit: whether to fit anew whatever there is.
    """
    run_id = work.fits.latest(
        ladder.id,
        ladder_digest=ladder.digest,
        asked=asked,
        prior_set=prior_set,
        seed=seed,
        as_of=as_of,
    )
    ready = None if run_id is None else _ready(work, ladder, run_id)
    if ready is None:
        return Use(None, due=True)
    return Use(ready, due=refit or as_of - ready.fit.as_of >= REFIT_AFTER)


def keep(work: "UnitOfWork", run: "Run", asked: str, fit: "Fit", then: "Known") -> None:
    """Store the fit of a run beside it, in the run's own transaction, and have it ready here."""
    from forecaster.domain.fit import StoredFit
    from models.sequential import DriftError, ready_fit

    with suppress(DriftError):  # a family that cannot be weighed is fitted anew each time
        _put(run.run_id, ready_fit(run.run_id, fit, then.inputs()))
    work.fits.add(
        StoredFit(
            run_id=run.run_id,
            ladder=run.ladder,
            ladder_version=run.ladder_version,
            ladder_digest=run.ladder_digest,
            asked=asked,
            prior_set=run.prior_set,
            data_digest=run.data_digest,
            seed=run.seed,
            fit=fit,
        )
    )


def _ready(work: "UnitOfWork", ladder: "Ladder", run_id: str) -> "ReadyFit | None":
    ready = _kept.get(run_id)
    if ready is None:
        stored = work.fits.get(run_id)
        ready = None if stored is None else _weighable(work, ladder, stored)
        if ready is None:
            return None
    _put(run_id, ready)
    return ready


def _put(run_id: str, ready: "ReadyFit") -> None:
    with _keeping:  # a fleet updates its ladders from several threads
        _kept[run_id] = ready
        _kept.move_to_end(run_id)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def _weighable(work: "UnitOfWork", ladder: "Ladder", stored: "StoredFit") -> "ReadyFit | None":
    """Return the fit with the inputs that it was made of, read again as of its moment."""
    from models.sequential import DriftError, ready_fit

    then = known(work, ladder, stored.fit.as_of)
    if digest_of(then) != stored.data_digest:
        return None
    try:
        return ready_fit(stored.run_id, stored.fit, then.inputs())
    except DriftError:
        return None
