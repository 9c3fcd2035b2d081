"""Score what a ladder published, once its horizons have ended and are settled."""

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from jobs.context import Context
from jobs.job import Cron, Job, Outcome, Slot
from jobs.known import known
from jobs.live_scores import Came, Record, Tracks, scores_of, tracks_of

if TYPE_CHECKING:
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.run import Run
    from forecaster.store.scores import LiveScore, Target
    from forecaster.store.unit_of_work import UnitOfWork

REFERENCES = ("climatology_12", "persistence")
"""Forecasters that need no sampling, made as of the same moment as what is scored."""

GIVEN_UP = timedelta(days=400)
"""Age of a horizon's end from which a step that was never seen whole is not looked for again."""

type Settled = dict[str, list[tuple["Target", Came]]]


def _score(context: Context, slot: Slot) -> Outcome:
    """Score every forecast that is due and settled; those that are scored stay as they are."""
    from sqlmodel import Session

    from forecaster.reference.load import load_ladder
    from forecaster.store import scores

    ladder_id = load_ladder(slot.subject).id
    found: list[LiveScore] = []
    for run_id, settled in _settled(context, ladder_id).items():
        found.extend(_scores_of_run(context, run_id, settled))
    if not found:
        return Outcome("skipped", "no forecast is due to be scored")
    with Session(context.engine()) as session:
        added = scores.add(session, found)
        session.commit()
    return Outcome("done", f"{added} scores of {len({score.run_id for score in found})} runs")


def _settled(context: Context, ladder_id: str) -> Settled:
    """Return, by run, the forecasts that are due, with what came of them."""
    from sqlmodel import Session

    from forecaster.store import scores
    from forecaster.store.unit_of_work import UnitOfWork

    now, found = context.clock(), defaultdict(list)
    engine = context.engine().execution_options(read_only=True)
    with Session(engine) as session:
        due = scores.due(session, ladder_id, since=now - GIVEN_UP, until=now)
    records: dict[str, Record] = {}
    with UnitOfWork(engine, read_only=True) as work:
        for target in due:
            run = work.runs.get(target.run_id)
            if run.ladder_version not in records:
                then = known(work, work.ladders.get(run.ladder, run.ladder_version), now)
                records[run.ladder_version] = Record(
                    then.ladder, then.readings, then.judgements, now
                )
            record = records[run.ladder_version]
            if not _is_due(record.ladder, target, now - target.horizon_end):
                continue
            if (came := record.came(target, run.as_of)) is not None:
                found[run.run_id].append((target, came))
    return found


def _is_due(ladder: "Ladder", target: "Target", waited: timedelta) -> bool:
    """Return whether the rungs of a forecast have had their time to be settled."""
    if target.theatre not in {theatre.id for theatre in ladder.theatres}:
        return False  # a unit of a panel that is no longer at risk
    rungs = ladder.rungs_of(ladder.theatre(target.theatre), target.domain)
    wait = timedelta(days=max(rung.resolve_within_days for rung in rungs))
    return len(rungs) > 1 and waited >= wait


def _scores_of_run(
    context: Context, run_id: str, settled: list[tuple["Target", Came]]
) -> list["LiveScore"]:
    from forecaster.store.unit_of_work import UnitOfWork

    now = context.clock()
    with UnitOfWork(context.engine(), read_only=True) as work:
        run = work.runs.get(run_id)
        said = tracks_of(work.forecasts.read(run_id).cells)
        ladder, references = _references(context, work, run)
    return [
        score
        for target, came in settled
        for score in scores_of(
            target,
            ladder.rungs_of(ladder.theatre(target.theatre), target.domain),
            came,
            said=said,
            references=references,
            at=now,
        )
    ]


def _references(
    context: Context, work: "UnitOfWork", run: "Run"
) -> tuple["Ladder", dict[str, Tracks]]:
    """Return what each reference says of what was known as of a run."""
    then = known(work, work.ladders.get(run.ladder, run.ladder_version), run.as_of)
    priors = work.priors.in_force(run.ladder, run.issued_at)
    found = {}
    for family in REFERENCES:
        updated = context.update(
            then.ladder,
            readings=then.readings,
            judgements=then.judgements,
            neighbours=then.neighbours,
            reliability=then.reliability,
            priors=priors,
            as_of=run.as_of,
            family=family,
            mixture=None,
            seed=run.seed,
            cores=1,
            progress=context.progress,
            ready=None,
            refit=True,
        )
        found[family] = tracks_of(updated.forecast.cells)
    return then.ladder, found


JOB = Job(
    id="score",
    description="Score published forecasts whose horizons have ended, beside two references.",
    schedule=Cron("15 {hour} * * *"),
    per="ladder",
    run=_score,
)
