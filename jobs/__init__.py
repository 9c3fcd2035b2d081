"""When things happen: all that a clock or a person starts. The only place where all parts meet.

Where do I go to …?

- add a command: `jobs.cli`; add a job: one new file in `jobs.tasks` exposing `JOB`
- see where the parts are put together: `jobs.wiring`
"""
