"""Pages for people, made on the server; they can be read without any script."""

from fastapi import APIRouter

from forecaster.api.pages import account, login

ROUTERS: tuple[APIRouter, ...] = (login.router, account.router)
"""Every router of pages."""
