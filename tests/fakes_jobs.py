"""A context for jobs without a wall clock, a network or a sampler."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from forecaster.domain.fit import Fit, MemberFit
from forecaster.domain.forecast import Cell, Diagnostics, Forecast, Standing, Updating
from forecaster.domain.judgement import Judgement
from forecaster.domain.ladder import Ladder, Rung, Theatre
from forecaster.domain.prior import PriorSet
from forecaster.domain.reading import Readings
from forecaster.settings import Settings
from jobs.context import Context, Progress
from jobs.wiring import open_database
from models.catalogue import families
from models.inputs import Neighbour
from models.member import UNSAMPLED
from models.mixture import Mixture
from models.sequential import ReadyFit
from models.update import Updated

NOON = datetime(2025, 7, 2, 12, tzinfo=UTC)


class HandClock:
    """A clock that stands still until somebody moves it; every look is a microsecond later."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now


class QuickModel:
    """A model that answers at once: every rung equally likely, all of it prior.

    It remembers what it was told, so that a test can ask what a run was allowed to know. With
    `fits` it hands back a fit each time that it is not served by an earlier one.
    """

    def __init__(self, *, passes: bool = True, fits: bool = False) -> None:
        self.passes = passes
        self.fits = fits
        self.served: list[tuple[str | None, bool]] = []
        self.beside: list[tuple[str, ...]] = []
        self.told: list[tuple[datetime, Readings, PriorSet]] = []
        self.trusted: list[dict[str, float]] = []

    def __call__(
        self,
        ladder: Ladder,
        /,
        *,
        readings: Readings,
        judgements: Sequence[Judgement],
        priors: PriorSet,
        as_of: datetime,
        family: str,
        mixture: Mixture | None,
        seed: int,
        cores: int,
        progress: Progress,
        neighbours: Sequence[Neighbour] = (),
        reliability: Mapping[str, float],
        ready: ReadyFit | None,
        refit: bool,
    ) -> Updated:
        self.beside.append(tuple(n.ladder.id for n in neighbours))
        self.told.append((as_of, readings, priors))
        self.trusted.append(dict(reliability))
        self.served.append((ready.run if ready else None, refit))
        progress(1.0)
        tracks = [
            (theatre, domain, ladder.rungs_of(theatre, domain))
            for theatre in ladder.theatres
            for domain in ladder.domains
        ]
        forecast = Forecast(
            family=family or "quick",
            family_version="1",
            cells=tuple(
                cell
                for theatre, domain, rungs in tracks
                for horizon in ladder.horizons
                for cell in _cells(theatre, domain, rungs, horizon, as_of)
            ),
            standings=tuple(
                Standing(theatre.id, domain, rungs[0].id, as_of, None, 1.0, "")
                for theatre, domain, rungs in tracks
            ),
            judged=(),
            fans=(),
            effects=(),
            diagnostics=Diagnostics(
                passed=self.passes,
                reason="" if self.passes else "R-hat 1.20 is above 1.01",
                max_rhat=1.0 if self.passes else 1.2,
                min_ess_bulk=900.0,
                min_ess_tail=900.0,
                divergences=0,
                draws=1000,
                min_bfmi=0.9,
            ),
        )
        if ready is not None and not refit:
            way = Updating("reweight", ready.run, ready.fit.as_of)
            return Updated(replace(forecast, updating=way), None)
        way = Updating("refit", "", as_of)
        return Updated(replace(forecast, updating=way), _fit(as_of) if self.fits else None)


def _fit(as_of: datetime) -> Fit:
    """Return a fit of a reference alone, which has no draws to weigh."""
    family = families()["climatology_12"]
    return Fit(as_of, 1, (MemberFit(family.id, family.version, (1.0,) * 3, {}, (), UNSAMPLED),))


def _cells(
    theatre: Theatre, domain: str, rungs: Sequence[Rung], horizon: int, as_of: datetime
) -> list[Cell]:
    def cell(kind: str, rung: Rung, probability: float) -> Cell:
        return Cell(
            theatre=theatre.id,
            domain=domain,
            horizon_steps=horizon,
            horizon_end=as_of + timedelta(weeks=horizon),
            kind=kind,  # type: ignore[arg-type]
            rung=rung.id,
            probability=probability,
            lower=probability * 0.9,
            upper=min(1.0, probability * 1.1),
            mc_se=0.001,
            prior_share=1.0,
        )

    size = len(rungs)
    at = [cell("at", rung, 1 / size) for rung in rungs]
    reach = [cell("reach", rung, (size - place) / size) for place, rung in enumerate(rungs)]
    return [*at, *reach, cell("fall", rungs[0], 0.0)]


def make_context(
    data_dir: Path, *, clock: HandClock | None = None, model: QuickModel | None = None
) -> Context:
    """Return a context on the embedded database in `data_dir`."""
    settings = Settings(data_dir=data_dir, allowed_hosts=("127.0.0.1",), fetch_attempts=1)

    def engine() -> Engine:
        return open_database(settings)

    return Context(
        settings=settings,
        engine=engine,
        clock=clock or HandClock(),
        seed=7,
        owner="test",
        update=model or QuickModel(),
    )
