"""What answers have in common: the run that numbers are of, and failures."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from forecaster.api.problems import MEDIA_TYPE
from forecaster.api.tables import MEDIA
from forecaster.domain.account import Marking
from forecaster.domain.run import RunState

type Outcome = Literal["served", "refused", "no run"]


class Problem(BaseModel):
    """A failure (RFC 9457): `detail` says what failed, what was got, and what to do."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class Issued(BaseModel):
    """The run that the numbers of an answer are of.

    outcome: `served`; `refused`: the newest run failed its diagnostics or its data, for `reason`,
    and the numbers are those of the last good run, if there is one; `no run`: there is none.
    """

    outcome: Outcome
    reason: str = Field(description="Why it is refused or there is none; empty if served.")
    ladder: str
    ladder_version: str | None
    run_id: str | None = Field(description="The run that the numbers of this answer are of.")
    state: RunState | None
    as_of: datetime | None = Field(description="What was known.")
    issued_at: datetime | None
    fresh_until: datetime | None = Field(description="From then on a newer run is overdue.")
    marking: Marking = Field(description="Who may see this: Traffic Light Protocol 2.0.")
    last_good_run_id: str | None
    refused_run_id: str | None


_PROBLEM: dict[str, Any] = {
    "model": Problem,
    "content": {
        MEDIA_TYPE: {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": {
                "type": "about:blank",
                "title": "Not Found",
                "status": 404,
                "detail": "no ladder 'nato' is kept; there are: nato-russia",
                "instance": "/api/v1/results",
            },
        }
    },
}

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {**_PROBLEM, "description": description}
    for status, description in (
        (400, "The request cannot be read."),
        (401, "Nobody known asks: log in, or send an API key."),
        (403, "It needs another role, or another site sent it."),
        (404, "There is no such thing, for whoever asks."),
        (409, "It cannot be made from what is stored."),
        (422, "What is asked for cannot be; the detail says what can."),
        (429, "Too many requests: `Retry-After` says when to come back."),
        (503, "The database is away."),
    )
}
"""What every route may answer besides what it is asked for."""

FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media in MEDIA.values() if media != MEDIA["json"]}},
    304: {"description": "The tag in `If-None-Match` still holds."},
}
"""What a list that comes in every form answers: JSON as its model says, and files."""
