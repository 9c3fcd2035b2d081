"""What a run was made with: a sortable name, the code's version, a digest of the data."""

import hashlib
import secrets
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecaster.domain.judgement import Judgement
    from forecaster.domain.reading import Readings
    from models.inputs import Known, Neighbour

_DISTRIBUTION = "escalation-forecaster"


def new_run_id(issued_at: datetime) -> str:
    """Return a name that sorts by time and does not repeat: `20250630T060000-1f9c0a`."""
    return f"{issued_at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return the package's version, and the commit where the code runs from a checkout."""
    released = version(_DISTRIBUTION)
    commit = _described()
    return f"{released}+{commit}" if commit else released


def _described() -> str:
    root = Path(__file__).parents[1]
    if not (root / ".git").exists():
        return ""
    try:
        answer = subprocess.run(  # noqa: S603 — a fixed command without input
            ["git", "-C", str(root), "describe", "--always", "--dirty"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def digest_of(known: "Known") -> str:
    """Return the digest of all that was known, by which a run names its data."""
    return data_digest(
        known.readings, known.judgements, known.neighbours, reliability=known.reliability
    )


def data_digest(
    readings: "Readings",
    judgements: "Sequence[Judgement]",
    neighbours: "Sequence[Neighbour]" = (),
    *,
    reliability: "Mapping[str, float]",
) -> str:
    """Return `sha256:…` of all that a run was told; equal data give equal digests anywhere."""
    digest = hashlib.sha256()
    _add(digest, readings, judgements)
    for neighbour in neighbours:
        _add(digest, neighbour.readings, neighbour.judgements)
    for series, ratio in sorted(reliability.items()):
        digest.update(f"{series}={ratio!r};".encode())
    return f"sha256:{digest.hexdigest()}"


def _add(digest: "hashlib._Hash", readings: "Readings", judgements: "Sequence[Judgement]") -> None:
    digest.update("\n".join(readings.series.tolist()).encode())
    digest.update(readings.observed_at.astype("<M8[us]").tobytes())
    digest.update(readings.recorded_at.astype("<M8[us]").tobytes())
    digest.update(readings.value.astype("<f8").tobytes())
    for judgement in sorted(map(repr, judgements)):
        digest.update(judgement.encode())
