"""An application for tests: on a database of the test's own, with people who may log in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Engine
from starlette.testclient import TestClient

from forecaster import credentials
from forecaster.api.app import create_app
from forecaster.api.ports import Ports
from forecaster.api.service import Service
from forecaster.domain.account import Account, ApiKey, Marking, Role
from forecaster.settings import Settings
from forecaster.store.unit_of_work import UnitOfWork

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
PASSWORD = "a password for tests"
PEOPLE: Mapping[str, tuple[Role, Marking]] = {
    "vera": ("viewer", "TLP:CLEAR"),
    "ada": ("analyst", "TLP:AMBER"),
    "ron": ("reviewer", "TLP:AMBER"),
    "root": ("admin", "TLP:RED"),
}
_HASH: list[str] = []


def password_hash() -> str:
    """Return one hash for every test: hashing is slow on purpose."""
    if not _HASH:
        _HASH.append(credentials.hash_password(PASSWORD))
    return _HASH[0]


def add_people(engine: Engine, *, one_time: bool = False) -> None:
    """Give each of `PEOPLE` an account with `PASSWORD`."""
    with UnitOfWork(engine) as work:
        for name, (role, clearance) in PEOPLE.items():
            account = Account(name, role, clearance, NOW, one_time=one_time)
            work.accounts.add(account, password_hash=password_hash())
        work.commit()


def add_key(engine: Engine, owner: str, role: Role, clearance: Marking = "TLP:RED") -> str:
    """Return a key of `owner`."""
    key, prefix = credentials.new_key()
    made = ApiKey(prefix, owner, role, clearance, "test", NOW)
    with UnitOfWork(engine) as work:
        work.accounts.add_key(made, digest=credentials.digest_of(key))
        work.commit()
    return key


def service(engine: Engine, **changes: object) -> Service:
    """Return surroundings whose clock stands still at `NOW`."""
    made = Service(engine, Settings(), lambda: NOW, Ports())
    return replace(made, **changes)  # type: ignore[arg-type]


def client(of: Service) -> TestClient:
    """Return a browser without cookies; failures of ours are answers, as they are in service."""
    return TestClient(create_app(of), raise_server_exceptions=False, follow_redirects=False)


def logged_in(of: Service, name: str) -> TestClient:
    """Return the browser of somebody who has logged in."""
    browser = client(of)
    answer = browser.post("/login", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return browser
