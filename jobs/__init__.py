"""When things happen: all that a clock or a person starts. The only place where all parts meet.

Where do I go to …?

- add a command: `jobs.cli`; add a job: one new file in `jobs.tasks` exposing `JOB`
- see where the parts are put together: `jobs.wiring`
- see how the service is put together: `jobs.serving`; who runs beside it: `jobs.alongside`
- follow a slot: `jobs.agenda` and `jobs.waiting` (what is due), `jobs.runner` (who has it)
- see what a run may know, and which families speak: `jobs.known`, `jobs.mixing`
- run a plan over past origins, here or elsewhere: `jobs.backtesting`, `jobs.workers`; write up
  what came of it: `jobs.evaluation`, `jobs.scores`
"""
