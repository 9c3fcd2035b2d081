"""Text to values: TOML syntax, with the line of what breaks it."""

import re
import tomllib
from typing import Any

from forecaster.reference.lines import Lines, find_lines
from forecaster.reference.mistakes import Mistake

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def parse(text: str) -> tuple[dict[str, Any], Lines] | Mistake:
    """Return the values in `text` and their lines, or the one mistake that keeps it unread.

    Broken syntax hides what follows it, so it is reported alone.
    """
    try:
        return tomllib.loads(text), find_lines(text)
    except RecursionError:
        return Mistake(1, "this is nested too deeply to be a ladder: check the brackets")
    except ValueError as error:
        place = _PLACE.search(str(error))
        last = text.count("\n", 0, len(text.rstrip())) + 1
        line = int(place[1]) if place and place[1] else last if place else 1
        reason = _PLACE.sub("", str(error))
        return Mistake(
            line, f"this is not TOML ({reason}): check quotes, brackets and the equals sign"
        )
