"""Scores by what they are of, so that a table asks for one figure and gets it or None."""

from collections.abc import Iterable, Sequence
from math import isfinite

from forecaster.domain.backtest import Plan, Role, Score

ALL = "*"
"""All theatres, or all rungs, together."""
ORDER: tuple[Role, ...] = ("published", "bayesian", "reference", "variant")
"""The order in which people read forecasters."""


class Board:
    """The scores of one backtest, indexed; a score that was not stored is None, never zero."""

    def __init__(self, plan: Plan, scores: Sequence[Score], *, judged: bool = False) -> None:
        self.plan = plan
        self._judged = judged
        self._scores: dict[tuple[str, str, str, str, int, str], Score] = {
            score.about: score for score in scores
        }
        self._listed = tuple(scores)

    def get(
        self,
        forecaster: str,
        score: str,
        horizon: int,
        *,
        theatre: str = ALL,
        rung: str = ALL,
        reference: str = "",
    ) -> Score | None:
        """Return one score, None if it was not stored."""
        return self._scores.get((forecaster, score, theatre, rung, horizon, reference))

    def forecasters(self, *roles: Role) -> tuple[str, ...]:
        """Return the plan's forecasters of these roles (all if none is given), as people read."""
        wanted = roles or ORDER
        return tuple(
            f.id
            for role in ORDER
            if role in wanted
            for f in self.plan.forecasters
            if f.role == role
        )

    def best_reference(
        self, horizon: int, *, theatre: str = ALL, score: str = "rps"
    ) -> Score | None:
        """Return the lowest mean score that a reference has, None where no reference has one."""
        found = (
            self.get(id, score, horizon, theatre=theatre) for id in self.forecasters("reference")
        )
        known = (s for s in found if s is not None and isfinite(s.value))
        return min(known, key=lambda s: s.value, default=None)

    def difference(self, forecaster: str, horizon: int, *, theatre: str = ALL) -> Score | None:
        """Return RPS less that of the best reference over all theatres, at the same horizon."""
        best = self.best_reference(horizon)
        if best is None or best.forecaster == forecaster:
            return None
        return self.get(
            forecaster, "rps_difference", horizon, theatre=theatre, reference=best.forecaster
        )

    def skill(self, forecaster: str, horizon: int) -> Score | None:
        """Return the share of the best reference's RPS that a forecaster saves, 95 % interval."""
        best = self.best_reference(horizon)
        if best is None or best.forecaster == forecaster:
            return None
        return self.get(forecaster, "rps_skill", horizon, reference=best.forecaster)

    def coverage(self, forecaster: str, horizon: int) -> Score | None:
        """Return the coverage of the measure's 90 % interval; of a level's where that is the rung.

        None where rungs are judged: there is nothing to cover.
        """
        measure = self.get(forecaster, "coverage_90", horizon)
        if measure or self._judged:
            return measure
        return self.get(forecaster, "rung_coverage_90", horizon)

    def theatres(self, score: str) -> tuple[str, ...]:
        """Return the theatres that have this score of their own, in the order stored."""
        return _distinct(s.theatre for s in self._listed if s.score == score)

    def rungs(self, score: str) -> tuple[str, ...]:
        """Return the rungs that have this score of their own, in whatever order they are stored."""
        return _distinct(s.rung for s in self._listed if s.score == score)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value in dict.fromkeys(values) if value != ALL)
