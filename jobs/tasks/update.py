"""Update a ladder from what was known as of a slot, and publish the run or store it as refused."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.context import Context
from jobs.job import ByHand, Job, Outcome, Slot
from jobs.known import introduce, known
from jobs.mixing import mixture_of

if TYPE_CHECKING:
    from forecaster.domain.forecast import Forecast
    from forecaster.domain.prior import PriorSet
    from forecaster.domain.run import Run
    from models.inputs import Known
    from models.mixture import Mixture


@dataclass(frozen=True, slots=True)
class Told:
    """All that a run is told: what was known, the priors in force, and which families speak."""

    known: "Known"
    priors: "PriorSet"
    mixture: "Mixture | None"


def _update(context: Context, slot: Slot) -> Outcome:
    """Run the ladder's model once and store what came of it in one transaction."""
    from forecaster.reference.load import load_ladder
    from forecaster.store.unit_of_work import UnitOfWork

    ladder = load_ladder(slot.subject)
    engine = context.engine()
    with UnitOfWork(engine) as work:
        introduce(work, ladder, context.clock())
        told = Told(
            known=known(work, ladder, slot.as_of),
            # A prior is set for the next run, whatever day that run looks back to.
            priors=work.priors.in_force(ladder.id, context.clock()),
            mixture=mixture_of(work, ladder, slot.family, slot.as_of),
        )
        work.commit()
    run, forecast = _run(context, slot, told)
    with UnitOfWork(engine) as work:
        if forecast.diagnostics.passed:
            work.forecasts.publish(run, forecast)
        else:
            work.forecasts.refuse(run, forecast)
        work.commit()
    return _outcome(run)


def _run(context: Context, slot: Slot, told: "Told") -> "tuple[Run, Forecast]":
    from forecaster.domain.run import Run
    from jobs.provenance import code_version, data_digest, new_run_id

    ladder, readings = told.known.ladder, told.known.readings
    started = time.perf_counter()
    forecast = context.update(
        ladder,
        readings=readings,
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
    )
    issued_at = context.clock()
    passed = forecast.diagnostics.passed
    run = Run(
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
        data_digest=data_digest(
            readings,
            told.known.judgements,
            told.known.neighbours,
            reliability=told.known.reliability,
        ),
        code_version=code_version(),
        seed=context.seed,
        diagnostics=forecast.diagnostics,
        wall_seconds=time.perf_counter() - started,
    )
    return run, forecast


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
