"""Priors that people set: a question, an answer, a distribution, and who said so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

type Distribution = Literal["normal", "half_normal", "log_normal", "beta", "gamma"]
"""log_normal: parameters `median` and `sigma` (of the logarithm); beta: `alpha`, `beta`;
gamma: `shape`, `rate`; normal: `mean`, `sd`; half_normal: `sd`."""

PARAMETERS: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "sd"),
    "half_normal": ("sd",),
    "log_normal": ("median", "sigma"),
    "beta": ("alpha", "beta"),
    "gamma": ("shape", "rate"),
}
"""The names of each distribution's parameters, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class Prior:
    """One prior that a ladder exposes: what it is about, in the analyst's words, and its form."""

    id: str
    question: str
    distribution: Distribution
    parameters: tuple[tuple[str, float], ...]
    unit: str = ""

    def parameter(self, name: str) -> float:
        """Return one parameter; `KeyError` if the distribution has none of that name."""
        return dict(self.parameters)[name]


@dataclass(frozen=True, slots=True)
class PriorVersion:
    """A prior as somebody set it at a time. Version 1 is the ladder file's own."""

    ladder: str
    prior: Prior
    version: int
    author: str
    reason: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PriorSet:
    """All priors of a ladder in force at one time; `name` is `set-` plus a digest of them."""

    ladder: str
    name: str
    versions: tuple[PriorVersion, ...]

    def prior(self, id: str) -> Prior:
        """Return the prior in force; `KeyError` if the ladder exposes none of that id."""
        return {v.prior.id: v.prior for v in self.versions}[id]
