"""The sources of a ladder: every publisher's, and the drops that its own file declares."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from forecaster.shelf import pick
from jobs.context import Context
from jobs.job import Slot

if TYPE_CHECKING:
    from forecaster.domain.ladder import Ladder
    from indicators.source import Payloads, Source


def sources_of(ladder_ref: str) -> "Mapping[str, Source]":
    """Return the sources of the ladder called `ladder_ref`, by id."""
    from forecaster.reference.load import load_ladder

    return sources_for(load_ladder(ladder_ref))


def sources_for(ladder: "Ladder") -> "Mapping[str, Source]":
    """Return the sources of `ladder`, by id: publishers' first, then the ladder's own drops."""
    from indicators.catalogue import sources

    return sources()


def source_called(id: str, ladder_ref: str) -> "Source":
    """Return one source.

    Raises:
        NotFoundError: the ladder has no such source; the message lists those it has.
    """
    return pick(dict(sources_of(ladder_ref)), id, what="source")


def payloads_of(context: Context, source: "Source", slot: Slot) -> "Payloads":
    """Return what the publisher says: from the slot's folder if it names one, else fetched.

    Raises:
        SourceError: there is no answer.
    """
    from indicators import ingest

    if slot.directory is not None:
        return ingest.read_directory(source, slot.directory)
    return ingest.fetch(source)
