"""`docker-compose.yml` as compose itself would read it: variables filled in, anchors resolved."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")


class MissingVariableError(Exception):
    """A required variable is not in the environment; the message is the file's own."""


def variables() -> Mapping[str, set[str]]:
    """Every variable of the file, with how it is asked for: `?` required, `-` with a default."""
    found: dict[str, set[str]] = {}
    for match in _VARIABLE.finditer(TEXT):
        found.setdefault(match["name"], set()).add(match["kind"] or "")
    return found


def read(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the file with its variables filled in from `environment`, as compose does."""

    def filled(item: object) -> object:
        if isinstance(item, str):
            return _VARIABLE.sub(lambda match: _value(match, environment), item)
        if isinstance(item, list):
            return [filled(part) for part in item]
        if isinstance(item, dict):
            return {name: filled(value) for name, value in item.items()}
        return item

    made = filled(yaml.safe_load(TEXT))
    assert isinstance(made, dict)
    return made


def _value(match: re.Match[str], environment: Mapping[str, str]) -> str:
    given = environment.get(match["name"], "")
    if given:
        return given
    if match["kind"] == "?":
        raise MissingVariableError(f"{match['name']}: {match['rest']}")
    return match["rest"] or ""
