"""How often does a 95 % block-bootstrap interval hold the truth, for the few blocks that we have?

    python -m benchmarks.bootstrap_coverage

Means of made-up series with mean zero, whose neighbours overlap like forecasts of one horizon (a
moving sum). One table: origins, length of a block, steps of overlap, and the share of intervals
that hold zero, with expanded percentiles as we publish them and with plain ones.
"""

import numpy as np
from rich.console import Console
from rich.table import Table

from forecaster.scoring.bootstrap import draw_blocks, estimate, expanded_tail, mean

CASES = ((78, 13, 1), (78, 13, 4), (78, 13, 13), (78, 4, 4), (120, 12, 1), (120, 12, 12))
SERIES, RESAMPLES, LEVEL, SEED = 2000, 1999, 0.95, 1


def main() -> None:
    table = Table("origins", "block", "overlap", "expanded", "plain")
    for origins, block, overlap in CASES:
        expanded, plain = coverage(origins, block, overlap)
        row = (origins, block, overlap, f"{expanded:.3f}", f"{plain:.3f}")
        table.add_row(*map(str, row))
    Console().print(table)


def coverage(origins: int, block: int, overlap: int) -> tuple[float, float]:
    """Return the share of expanded and of plain intervals that hold the truth."""
    noise = np.random.default_rng(SEED).normal(size=(SERIES, origins + overlap - 1))
    series = np.lib.stride_tricks.sliding_window_view(noise, overlap, axis=1).sum(axis=2).T
    blocks = draw_blocks(origins, block=block, resamples=RESAMPLES, seed=SEED)
    sums = np.stack([series, np.ones_like(series)])
    tail = (1.0 - LEVEL) / 2.0
    plain = np.quantile(blocks.weights @ series / origins, [tail, 1.0 - tail], axis=0)
    found = estimate(mean, sums, blocks, level=LEVEL)
    assert expanded_tail(LEVEL, blocks.count) < tail
    return _holds(found.lower, found.upper), _holds(plain[0], plain[1])


def _holds(lower: np.ndarray, upper: np.ndarray) -> float:
    return float(((lower <= 0.0) & (upper >= 0.0)).mean())


if __name__ == "__main__":
    main()
