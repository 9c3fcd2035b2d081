"""Pictures kept as a file: drawing them takes seconds, which no page should wait for."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from forecaster.errors import ReportError
from forecaster.reporting.evaluation.page import Picture


def pictures_json(pictures: Sequence[Picture]) -> str:
    """Return the pictures as text that `pictures_in` reads back."""
    return json.dumps([asdict(picture) for picture in pictures], ensure_ascii=False) + "\n"


def pictures_in(text: str) -> tuple[Picture, ...]:
    """Return the pictures of a file.

    Raises:
        ReportError: it is not such a file.
    """
    try:
        return tuple(Picture(**held) for held in json.loads(text))
    except (ValueError, TypeError) as error:
        raise ReportError(
            f"the pictures of a backtest cannot be read ({error!r}): "
            "delete the file and run `forecaster backtest` again"
        ) from None
