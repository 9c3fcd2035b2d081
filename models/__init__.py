"""What we believe: arrays and priors in, probabilities out. Knows no database, web or clock.

Where do I go to …?

- add a model family: one new file in `models.families` exposing `FAMILY`
- see what enters a model as of a day: `models.inputs`
- see how it is sampled and judged: `models.sampling`, `models.diagnostics`
- see how paths become published cells: `models.columns`, `summary`, `prior_share`, `posterior`
- see what the priors alone expect: `models.predictive`; the whole of it at once: `models.update`
"""
