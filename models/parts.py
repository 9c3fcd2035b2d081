"""One theatre, domain and horizon: the probabilities per draw of its cells, joined from two sides.

Given the parameters, measured and judged rungs are independent, so they join by products:
probabilities sum to one and P(reach) falls with the rung by construction.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Kind
from forecaster.domain.ladder import Rung
from models.judged_chain import JudgedOutlook

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Column:
    """One cell before it is summarised: its key and one probability per draw.

    path_noise: variance that counting paths added to each draw's probability, 0 where exact.
    """

    theatre: str
    domain: str
    horizon: int
    kind: Kind
    rung: str
    probability: Array
    path_noise: Array


@dataclass(frozen=True, slots=True)
class MeasuredSide:
    """The measured side of a theatre at one horizon: shares of paths (draw, rung)."""

    at: Array
    reach: Array
    below: Array
    present: int
    paths: int


@dataclass(frozen=True, slots=True)
class JudgedSide:
    """The judged side of a theatre and domain at one horizon."""

    outlook: JudgedOutlook
    rungs: tuple[str, ...]
    standing: int


@dataclass(frozen=True, slots=True)
class Part:
    """One theatre, domain and horizon, with the sides that it has."""

    theatre: str
    domain: str
    horizon: int
    rungs: tuple[Rung, ...]
    measured: MeasuredSide | None
    judged: JudgedSide | None

    def columns(self) -> list[Column]:
        """Return at and reach per rung, then the fall from the present rung."""
        found: list[Column] = []
        for i, rung in enumerate(self.rungs):
            if self.judged and rung.id in self.judged.rungs:
                state = self.judged.rungs.index(rung.id) + 1
                found += self._exact(rung.id, self.judged.outlook, state)
            elif self.measured:
                found += self._counted(rung.id, self.measured, i)
            elif self.judged:
                found += self._exact(rung.id, self.judged.outlook, 0)
        return [*found, self._fall()] if found else []

    def _exact(self, rung: str, outlook: JudgedOutlook, state: int) -> list[Column]:
        at, reach = outlook.at[:, state], outlook.reach[:, state]
        return [self._column("at", rung, at), self._column("reach", rung, reach)]

    def _counted(self, rung: str, measured: MeasuredSide, i: int) -> list[Column]:
        at, reach = measured.at[:, i], measured.reach[:, i]
        not_judged = never_judged = np.ones_like(at)
        if self.judged:
            not_judged = self.judged.outlook.at[:, 0]
            never_judged = 1.0 - self.judged.outlook.reach[:, 1]
        return [
            self._column("at", rung, at * not_judged, at),
            self._column("reach", rung, 1.0 - (1.0 - reach) * never_judged, reach),
        ]

    def _fall(self) -> Column:
        if self.judged and (self.judged.standing or not self.measured):
            rungs = (self.rungs[0].id, *self.judged.rungs)
            return self._column("fall", rungs[self.judged.standing], self.judged.outlook.fall)
        assert self.measured is not None  # noqa: S101 - a part has a side, or no columns
        # A fall below a measured rung counts unless a judged rung is in force at the horizon.
        below = self.measured.below[:, self.measured.present]
        not_judged = self.judged.outlook.at[:, 0] if self.judged else 1.0
        return self._column("fall", self.rungs[self.measured.present].id, below * not_judged, below)

    def _column(self, kind: Kind, rung: str, value: Array, share: Array | None = None) -> Column:
        noise = np.zeros_like(value)
        if share is not None and self.measured:
            noise = share * (1.0 - share) / self.measured.paths
        return Column(self.theatre, self.domain, self.horizon, kind, rung, value, noise)
