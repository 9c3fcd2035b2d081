"""A finding: what was looked at, how it is, and what to do where it is not well."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

type State = Literal["ok", "warn", "fail"]

_ORDER: tuple[State, ...] = ("ok", "warn", "fail")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. fail: work cannot be done. warn: it can, and soon may not."""

    name: str
    state: State
    detail: str
    remedy: str = ""


def worst(findings: Iterable[Finding]) -> State:
    """Return the worst state among findings, `ok` where there are none."""
    return max((finding.state for finding in findings), key=_ORDER.index, default="ok")
