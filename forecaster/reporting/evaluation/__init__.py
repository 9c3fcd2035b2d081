"""What people read of a backtest, built from stored values alone.

Where do I go to …?

- what a page is given: `panel`; how a figure is found among the scores: `board`
- how a number is printed, and a dash where there is none: `figures`
- a table that people compare forecasters by: `tables`, `tables_detail`, `tables_ceiling`,
  `tables_sampling`
- what was asked beforehand and whether it was met: `bars`, `bars.toml`
- what was scored and what the words mean: `method`
- a picture: `reliability`, `pit`, `skill`, `fans`, `weights`; what two of them count:
  `calibration`; their look: `drawing`
- the page itself: `build`, of the values in `page`; its forms: `as_markdown`, `as_html`
- the main figures for programs: `as_json`; pictures kept for the dashboard: `kept`

Owns no figure: each is a stored score, or is counted from stored forecasts and outcomes.
"""
