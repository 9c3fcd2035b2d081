"""How long pages of the dashboard take in a real browser, from asking until all of it is loaded."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from playwright.sync_api import Page
from sqlalchemy import Engine

from benchmarks.chromium import chromium
from forecaster import credentials
from forecaster.domain.account import Account
from forecaster.store.unit_of_work import UnitOfWork

LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def new_admin(engine: Engine) -> tuple[str, str]:
    """Return name and password of a new account that may see every page."""
    name, password = f"benchmark-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    account = Account(name, "admin", "TLP:RED", datetime.now(UTC))
    with UnitOfWork(engine) as work:
        work.accounts.add(account, password_hash=credentials.hash_password(password))
        work.commit()
    return name, password


def loads(page: Page, root: str, paths: Sequence[str], *, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every load of every path, asked for in turn, `rounds` times.

    Raises:
        RuntimeError: a page is answered with an error.
    """
    taken: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(rounds):
        for path in paths:
            answer = page.goto(root + path, wait_until="load")
            if answer is None or not answer.ok:
                raise RuntimeError(f"{path} was not answered: {answer and answer.status}")
            page.wait_for_function(f"{LOADED} > 0")
            taken[path].append(float(page.evaluate(LOADED)) / 1000)
    return taken


@contextmanager
def logged_in(root: str, name: str, password: str) -> Iterator[Page]:
    """Log in with a browser of its own, which is closed when the block is left."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"{root}/login")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{root}/")
        yield page
