"""How each ladder stands, read from the store."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from forecaster.domain.run import Run
from forecaster.health.freshness import LadderHealth, Track, absent_of, judge
from forecaster.store.ladders import LadderRepository
from forecaster.store.runs import RunRepository
from forecaster.store.tables.results import ResultRow
from forecaster.store.tables.runs import StandingRow


def ladder_health(
    engine: Engine,
    ladders: Sequence[str],
    *,
    now: datetime,
    hour: int,
    grace_hours: float,
    zone: tzinfo = UTC,
) -> tuple[LadderHealth, ...]:
    """Return how ladders stand at an instant, in the order in which they are asked for.

    Args:
        engine: of a database at this code's version.
        ladders: ids, not paths.
        now: the present.
        hour: of the daily slot, in `zone`.
        zone: the time zone in which jobs are due.
        grace_hours: how long after its slot a daily run may take.

    Raises:
        StoreError: the database is away.
    """
    grace = timedelta(hours=grace_hours)
    found = []
    with Session(engine.execution_options(read_only=True)) as session:
        runs = RunRepository(session)
        for ladder in ladders:
            published = runs.latest(ladder)
            newest = next(iter(runs.list(ladder, limit=1)), None)
            absent = () if published is None else _absent(session, published)
            found.append(
                judge(
                    ladder,
                    published=published,
                    newest=newest,
                    absent=absent,
                    now=now,
                    hour=hour,
                    grace=grace,
                    zone=zone,
                )
            )
    return tuple(found)


def _absent(session: Session, run: Run) -> tuple[Track, ...]:
    ladder = LadderRepository(session).get(run.ladder, run.ladder_version)
    standing = select(StandingRow.theatre, StandingRow.domain).where(
        StandingRow.run_id == run.run_id
    )
    told = (
        select(ResultRow.theatre, ResultRow.domain, ResultRow.horizon_steps)
        .where(ResultRow.run_id == run.run_id, ResultRow.kind == "at")
        .where(col(ResultRow.probability).is_not(None))
        .distinct()
    )
    return absent_of(ladder, set(session.exec(standing)), set(session.exec(told)))
