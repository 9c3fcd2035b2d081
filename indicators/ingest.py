"""Ingest: a source's bytes from a folder or from the web, and how the source stood.

What is fetched is handed on as it came; nothing is parsed, stored or decided here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forecaster.domain.ladder import Drop
from forecaster.errors import SourceError
from indicators.drops import drop_source, require_inside
from indicators.hosts import host_of
from indicators.http import Answer, Limits, Validators, get
from indicators.source import Payloads, Resource, Source
from indicators.status import status_of

__all__ = ["Fetched", "fetch", "read_directory", "read_drop", "status_of"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A publisher's answers, and the validators to send next time.

    `payloads` is empty and `not_modified` true if no file has changed since the validators sent.
    """

    payloads: Payloads
    validators: Mapping[str, Validators] = field(default_factory=dict)
    not_modified: bool = False


def read_directory(source: Source, directory: Path) -> Payloads:
    """Return those files of the source that `directory` holds, by their relative names.

    Raises:
        SourceError: the folder, or every file of the source in it, is missing or unreadable.
    """
    if not directory.is_dir():
        raise SourceError(
            f"{directory} is not a folder: give the one that holds the publishers' files"
        )
    payloads: dict[str, bytes] = {}
    for resource in source.resources:
        path = directory / resource.filename
        try:
            if path.is_file():
                payloads[resource.filename] = path.read_bytes()
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}") from None
    if not payloads:
        wanted = ", ".join(resource.filename for resource in source.resources)
        raise SourceError(f"{directory} holds nothing of {source.id}, expected {wanted}")
    return payloads


def read_drop(drop: Drop, ladder_folder: Path) -> Payloads:
    """Return a drop's file, which lies beside the ladder file and nowhere else.

    Raises:
        SourceError: it is missing, unreadable, or leads out of the ladder's folder.
    """
    source = drop_source(drop)
    require_inside(drop, ladder_folder)
    return read_directory(source, ladder_folder)


def fetch(
    source: Source,
    *,
    allowed_hosts: Collection[str] = (),
    timeout: float = 30.0,
    attempts: int = 3,
    max_bytes: int = 200_000_000,
    wait_seconds: float = 1.0,
    cache: Mapping[str, Validators] | None = None,
) -> Fetched:
    """Return the publisher's newest files, or that none has changed.

    Only the source's own hosts and `allowed_hosts` are asked. cache: the validators of the last
    fetch by file name. If one file of several has changed all are fetched, because they are only
    understood together.

    Raises:
        HostNotAllowedError: an address or redirect leads elsewhere.
        SourceError: no public URL is configured, or the publisher does not answer as it should.
    """
    resources = tuple(resource for resource in source.resources if resource.url)
    if not resources:
        found = (
            f"download it from {source.page} and" if source.page else "have its files in a folder,"
        )
        raise SourceError(f"{source.id} has no file that can be fetched: {found} use --from-dir")
    hosts = {*(host_of(resource.url) for resource in resources), *allowed_hosts}
    limits = Limits(
        timeout=timeout, attempts=attempts, max_bytes=max_bytes, wait_seconds=wait_seconds
    )
    known = dict(cache or {})
    complete = all(resource.filename in known for resource in resources)

    def ask(resource: Resource, *, conditional: bool) -> Answer:
        validators = known.get(resource.filename) if conditional else None
        return get(resource.url, hosts=hosts, validators=validators, limits=limits)

    answers = {r.filename: ask(r, conditional=complete) for r in resources}
    if all(answer.body is None for answer in answers.values()):
        return Fetched(payloads={}, validators=known, not_modified=True)
    for resource in resources:
        if answers[resource.filename].body is None:
            answers[resource.filename] = ask(resource, conditional=False)
    return Fetched(
        payloads={name: _body(name, answer) for name, answer in answers.items()},
        validators={name: answer.validators for name, answer in answers.items()},
    )


def _body(name: str, answer: Answer) -> bytes:
    if answer.body is None:
        raise SourceError(f"{name} was answered as unchanged although it was asked for: try again")
    return answer.body
