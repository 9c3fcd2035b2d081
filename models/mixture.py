"""Several families as one answer: their cells mixed draw by draw, with weights by horizon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Diagnostics
from models.family import MeasurePaths
from models.parts import Column

type Array = NDArray[np.float64]


LEAST_WEIGHT = 0.005
"""A member that weighs less at every horizon is left out."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """Ids of families, and their weights (horizon, member), each horizon's summing to one."""

    members: tuple[str, ...]
    weights: Array

    def at(self, horizons: Sequence[int]) -> Mapping[int, Array]:
        """Return the members' weights by horizon in steps."""
        return dict(zip(horizons, self.weights, strict=True))

    def used(self) -> "Mixture":
        """Return the mixture without members of next to no weight, which cost a fit for nothing."""
        kept = self.weights.max(axis=0) >= LEAST_WEIGHT
        weights = self.weights[:, kept] / self.weights[:, kept].sum(axis=1, keepdims=True)
        return Mixture(tuple(m for m, k in zip(self.members, kept, strict=True) if k), weights)


def alone(family: str, horizons: int) -> Mixture:
    """Return the mixture that is one family."""
    return Mixture((family,), np.ones((horizons, 1)))


def mixed_columns(
    members: Sequence[Sequence[Column]], weights: Mapping[int, Array], *, chains: int
) -> list[Column]:
    """Return the columns of the mixture, which are coherent where those of all members are.

    Members' draws are independent of each other and are paired as they come. `reach` and `fall`
    never sink with the horizon, though weights differ by horizon.

    Args:
        members: the same columns in the same order from each member.
        weights: by horizon, one for each member.
        chains: the draws of a sampled member come from so many chains, one after another.
    """
    draws = _common_draws(members, chains)
    found: list[Column] = []
    highest: dict[tuple[str, ...], Array] = {}
    for same in zip(*members, strict=True):
        first, shares = same[0], weights[same[0].horizon]
        probability = shares @ np.stack([_thinned(c.probability, draws) for c in same])
        noise = shares**2 @ np.stack([_thinned(c.path_noise, draws) for c in same])
        if first.kind != "at":
            key = (first.theatre, first.domain, first.kind, first.rung)
            highest[key] = probability = np.maximum(probability, highest.get(key, 0.0))
        found.append(replace(first, probability=probability, path_noise=noise))
    return found


def _common_draws(members: Sequence[Sequence[Column]], chains: int) -> int:
    """Return how many draws all sampled members have: whole chains of one length, or one."""
    lengths = {len(column.probability) for columns in members for column in columns} - {1}
    return min(lengths) // chains * chains if lengths else 1


def _thinned(values: Array, draws: int) -> Array:
    """Return so many of a column's draws, evenly spaced in their order; one stands for all."""
    if len(values) in (1, draws):
        return np.broadcast_to(values, (draws,))
    return np.asarray(values[np.linspace(0, len(values) - 1, draws).astype(int)])


def mixed_paths(
    samples: Sequence[MeasurePaths | None], weights: Mapping[int, Array], present: int
) -> MeasurePaths | None:
    """Return paths of the mixture (1, path, step, theatre), for quantiles of each step alone.

    A step has the weights of the first horizon at or after it. There are as many paths as the
    member with the fewest has; None where no theatre has a measure.

    Args:
        samples: of each member's paths, over the same steps and theatres.
        weights: by horizon, one for each member.
        present: the calendar step in which `as_of` falls.
    """
    known = [p for p in samples if p is not None]
    if len(known) < len(samples):
        return None
    flat = [p.measure.reshape(-1, *p.measure.shape[2:]) for p in known]
    count = min(len(f) for f in flat)
    steps = [known[0].first_step + s - present for s in range(flat[0].shape[1])]
    mixed = np.stack(
        [
            _drawn([f[:, s] for f in flat], _weights_of(step, weights), count)
            for s, step in enumerate(steps)
        ],
        axis=1,
    )
    return MeasurePaths(known[0].first_step, mixed[None])


def _weights_of(step: int, weights: Mapping[int, Array]) -> Array:
    return weights[min((h for h in weights if h >= step), default=max(weights))]


def _drawn(values: Sequence[Array], weights: Array, count: int) -> Array:
    """Return `count` rows, taken evenly from each member in proportion to its weight."""
    edges = np.round(np.cumsum([0.0, *weights]) * count).astype(int)
    parts = [
        v[np.linspace(0, len(v) - 1, b - a).astype(int)]
        for v, a, b in zip(values, edges[:-1], edges[1:], strict=True)
    ]
    return np.concatenate(parts)


def worst(verdicts: Sequence[Diagnostics]) -> Diagnostics:
    """Return one verdict for all members: passed if every one did, with the worst figures."""
    sampled = [v for v in verdicts if v.draws] or list(verdicts[:1])
    weakest = min(sampled, key=lambda v: min(v.min_ess_bulk, v.min_ess_tail))
    return Diagnostics(
        passed=all(v.passed for v in sampled),
        reason="; ".join(v.reason for v in sampled if v.reason),
        max_rhat=max(v.max_rhat for v in sampled),
        min_ess_bulk=min(v.min_ess_bulk for v in sampled),
        min_ess_tail=min(v.min_ess_tail for v in sampled),
        divergences=sum(v.divergences for v in sampled),
        draws=sum(v.draws for v in sampled),
        min_bfmi=min(v.min_bfmi for v in sampled),
        worst=weakest.worst,
    )
