"""Update a ladder from what was known as of a slot, and publish the run or store it as refused."""

import time
from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.errors import ModelError
from jobs.context import Context
from jobs.job import ByHand, Job, Outcome, Slot
from jobs.watch import watched_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecaster.domain.forecast import Forecast
    from forecaster.domain.judgement import Judgement
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.prior import PriorSet
    from forecaster.domain.reading import Readings
    from forecaster.domain.run import Run
    from forecaster.store.unit_of_work import UnitOfWork

    type Known = tuple[Readings, Sequence[Judgement], PriorSet]


def _update(context: Context, slot: Slot) -> Outcome:
    """Run the ladder's model once and store what came of it in one transaction."""
    from forecaster.reference.load import load_ladder
    from forecaster.reference.panel import open_panel
    from forecaster.store.unit_of_work import UnitOfWork

    ladder = load_ladder(slot.subject)
    engine = context.engine()
    with UnitOfWork(engine) as work:
        _introduce(work, ladder, context.clock())
        known = _known(work, ladder, as_of=slot.as_of, now=context.clock())
        work.commit()
    opened = open_panel(ladder, known[0], as_of=slot.as_of)
    run, forecast = _run(context, opened, slot, known)
    with UnitOfWork(engine) as work:
        if forecast.diagnostics.passed:
            work.forecasts.publish(run, forecast)
        else:
            work.forecasts.refuse(run, forecast)
        work.commit()
    return _outcome(run)


def _introduce(work: "UnitOfWork", ladder: "Ladder", now: datetime) -> None:
    """Store the ladder's version, its own priors and its packaged judgements, if they are new."""
    from forecaster.reference.load import packaged_judgements

    work.ladders.ensure(ladder, now)
    work.priors.ensure(ladder.id, ladder.priors, at=now)
    work.judgements.add(packaged_judgements(ladder))


def _known(work: "UnitOfWork", ladder: "Ladder", *, as_of: datetime, now: datetime) -> "Known":
    """Return readings and judgements as of the slot, and the priors in force now.

    A prior is set for the next run, whatever day that run looks back to; the run names its set.
    """
    found = work.readings.series(ladder.panel.source) if ladder.panel else ()
    readings = work.readings.as_of(watched_series(ladder) | set(found), as_of)
    if not len(readings):
        raise ModelError(
            f"no reading for ladder {ladder.id!r} was known as of {as_of:%Y-%m-%d}: "
            "run `forecaster ingest`, or choose a later --as-of"
        )
    judgements = work.judgements.as_of(ladder.id, as_of)
    return readings, judgements, work.priors.in_force(ladder.id, now)


def _run(context: Context, ladder: "Ladder", slot: Slot, known: "Known") -> "tuple[Run, Forecast]":
    from forecaster.domain.run import Run
    from jobs.provenance import code_version, data_digest, new_run_id

    readings, judgements, priors = known
    started = time.perf_counter()
    forecast = context.update(
        ladder,
        readings=readings,
        judgements=judgements,
        priors=priors,
        as_of=slot.as_of,
        family=slot.family,
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
        prior_set=priors.name,
        data_digest=data_digest(readings, judgements),
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
