"""What a job is about: each source of kept ladders that can be fetched, each ladder, or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecaster.errors import LadderError
from jobs.context import Context
from jobs.job import Job
from jobs.watch import watched_sources

if TYPE_CHECKING:
    from forecaster.settings import Settings


@dataclass(frozen=True, slots=True)
class Subject:
    """What a job can be about: a source with its cadence, or a ladder."""

    id: str
    ladder: str
    cadence_days: float = 1.0


def subjects(context: Context, job: Job) -> Iterator[Subject]:
    """Yield what `job` is about, each once."""
    if job.per == "once":
        yield Subject("", "")
    elif job.per == "ladder":
        yield from (Subject(ladder, ladder) for ladder in context.settings.ladders)
    else:
        yield from _sources(context.settings)


def ladder_of(context: Context, source: str) -> str:
    """Return the first kept ladder that watches `source`, or the first of all."""
    found = {subject.id: subject.ladder for subject in _sources(context.settings)}
    return found.get(source, context.settings.ladders[0] if context.settings.ladders else "")


def _sources(settings: "Settings") -> Iterator[Subject]:
    from forecaster.reference.load import load_ladder

    seen: set[str] = set()
    for ref in settings.ladders:
        try:
            ladder = load_ladder(ref)
        except LadderError:  # its daily job fails and says so; other ladders go on
            continue
        drops = {drop.id for drop in ladder.drops}
        for source in watched_sources(ladder).values():
            # A publisher without a file that can be fetched waits for a person with --from-dir.
            fetched = source.id in drops or any(file.url for file in source.resources)
            if fetched and source.id not in seen:
                seen.add(source.id)
                yield Subject(source.id, ref, source.cadence_days)
