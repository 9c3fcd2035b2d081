"""The catalogue of sources: every file in `indicators/sources`, found without a register."""

from functools import cache

from forecaster.shelf import load_shelf
from indicators import sources as shelf
from indicators.source import Source


@cache
def sources() -> dict[str, Source]:
    """Return every source by its id, in order of id.

    Raises:
        PluginError: a file lacks `SOURCE` or repeats an id; the message names it.
    """
    return load_shelf(shelf, constant="SOURCE", kind=Source)
