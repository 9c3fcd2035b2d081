"""What we believe: arrays and priors in, probabilities out. Knows no database, web or clock.

Where do I go to …?

- add a model family: one new file in `models.families` exposing `FAMILY`
- see what enters a model as of a day: `models.inputs`
- see how it is sampled and judged: `models.sampling`, `models.diagnostics`
- see how paths become published cells: `models.columns`, `parts`, `summary`, `prior_share`,
  `posterior`
- see how one family is asked and several are mixed: `models.member`, `models.mixture`; the whole
  of it at once: `models.update`
- see how past origins are forecast and weights are learnt from them: `models.backtest`, `stacking`;
  the most that weights could have given: `models.hindsight`
- see what is compiled, and when again: `models.compiling`; how a fit is judged: `models.fitting`
- ask whether a family can be believed: `models.predictive` and `predictive_checks` (what its
  priors and its posterior expect), `models.calibration` (does it find what it made up?)
"""
