"""The repository of priors: every version of every prior, with who set it, why and when."""

import hashlib
import json
import math
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, select

from forecaster.clock import require_utc
from forecaster.domain.prior import PARAMETERS, Distribution, Prior, PriorSet, PriorVersion
from forecaster.errors import NotFoundError, PriorError
from forecaster.store.sql import lock
from forecaster.store.tables.beliefs import PriorVersionRow

FILE_AUTHOR = "ladder file"
"""The author of a version that nobody set by hand."""


class PriorRepository:
    """Priors, append-only. Version 1 is the ladder file's own and holds for any earlier time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ensure(self, ladder_id: str, priors: Iterable[Prior], *, at: datetime) -> None:
        """Store the priors of a ladder file that are not stored yet.

        A file that changed a prior makes a new version of it, unless a person has set one since:
        what a person set stays in force until a person changes it.
        """
        lock(self._session, PriorVersionRow)
        newest = {version.prior.id: version for version in self._versions(ladder_id)}
        for prior in priors:
            held = newest.get(prior.id)
            if held is None:
                self._append(PriorVersion(ladder_id, prior, 1, FILE_AUTHOR, "first version", at))
            elif held.author == FILE_AUTHOR and held.prior != prior:
                reason = "the ladder file changed"
                number = held.version + 1
                self._append(PriorVersion(ladder_id, prior, number, FILE_AUTHOR, reason, at))

    def set(
        self, ladder_id: str, prior: Prior, *, author: str, reason: str, at: datetime
    ) -> PriorVersion:
        """Store a new version of a prior, in force from `at` on, and return it.

        Raises:
            NotFoundError: the ladder exposes no prior of that id.
            PriorError: author or reason is missing, or the parameters do not fit the distribution.
        """
        if not author.strip() or not reason.strip() or author == FILE_AUTHOR:
            raise PriorError(
                f"setting prior {prior.id} needs a person's name and a reason, "
                f"got author {author!r} and reason {reason!r}: give both"
            )
        require_sound(prior)
        lock(self._session, PriorVersionRow)
        held = self.history(ladder_id, prior.id)
        version = PriorVersion(ladder_id, prior, held[-1].version + 1, author, reason, at)
        self._append(version)
        return version

    def in_force(self, ladder_id: str, as_of: datetime) -> PriorSet:
        """Return the newest version at `as_of` of every prior, in order of id.

        Before anything was stored, version 1 is in force: a file's prior has no first day.
        """
        known_at = require_utc(as_of, what="as_of")
        held: dict[str, PriorVersion] = {}
        for version in self._versions(ladder_id):
            if version.version == 1 or version.recorded_at <= known_at:
                held[version.prior.id] = version
        versions = tuple(held[id] for id in sorted(held))
        return PriorSet(ladder_id, set_name(ladder_id, versions), versions)

    def history(self, ladder_id: str, prior_id: str) -> tuple[PriorVersion, ...]:
        """Return every version of one prior, the oldest first.

        Raises:
            NotFoundError: the ladder exposes no prior of that id; the message lists its priors.
        """
        versions = self._versions(ladder_id)
        found = tuple(version for version in versions if version.prior.id == prior_id)
        if not found:
            ids = ", ".join(sorted({version.prior.id for version in versions})) or "none"
            raise NotFoundError(f"ladder {ladder_id} has no prior {prior_id!r}; there are: {ids}")
        return found

    def _versions(self, ladder_id: str) -> list[PriorVersion]:
        rows = self._session.exec(
            select(PriorVersionRow)
            .where(PriorVersionRow.ladder == ladder_id)
            .order_by(col(PriorVersionRow.version))
        )
        return [_version(row) for row in rows]

    def _append(self, version: PriorVersion) -> None:
        prior = version.prior
        self._session.add(
            PriorVersionRow(
                ladder=version.ladder,
                prior_id=prior.id,
                version=version.version,
                question=prior.question,
                distribution=prior.distribution,
                parameters=json.dumps(prior.parameters),
                unit=prior.unit,
                author=version.author,
                reason=version.reason,
                recorded_at=version.recorded_at,
            )
        )
        self._session.flush()


def set_name(ladder_id: str, versions: Iterable[PriorVersion]) -> str:
    """Return `set-` and a digest of what is in force: other numbers are another name."""
    content = [
        [v.prior.id, v.version, v.prior.distribution, sorted(v.prior.parameters)] for v in versions
    ]
    text = json.dumps([ladder_id, content])
    return f"set-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _version(row: PriorVersionRow) -> PriorVersion:
    parameters = tuple((name, float(number)) for name, number in json.loads(row.parameters))
    prior = Prior(
        id=row.prior_id,
        question=row.question,
        distribution=cast(Distribution, row.distribution),
        parameters=parameters,
        unit=row.unit,
    )
    return PriorVersion(row.ladder, prior, row.version, row.author, row.reason, row.recorded_at)


def require_sound(prior: Prior) -> None:
    """Raise unless a prior is a distribution with the parameters that it takes.

    Raises:
        PriorError: the parameters do not fit the distribution, or are out of range.
    """
    wanted = PARAMETERS.get(prior.distribution)
    given = dict(prior.parameters)
    if wanted is None or set(given) != set(wanted) or len(given) != len(prior.parameters):
        raise PriorError(
            f"prior {prior.id} cannot be {prior.distribution} with {', '.join(given) or 'nothing'}:"
            f" give {', '.join(wanted or PARAMETERS)}"
        )
    for name, number in given.items():
        positive = name != "mean"
        if not math.isfinite(number) or (positive and number <= 0):
            raise PriorError(
                f"prior {prior.id} cannot have {name} = {number}: "
                f"give a finite number{' above 0' if positive else ''}"
            )
