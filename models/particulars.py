"""What a forecast shows besides its cells: the fan of each measure, and what indicators earned."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.forecast import Fan, IndicatorEffect
from models.family import MeasurePaths
from models.inputs import Inputs

type Array = NDArray[np.float64]

FAN_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def fans(inputs: Inputs, paths: MeasurePaths | None) -> tuple[Fan, ...]:
    """Return quantiles of each theatre's measure for the open steps, the present one first."""
    if paths is None:
        return ()
    flat = paths.measure.reshape(-1, *paths.measure.shape[2:])
    by_path = np.moveaxis(flat, 0, -1).copy()
    values = np.quantile(by_path, FAN_LEVELS, axis=-1, overwrite_input=True)
    return tuple(
        Fan(theatre, FAN_LEVELS, tuple(tuple(map(float, row)) for row in values[:, :, k].T))
        for k, theatre in enumerate(inputs.measures.theatres)
    )


def effects(
    inputs: Inputs, draws: Array | None, estimated: Sequence[str]
) -> tuple[IndicatorEffect, ...]:
    """Return today's value and the pooled effect of every indicator that the model estimated.

    One without a source is not among them, and none is on a ladder without a measured rung.

    Args:
        inputs: what is known.
        draws: of the pooled effects (draw, indicator), None where there are none.
        estimated: ids of the indicators that they are of.
    """
    if draws is None:
        return ()
    latest = {
        indicator: panel.latest[:, j]
        for panel in (inputs.indicators, inputs.concurrent)
        for j, indicator in enumerate(panel.indicators)
    }
    return tuple(
        _effect(indicator, column, draws[:, estimated.index(indicator)])
        for indicator, column in latest.items()
        if indicator in estimated
    )


def _effect(indicator: str, latest: Array, sample: Array) -> IndicatorEffect:
    low, high = np.percentile(sample, (5, 95))
    known = latest[np.isfinite(latest)]
    value = float(known.mean()) if len(known) else None
    label = "" if value is not None else "no data"
    return IndicatorEffect(indicator, value, float(sample.mean()), float(low), float(high), label)
