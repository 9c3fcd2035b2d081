"""A ladder judged throughout, with two theatres, its record in a store, and a plan to score it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from forecaster.domain.backtest import Effort, Forecaster, Plan
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder, Region, Rung, Theatre
from forecaster.reference.plan import load_plan
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from models.inputs import Inputs, build_inputs
from tests.builders_models import AID, make_prior, make_readings
from tests.fakes_jobs import make_context

DOMAIN = "regime"
RUNGS = (
    Rung(0, "stable", "Stable", "", DOMAIN, "judged", criteria="x"),
    Rung(1, "friction", "Friction", "", DOMAIN, "judged", criteria="x"),
    Rung(2, "dissent", "Dissent", "", DOMAIN, "judged", criteria="x", regions=("west",)),
    Rung(3, "mutiny", "Mutiny", "", DOMAIN, "judged", criteria="x"),
)
LADDER = Ladder(
    id="courts",
    version="1",
    name="Courts",
    step="week",
    starts=date(2024, 1, 3),  # a Wednesday
    horizons=(1, 4),
    domains=(DOMAIN,),
    rungs=RUNGS,
    regions=(Region("west", "West"), Region("east", "East")),
    theatres=(Theatre("lion", "Lion", "west"), Theatre("bear", "Bear", "east")),
    indicators=(AID,),
    priors=(
        *(
            prior
            for rung in ("friction", "dissent", "mutiny")
            for prior in (
                make_prior(f"enter.regime.{rung}", "log_normal", median=0.02, sigma=0.7),
                make_prior(f"leave.regime.{rung}", "beta", alpha=3.0, beta=9.0),
            )
        ),
        make_prior("enter.spread", "half_normal", sd=0.5),
    ),
    digest="courts-1",
)
PLAN: Plan = replace(
    load_plan("regime-stability"),
    id="courts",
    ladder=LADDER.id,
    first=date(2024, 3, 3),
    scored_from=date(2024, 3, 17),
    last=date(2024, 5, 26),
    forecasters=(Forecaster("climatology", "reference"), Forecaster("persistence", "published")),
    published="persistence",
    effort=Effort(tune=1, draws=1, chains=1, kept_draws=1, paths=1),
    block_steps=2,
    resamples=50,
)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def judged(
    rung: str, starts: str, ends: str | None, *, recorded: str = "", theatre: str = "lion"
) -> Judgement:
    """A judgement known from its start on, unless a later moment is given."""
    return Judgement(
        ladder=LADDER.id,
        theatre=theatre,
        domain=DOMAIN,
        rung=rung,
        starts_at=moment(starts),
        ends_at=None if ends is None else moment(ends),
        author="a",
        evidence="e",
        recorded_at=moment(recorded or starts),
    )


RECORD = (
    judged("friction", "2024-02-06", "2024-02-27"),
    judged("friction", "2024-04-02", "2024-04-23"),
    judged("mutiny", "2024-04-10", "2024-04-16"),
    judged("friction", "2024-05-01", None, theatre="bear"),
)


def recorded(folder: Path, judgements: tuple[Judgement, ...] = RECORD) -> Context:
    """A context whose store holds a record and one reading, without which nothing is updated."""
    made = make_context(folder)
    with UnitOfWork(made.engine()) as work:
        work.readings.add(make_readings({"aid.total": [1.0]}))
        work.judgements.add(judgements)
        work.commit()
    return made


def inputs_at(as_of: datetime, record: tuple[Judgement, ...] = RECORD) -> Inputs:
    """What a family sees of the record as of a moment."""
    known = tuple(j for j in record if j.recorded_at <= as_of)
    return build_inputs(LADDER, readings=make_readings({}), judgements=known, as_of=as_of)
