"""The measured theatres, step by step: what was seen, how much of the step, and the rung it is."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

WHOLE = 1.0 - 1e-9
"""Exposure from which a step counts as seen whole."""


@dataclass(frozen=True, slots=True)
class MeasurePanel:
    """The measured theatres; arrays are (step, theatre) unless said otherwise.

    count: sum seen so far (the value or level itself where it is no share). exposure: share of
    the step seen, 0 … 1. base: mean national sum per whole step over the trailing window (1 for
    values). national: national sum scaled to a whole step (step, theatre). is_share: (theatre).
    covered: what happened is known; for a panel's unit that is more than what was seen while it
    was at risk. is_level: the measure is an ordinal level, of every theatre alike.
    measure: in the ladder's unit, NaN where nothing was seen. complete: the step was seen whole.
    early: what `count` was in each step when it had been seen for as many days as the first open
    step is now, (step, theatre), so that one can learn from the past what a part of a step is
    worth; None where the measure has no parts.
    """

    theatres: tuple[str, ...]
    regions: tuple[str, ...]
    window: int
    count: Array
    exposure: Array
    base: Array
    national: Array
    is_share: NDArray[np.bool_]
    thresholds: Array
    rungs: tuple[str, ...]
    covered: NDArray[np.bool_]
    is_level: bool = False
    early: Array | None = None

    @property
    def measure(self) -> Array:
        """The measure where anything was seen, NaN elsewhere."""
        with np.errstate(divide="ignore", invalid="ignore"):
            whole = np.where(self.is_share, self.count / self.exposure, self.count)
            scaled = np.where(self.is_share, 100.0 * whole / self.base, whole)
        return np.where(self.exposure > 0, scaled, np.nan)

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Whether the step was seen whole."""
        return self.exposure >= WHOLE

    @property
    def first_open_step(self) -> int:
        """The first step that no theatre has seen whole, where simulation begins.

        At most one step after the present; the present step where nothing was ever seen whole.
        """
        whole = np.flatnonzero(self.complete.any(axis=1))
        return int(whole[-1]) + 1 if len(whole) else len(self.count) - 1

    def of_theatre(self, theatre: int) -> "MeasurePanel":
        """Return the panel of one theatre alone: cheap, where the whole has hundreds."""
        one = slice(theatre, theatre + 1)
        by_step = {n: getattr(self, n)[:, one] for n in ("count", "exposure", "base", "national")}
        return replace(
            self,
            theatres=self.theatres[one],
            regions=self.regions[one],
            is_share=self.is_share[one],
            covered=self.covered[:, one],
            early=None if self.early is None else self.early[:, one],
            **by_step,
        )

    def of_step(self, step: int) -> "MeasurePanel":
        """Return the panel of one step alone, as a history of that length."""
        one = slice(step, step + 1)
        names = ("count", "exposure", "base", "national", "covered")
        return replace(self, early=None, **{n: getattr(self, n)[one] for n in names})

    def last_whole(self, theatre: int) -> int | None:
        """Return the last step that a theatre's column saw whole, None if there is none."""
        whole = np.flatnonzero(self.of_theatre(theatre).complete)
        return int(whole[-1]) if len(whole) else None

    def present_rung(self, theatre: int) -> int:
        """Return the index into `rungs` of a theatre's last whole step, 0 if there is none."""
        step = self.last_whole(theatre)
        return 0 if step is None else int(self.rung_of(self.of_theatre(theatre).measure[step, 0]))

    @property
    def middles(self) -> Array:
        """A measure inside each rung (rung): its level, or the middle of its band on log scale."""
        cuts = self.thresholds
        if not len(cuts):
            return np.ones(1)
        if self.is_level:
            return np.concatenate([[quiet_level(cuts)], cuts])
        edges = np.concatenate([[cuts[0] / 2.0], cuts, [cuts[-1] * 2.0]])
        return np.asarray(np.sqrt(edges[:-1] * edges[1:]))

    def rung_of(self, measure: Array) -> NDArray[np.int64]:
        """Return the index into `rungs` of each value of the measure (NaN gives 0)."""
        return np.searchsorted(self.thresholds, np.nan_to_num(measure), side="right")


def quiet_level(thresholds: Array) -> float:
    """Return the level of a step in which nothing happens: one below the first threshold."""
    return float(thresholds[0]) - 1.0 if len(thresholds) else 1.0
