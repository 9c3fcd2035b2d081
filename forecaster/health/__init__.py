"""Whether an installation is well: its machine, and what it hands out.

Health is freshness and completeness, not only being alive. The findings here are those of
`forecaster doctor` and of the API's health page.

- one thing that was looked at: `finding`
- disk, memory, database, clock: `preflight.preflight`; what the system says of them: `machine`
- is a ladder's latest run new and whole: `ladders.ladder_health`, judged by `freshness`
"""
