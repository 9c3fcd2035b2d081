"""What the pictures of a backtest show: reliability and transforms of one forecaster's panel."""

import numpy as np
from numpy.typing import NDArray

from forecaster.scoring.calibration import histogram
from forecaster.scoring.cells import measure_bands, rung_bands
from forecaster.scoring.events import reached
from forecaster.scoring.panel import Panel
from forecaster.scoring.pooling import Pooling
from forecaster.scoring.reliability import ReliabilityBin, reliability_bins

type Array = NDArray[np.float64]


def reliability_curve(
    panel: Panel, pooling: Pooling, forecaster: str
) -> tuple[ReliabilityBin, ...]:
    """Return how often rungs were reached that were given a probability, over all rungs but one.

    The lowest rung, which is always reached, is left out.

    Raises:
        ValueError: the forecaster is not in the panel.
    """
    events = reached(panel)
    probability = events.probability[panel.forecasters.index(forecaster)]
    return reliability_bins(probability, events.event, pooling.blocks)


def pit_histogram(panel: Panel, forecaster: str, *, seed: int, bins: int = 10) -> Array:
    """Return the shares of transforms in equal parts of 0 to 1: flat if calibrated.

    Of the measure; of the rung if the forecaster gives no quantiles of the measure. All zero
    where nothing is scored.

    Raises:
        ValueError: the forecaster is not in the panel.
    """
    f = panel.forecasters.index(forecaster)
    band = measure_bands(panel) if panel.speaks_of_measure[f] else rung_bands(panel)
    return histogram(band.draw(np.random.default_rng(seed))[f], bins=bins)
