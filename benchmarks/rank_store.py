"""Ranks of finished simulations, one JSON object a line, so that a killed run loses nothing."""

import json
from dataclasses import asdict
from pathlib import Path

from models.calibration import Ranked


def finished(path: Path, digest: str) -> dict[int, Ranked]:
    """Return the simulations of one design that are on file; a line cut short is not there."""
    found: dict[int, Ranked] = {}
    if not path.exists():
        return found
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        if row.pop("digest") == digest:
            found[row["number"]] = Ranked(**row)
    return found


def append(path: Path, digest: str, ranked: Ranked) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = not path.exists() or path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as file:
        file.write("" if whole else "\n")
        file.write(json.dumps({"digest": digest, **asdict(ranked)}) + "\n")
