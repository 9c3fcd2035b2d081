"""States by the Correlates of War project's abbreviations, and the regions they lie in."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from forecaster.domain.ladder import Region

_FILE = Path(__file__).parent / "states.toml"


@dataclass(frozen=True, slots=True)
class State:
    """One state: its abbreviation in lower case, its number, its name, and its region's id."""

    id: str
    number: int
    name: str
    region: str


@lru_cache(maxsize=1)
def states() -> dict[str, State]:
    """Return every state by its abbreviation in lower case, such as `afg`."""
    content = _content()
    return {
        id: State(id, row["number"], row["name"], _region(row["number"], content["regions"]))
        for id, row in content["states"].items()
    }


def state_regions() -> tuple[Region, ...]:
    """Return the regions that states lie in, in the order of their numbers."""
    return tuple(Region(row["id"], row["name"]) for row in _content()["regions"])


def pair_of(unit: str) -> tuple[State, State] | None:
    """Return the two states that a unit such as `afg-pak` names, None if it names no such pair."""
    first, _, second = unit.lower().partition("-")
    known = states()
    return (known[first], known[second]) if first in known and second in known else None


def _region(number: int, regions: list[dict[str, Any]]) -> str:
    return next(str(row["id"]) for row in regions if row["first"] <= number <= row["last"])


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
