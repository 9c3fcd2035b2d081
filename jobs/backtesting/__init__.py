"""Backtests: a plan run origin by origin, resolved, stacked and scored. Begin at `run`."""
