"""Addresses for programs: one file per thing asked for, each with a `router`."""

from fastapi import APIRouter

from forecaster.api.routes import (
    events,
    health,
    hub,
    jobs,
    judgements,
    ladders,
    live,
    metrics,
    people,
    priors,
    readings,
    reports,
    results,
    runs,
    scores,
    sources,
)

ROUTERS: tuple[APIRouter, ...] = (
    results.router,
    runs.router,
    ladders.router,
    readings.router,
    sources.router,
    reports.router,
    scores.router,
    hub.router,
    priors.router,
    judgements.router,
    jobs.router,
    people.router,
    events.router,
    health.router,
    live.router,
    metrics.router,
)
"""Every router, in the order in which the documentation lists them."""
