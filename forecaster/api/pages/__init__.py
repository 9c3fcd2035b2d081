"""Pages for people, made on the server; they can be read without any script.

Owns: what a page shows and how its forms are read. Does not own: any number or sentence, which
are those of `reporting`, or any rule of what may be written, which is that of `acts`.

Where do I go to …?

- add a page: one file with a `router`, a template, and a line in `navigation` and here
- learn what a reader may see: `looking`, and `reporting.discretion` for what a report leaves out
- change what every page has: `frame`, `templates/base.html.j2`, `static/style.css`
"""

from fastapi import APIRouter

from forecaster.api.pages import (
    account,
    accounts,
    evaluation,
    indicators,
    jobs,
    judgements,
    keys,
    ladders,
    login,
    overview,
    priors,
    quarantine,
    records,
    reports,
    runs,
    series,
    sources,
    style,
    theatres,
)

ROUTERS: tuple[APIRouter, ...] = (
    login.router,
    account.router,
    style.router,
    overview.router,
    ladders.router,
    theatres.router,
    indicators.router,
    sources.router,
    series.router,
    priors.router,
    judgements.router,
    quarantine.router,
    evaluation.router,
    reports.router,
    runs.router,
    jobs.router,
    accounts.router,
    keys.router,
    records.router,
)
"""Every router of pages."""
