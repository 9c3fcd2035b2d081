"""Who is sent the daily report, as the settings say: a name, an address, and a clearance."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from forecaster.domain.account import MARKINGS, UNMARKED, Marking, Principal
from forecaster.errors import SettingsError

if TYPE_CHECKING:
    from forecaster.settings import Settings

_NAME = "FORECASTER_RECEIVERS"
_KEYS = {"url", "clearance", "ladders"}


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is sent reports: of `ladders` (of all, if empty) that their clearance shows.

    url: an address that Apprise knows. It holds passwords, so it is never shown.
    """

    name: str
    url: str = field(repr=False)
    clearance: Marking = UNMARKED
    ladders: tuple[str, ...] = ()

    @property
    def principal(self) -> Principal:
        """Who they are to markings: somebody who only reads, up to their clearance."""
        return Principal(self.name, "viewer", self.clearance, "key")

    def wants(self, ladder: str) -> bool:
        """Return whether reports on a ladder are for them, if they may see it."""
        return not self.ladders or ladder in self.ladders


def receivers(settings: "Settings") -> tuple[Receiver, ...]:
    """Return everybody who is sent reports, in the order of the settings.

    Raises:
        SettingsError: the setting cannot be read; the message never holds an address.
    """
    text = "" if settings.receivers is None else settings.receivers.get_secret_value()
    if not text.strip():
        return ()
    try:
        found = json.loads(text)
    except ValueError:
        raise SettingsError(f"{_NAME} is not JSON: give an object of names and URLs") from None
    if not isinstance(found, dict):
        raise SettingsError(f"{_NAME} is no JSON object: give names with their URLs")
    return tuple(_receiver(name, value) for name, value in found.items())


def _receiver(name: str, value: object) -> Receiver:
    given: Mapping[str, Any] = {"url": value} if isinstance(value, str) else cast(Any, value)
    known = isinstance(given, dict) and "url" in given and set(given) <= _KEYS
    if not known or not isinstance(given["url"], str):
        raise SettingsError(
            f"{_NAME}: {name!r} needs a `url`, and may have `clearance` and `ladders`, nothing else"
        )
    clearance = given.get("clearance", UNMARKED)
    if clearance not in MARKINGS:
        known_ones = ", ".join(MARKINGS)
        raise SettingsError(
            f"{_NAME}: the clearance of {name!r} is {clearance!r}: give one of {known_ones}"
        )
    ladders = given.get("ladders", [])
    if not isinstance(ladders, list) or not all(isinstance(item, str) for item in ladders):
        raise SettingsError(f"{_NAME}: the ladders of {name!r} are no list of ids")
    return Receiver(name, given["url"], clearance, tuple(ladders))
