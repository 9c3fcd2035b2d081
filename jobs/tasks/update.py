"""Update a ladder from what was known as of a slot, and publish the run or store it as refused."""

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jobs.context import Context
from jobs.fits import Use, fit_for, keep
from jobs.job import ByHand, Job, Outcome, Slot
from jobs.known import introduce, known
from jobs.mixing import asked_of, mixture_of

if TYPE_CHECKING:
    from forecaster.domain.forecast import Forecast
    from forecaster.domain.prior import PriorSet
    from forecaster.domain.run import Run
    from forecaster.store.unit_of_work import UnitOfWork
    from models.inputs import Known
    from models.mixture import Mixture
    from models.update import Updated


@dataclass(frozen=True, slots=True)
class Told:
    """All that a run is told: what was known, the priors in force, who speaks, and earlier draws.

    mixture: None where one family speaks, or where the earlier fit's own mixture stands.
    """

    known: "Known"
    priors: "PriorSet"
    asked: str
    mixture: "Mixture | None"
    use: Use


def _update(context: Context, slot: Slot) -> Outcome:
    """Run the ladder's model once and store what came of it in one transaction.

    That transaction also notes the run in the ledger: an earlier attempt that got so far is not
    repeated, and one that has lost its slot stores nothing.
    """
    from forecaster.store.unit_of_work import UnitOfWork

    engine = context.engine()
    if slot.claim is not None and slot.claim.run_id:
        with UnitOfWork(engine, read_only=True) as work:
            return _outcome(work.runs.get(slot.claim.run_id))
    with UnitOfWork(engine) as work:
        told = _told(context, slot, work)
        work.commit()
    run, updated = _run(context, slot, told)
    with UnitOfWork(engine) as work:
        if updated.forecast.diagnostics.passed:
            work.forecasts.publish(run, updated.forecast)
            if updated.fit is not None:
                keep(work, run, told.asked, updated.fit, told.known)
        else:
            work.forecasts.refuse(run, updated.forecast)
        if slot.claim is not None:
            work.ledger.mark(slot.claim, run.run_id)
        work.commit()
    return _outcome(run)


def _told(context: Context, slot: Slot, work: "UnitOfWork") -> Told:
    from forecaster.reference.load import load_ladder

    ladder = load_ladder(slot.subject)
    introduce(work, ladder, context.clock())
    # A prior is set for the next run, whatever day that run looks back to.
    priors = work.priors.in_force(ladder.id, context.clock())
    asked = asked_of(ladder, slot.family)
    use = fit_for(
        work,
        ladder,
        asked=asked,
        prior_set=priors.name,
        seed=context.seed,
        as_of=slot.as_of,
        refit=slot.refit,
    )
    mixture = mixture_of(work, ladder, slot.family, slot.as_of) if use.due else None
    return Told(known(work, ladder, slot.as_of), priors, asked, mixture, use)


def _run(context: Context, slot: Slot, told: Told) -> "tuple[Run, Updated]":
    started = time.perf_counter()
    updated = context.update(
        told.known.ladder,
        readings=told.known.readings,
        judgements=told.known.judgements,
        neighbours=told.known.neighbours,
        reliability=told.known.reliability,
        priors=told.priors,
        as_of=slot.as_of,
        family="" if told.mixture else slot.family,
        mixture=told.mixture,
        seed=context.seed,
        cores=context.settings.cores,
        progress=context.progress,
        ready=told.use.ready,
        refit=told.use.due,
    )
    run = _described(context, slot, told, updated.forecast, time.perf_counter() - started)
    way = updated.forecast.updating
    if way is None or way.fit_run:
        return run, updated
    own = replace(updated.forecast, updating=replace(way, fit_run=run.run_id))
    return run, replace(updated, forecast=own)


def _described(
    context: Context, slot: Slot, told: Told, forecast: "Forecast", seconds: float
) -> "Run":
    """Return the run of a forecast: what it was made of, and whether it may be published."""
    from forecaster.domain.run import Run
    from jobs.provenance import code_version, digest_of, new_run_id

    ladder, issued_at = told.known.ladder, context.clock()
    passed = forecast.diagnostics.passed
    return Run(
        run_id=new_run_id(issued_at),
        ladder=ladder.id,
        ladder_version=ladder.version,
        ladder_digest=ladder.digest,
        as_of=slot.as_of,
        issued_at=issued_at,
        state="published" if passed else "refused",
        state_reason="" if passed else forecast.diagnostics.reason,
        family=forecast.family,
        family_version=forecast.family_version,
        prior_set=told.priors.name,
        data_digest=digest_of(told.known),
        code_version=code_version(),
        seed=context.seed,
        diagnostics=forecast.diagnostics,
        wall_seconds=seconds,
    )


def _outcome(run: "Run") -> Outcome:
    if run.state == "refused":
        return Outcome("refused", f"run {run.run_id} is refused: {run.state_reason}", run.run_id)
    return Outcome("done", f"run {run.run_id} is published", run.run_id)


JOB = Job(
    id="update",
    description="Update a ladder's probabilities and publish them, or store the run as refused.",
    schedule=ByHand(),
    per="ladder",
    run=_update,
)
