"""Judging forecasts against what happened: rules, calibration, stability, intervals.

Owns: what a score is and how sure of it one may be. Does not own: which forecasts are made, or
where scores are kept. Pure: arrays in, numbers out; the heavy libraries are imported when used.

Where do I go to …?

- know what a score is exactly: `rules`
- ask whether probabilities mean what they say: `calibration` (outcomes against distributions),
  `reliability` (frequencies against probabilities), `discrimination` (events above non-events)
- ask whether forecasts keep changing their mind: `stability`
- know how sure a mean or a difference is: `bootstrap`
- put forecasts of many forecasters on one grid, the same cells for all: `panel`
- score a whole backtest: `backtest_scores`; its parts: `cells`, `events`, `against`,
  `revisions`; what came of a forecast: `resolution`; how cells become rows: `pooling`
- draw reliability or transforms: `curves`
- write the rows of the evaluation: `evaluation`
"""
