"""Addresses for programs: one file per thing asked for, each with a `router`."""

from fastapi import APIRouter

from forecaster.api.routes import live, results

ROUTERS: tuple[APIRouter, ...] = (results.router, live.router)
"""Every router, in the order in which the documentation lists them."""
