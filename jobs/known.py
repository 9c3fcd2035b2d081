"""What was known of a ladder as of a moment: the one way in which readings reach a model."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from forecaster.errors import ModelError
from jobs.recent_readings import recent_readings
from jobs.watch import indicated_series, measured_series, sources_for, watched_series

if TYPE_CHECKING:
    from forecaster.domain.ladder import Ladder
    from forecaster.domain.reading import Readings
    from forecaster.store.unit_of_work import UnitOfWork
    from models.inputs import Known, Neighbour


def introduce(work: "UnitOfWork", ladder: "Ladder", now: datetime) -> None:
    """Store the ladder's version, its own priors and its packaged judgements, if they are new."""
    from forecaster.reference.load import packaged_judgements

    work.ladders.ensure(ladder, now)
    work.priors.ensure(ladder.id, ladder.priors, at=now)
    work.judgements.add(packaged_judgements(ladder))


def known(work: "UnitOfWork", ladder: "Ladder", as_of: datetime) -> "Known":
    """Return the ladder, opened if it is a panel, with readings and judgements as of a moment.

    Raises:
        ModelError: no reading of it was known by then.
    """
    from forecaster.reference.panel import open_panel
    from models.inputs import Known

    readings = recent_readings(work, _series(work, ladder), as_of)
    if not len(readings):
        raise ModelError(
            f"no reading for ladder {ladder.id!r} was known as of {as_of:%Y-%m-%d}: "
            "run `forecaster ingest`, or choose a later --as-of"
        )
    judgements = work.judgements.as_of(ladder.id, as_of)
    return Known(
        ladder=open_panel(ladder, readings, as_of=as_of),
        readings=readings,
        judgements=tuple(judgements),
        as_of=as_of,
        neighbours=neighbours_of(work, ladder, as_of),
        reliability=reliability_of(work, ladder, readings),
    )


def neighbours_of(work: "UnitOfWork", ladder: "Ladder", as_of: datetime) -> "tuple[Neighbour, ...]":
    """Return what was known of each ladder that `ladder` is coupled to, as of the same moment."""
    return tuple(_neighbour(work, coupling.ladder, as_of) for coupling in ladder.couplings)


def _neighbour(work: "UnitOfWork", ref: str, as_of: datetime) -> "Neighbour":
    """Return what was known of another ladder.

    Its packaged judgements count as the store would have them, though it may not be stored yet.
    """
    from forecaster.reference.load import load_ladder, packaged_judgements
    from models.inputs import Neighbour

    other = load_ladder(ref)
    readings = recent_readings(work, measured_series(other), as_of)
    held = work.judgements.as_of(other.id, as_of, besides=packaged_judgements(other))
    return Neighbour(other, readings, held)


def readings_as_of(work: "UnitOfWork", ladder: "Ladder", as_of: datetime) -> "Readings":
    """Return all readings that a ladder's measures, panel and indicators name, as of a moment."""
    return work.readings.as_of(_series(work, ladder), as_of)


def _series(work: "UnitOfWork", ladder: "Ladder") -> "frozenset[str]":
    found = work.readings.series(ladder.panel.source) if ladder.panel else ()
    return frozenset(watched_series(ladder) | set(found))


def reliability_of(
    work: "UnitOfWork", ladder: "Ladder", readings: "Readings"
) -> "Mapping[str, float]":
    """Return the reliability ratio of every series of an indicator that has readings, by id.

    It is that of its source's grade as the source, or the ladder's own drop, states it today; a
    series that no source of the ladder gave has that of `UNGRADED`. What a measure is read from
    has none: its noise is a parameter of the models.
    """
    from forecaster.domain.grade import UNGRADED, reliability_ratio

    read = indicated_series(ladder) & set(readings.series.tolist())
    found = dict.fromkeys(sorted(read), reliability_ratio(UNGRADED))
    for source in sources_for(ladder).values():
        ratio = reliability_ratio(source.grade)
        found |= dict.fromkeys(read.intersection(work.readings.series(source.id)), ratio)
    return found
