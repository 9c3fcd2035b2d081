"""What we hand out: the words, the movement, the daily report and its renderings.

Owns: `DailyReport` and everything a reader sees of a run. Does not own: any number; every
probability here was published by a run. May import the domain, the scoring and the errors,
nothing that stores, serves or reads the clock.

Where do I go to …
  change a likelihood word or how a number is rounded?   `words`
  change how confidence is computed?                     `confidence`
  change what counts as a movement?                      `change`
  add something to the report?                           `document`, then `daily`, then a renderer
  change what a report leaves out for some readers?      `discretion`
  change how it looks?                                   `templates/`, `charts`, `palette`
  change what is written of a backtest?                  `evaluation`
"""
