"""What a source answers now: fetched, read from a folder, or asked of a user's own drop."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.errors import SourceError
from jobs.context import Context
from jobs.job import Slot
from jobs.queries import result_of
from jobs.watch import drop_called

if TYPE_CHECKING:
    import pandas as pd

    from forecaster.domain.ladder import Drop
    from indicators.http import Validators
    from indicators.source import Payloads, Source


@dataclass(frozen=True, slots=True)
class Answer:
    """`rows` is None if the publisher says that nothing has changed since the last fetch."""

    rows: "Payloads | pd.DataFrame | None"
    validators: "Mapping[str, Validators] | None" = None


def answer_of(context: Context, source: "Source", slot: Slot, *, fed: bool) -> Answer:
    """Return what the source says; `fed` if the store holds an earlier answer of it.

    Raises:
        SourceError: there is no answer, or the place may not be read.
    """
    drop = drop_called(source.id, slot.ladder)
    if drop is not None and "://" not in drop.location:
        return Answer(_beside(drop, slot.ladder))
    if drop is not None and drop.format == "sql":
        return Answer(result_of(drop, context.settings.allowed_hosts, _folder(slot.ladder)))
    if slot.directory is not None and drop is None:
        from indicators.ingest import read_directory

        return Answer(read_directory(source, slot.directory))
    return _fetched(context, source, drop, fed=fed)


def _folder(ladder_ref: str) -> Path:
    return Path(ladder_ref).resolve().parent


def _beside(drop: "Drop", ladder_ref: str) -> "Payloads":
    from indicators.drops import require_inside

    path = require_inside(drop, _folder(ladder_ref))
    try:
        return {path.name: path.read_bytes()}
    except OSError as error:
        raise SourceError(
            f"drop {drop.id} cannot be read from {path} ({error.strerror}): "
            "put the file there, or correct the ladder file"
        ) from None


def _fetched(context: Context, source: "Source", drop: "Drop | None", *, fed: bool) -> Answer:
    from indicators.hosts import require_allowed
    from indicators.ingest import fetch

    settings = context.settings
    if drop is not None:
        require_allowed(drop.location, settings.allowed_hosts)
    answer = fetch(
        source,
        allowed_hosts=settings.allowed_hosts,
        timeout=settings.fetch_timeout_seconds,
        attempts=settings.fetch_attempts,
        max_bytes=settings.fetch_max_bytes,
        cache=_remembered(context, source.id) if fed else None,
    )
    return Answer(None if answer.not_modified else answer.payloads, answer.validators)


def remember(context: Context, source_id: str, answer: Answer) -> None:
    """Keep what the publisher said of its files' versions, once their rows are stored."""
    if not answer.validators:
        return
    path = _place(context, source_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {name: asdict(validators) for name, validators in answer.validators.items()}
    path.write_text(json.dumps(kept), encoding="utf-8")


def _remembered(context: Context, source_id: str) -> "Mapping[str, Validators]":
    """Return the validators kept; none if they cannot be read, which only costs a download."""
    from indicators.http import Validators

    try:
        kept = json.loads(_place(context, source_id).read_text(encoding="utf-8"))
        return {name: Validators(**fields) for name, fields in kept.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _place(context: Context, source_id: str) -> Path:
    return context.settings.data_dir / "cache" / "validators" / f"{source_id}.json"
