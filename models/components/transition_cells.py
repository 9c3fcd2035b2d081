"""What the likelihood of rung moves sees: cells of theatre-steps that are alike, with counts.

A measure has a place within its rung, so that each of its theatre-steps is a cell of its own.
Levels have none: their theatre-steps are alike when theatre, level and binned incidents are, and
one cell stands for hundreds of quiet months.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from models.components.rung_history import (
    RungHistory,
    counting_at,
    lower_lines,
    rung_history,
    upper_lines,
)
from models.inputs import Inputs

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

WARM_UP = 8
"""Steps of a measure after the ladder's start before its means can be believed."""

FINEST = 0.05
"""Incident memories below this are one bin: the last incident is long forgotten."""

BINS_PER_DOUBLING = 1.0
"""How finely incident memories are binned, on a logarithmic scale."""

BLOCK = 512
"""Cells are padded to whole blocks, so that compiled code is used again when time passes."""


@dataclass(frozen=True, slots=True)
class TransitionCells:
    """Cells (cell, …): where they started and how often they stayed, rose or fell.

    upper, lower: log thresholds above and below; counting_up, counting_down: counting variance at
    them. All zero for levels, as are means. value, missing: indicators of the step moved into.
    """

    theatre: Index
    rung: Index
    incidents: Array
    means: Array
    upper: Array
    lower: Array
    counting_up: Array
    counting_down: Array
    value: Array
    missing: Array
    stayed: Array
    rose: Array
    fell: Array


@dataclass(frozen=True, slots=True)
class JumpCounts:
    """How often a move from each rung was of each size: (rung, size - 1)."""

    up: Array
    down: Array


def transition_cells(inputs: Inputs) -> tuple[TransitionCells, JumpCounts]:
    """Return cells and jump sizes of all moves between whole steps that follow each other."""
    history = rung_history(inputs)
    step, theatre = _moved_into(inputs, history)
    before, after = history.rung[step - 1, theatre], history.rung[step, theatre]
    cells = _cells(inputs, history, step, theatre, before, after)
    if inputs.measures.is_level:
        cells = _alike(cells)
    return _padded(cells), _jumps(before, after, len(inputs.measures.rungs))


def _moved_into(inputs: Inputs, history: RungHistory) -> tuple[Index, Index]:
    """Return step and theatre of every whole step that follows a whole one."""
    both = (history.rung[1:] >= 0) & (history.rung[:-1] >= 0)
    if not inputs.measures.is_level:
        both[: WARM_UP - 1] = False
    step, theatre = np.nonzero(both)
    return step + 1, theatre


def _cells(
    inputs: Inputs, history: RungHistory, step: Index, theatre: Index, before: Index, after: Index
) -> TransitionCells:
    panel, level = inputs.measures, inputs.measures.is_level
    upper, lower = upper_lines(panel)[before], lower_lines(panel)[before]
    base = panel.base[step - 1]
    here = np.arange(len(step)), theatre
    up = counting_at(panel, base, upper[:, None])[here]
    down = counting_at(panel, base, lower[:, None])[here]
    means = history.means.mean[step, theatre]
    return TransitionCells(
        theatre=theatre,
        rung=before,
        incidents=history.incidents[step, theatre],
        means=np.zeros((len(step), 0)) if level else means,
        upper=np.where(np.isfinite(upper) & (not level), upper, 0.0),
        lower=np.where(np.isfinite(lower) & (not level), lower, 0.0),
        counting_up=np.zeros(len(step)) if level else up,
        counting_down=np.zeros(len(step)) if level else down,
        value=inputs.indicators.value[step, theatre],
        missing=inputs.indicators.missing[step, theatre],
        stayed=(after == before).astype(float),
        rose=(after > before).astype(float),
        fell=(after < before).astype(float),
    )


def binned(incidents: Array) -> Array:
    """Return incident memories moved to the middle of their bin on a logarithmic scale."""
    held = np.maximum(incidents, FINEST) / FINEST
    bins = np.round(BINS_PER_DOUBLING * np.log2(held))
    middle = FINEST * 2.0 ** (bins / BINS_PER_DOUBLING)
    return np.where(bins > 0, middle, 0.0)


def _alike(cells: TransitionCells) -> TransitionCells:
    """Return one cell for all that have the same theatre, rung, incidents and indicators."""
    incidents = binned(cells.incidents)
    keys = np.column_stack([cells.theatre, cells.rung, incidents, cells.value, cells.missing])
    _, first, which = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    counted = ("stayed", "rose", "fell")
    columns = {f.name: getattr(cells, f.name)[first] for f in fields(cells)}
    columns["incidents"] = incidents[first]
    for name in counted:
        columns[name] = np.bincount(
            which.ravel(), weights=getattr(cells, name), minlength=len(first)
        )
    return TransitionCells(**columns)


def _padded(cells: TransitionCells) -> TransitionCells:
    """Return the cells with empty ones after them, up to a whole block."""
    extra = -len(cells.theatre) % BLOCK or BLOCK * (len(cells.theatre) == 0)
    columns = {f.name: getattr(cells, f.name) for f in fields(cells)}
    return TransitionCells(
        **{
            name: np.concatenate([column, np.zeros((extra, *column.shape[1:]), column.dtype)])
            for name, column in columns.items()
        }
    )


def _jumps(before: Index, after: Index, rungs: int) -> JumpCounts:
    counts = [np.zeros((rungs, max(rungs - 1, 1))) for _ in range(2)]
    for sign, table in zip((1, -1), counts, strict=True):
        size = sign * (after - before)
        np.add.at(table, (before[size > 0], size[size > 0] - 1), 1.0)
    return JumpCounts(*counts)
