"""The processes of docker-compose.yml, started by hand in its order, as it would start them.

Commands and environment are read from the file itself; only what belongs to containers is put in
the place of what belongs to this machine: the server's address, the data folder, and names that
no other test has. The ladder is the packaged one with a reference as its family, which needs no
sampling, and publishers are out of reach.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from forecaster.reference.files import PACKAGED
from forecaster.store.readers import VIEWS
from tests.compose_file import ROOT, read, variables
from tests.postgres import programs
from tests.processes import running

SECRETS = {
    name: f"{name.lower().replace('_', '')}0" for name, kinds in variables().items() if "?" in kinds
}
NOBODY_LISTENS = "http://127.0.0.1:1"


@dataclass(frozen=True)
class Place:
    """Where the names of containers lead here: a server, a folder for /data, names of its own."""

    host: str
    port: int
    data: Path
    suffix: str
    services: Mapping[str, Mapping[str, object]]

    def mine(self, name: str) -> str:
        return f"{name}_{self.suffix}"

    def environment(self, service: str) -> dict[str, str]:
        """The service's environment with hosts, folders and names of this machine."""
        told = {str(k): str(v) for k, v in self.services[service]["environment"].items()}  # type: ignore[attr-defined]
        if "FORECASTER_DATABASE_URL" in told:
            url = told["FORECASTER_DATABASE_URL"].replace(
                "postgres:5432", f"{self.host}:{self.port}"
            )
            url = url.replace("//forecaster:", f"//{self.mine('forecaster')}:")
            told["FORECASTER_DATABASE_URL"] = url.removesuffix("/forecaster") + "/" + self.database
            told |= {"FORECASTER_DATA_DIR": str(self.data), "HOME": str(self.data)}
            told |= {"FORECASTER_FETCH_ATTEMPTS": "1"}
        if "PGHOST" in told:
            told |= {"PGHOST": self.host, "PGPORT": str(self.port), "DATABASE": self.database}
            told |= {name: self.mine(told[name]) for name in ("OWNER", "READER")}
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), NOBODY_LISTENS)
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **proxies, **told}

    @property
    def database(self) -> str:
        return self.mine("forecaster")

    def run(self, service: str, *command: str) -> str:
        """Run a service's command to its end, or another in its place, and return its output."""
        words = command or tuple(self.services[service]["command"])  # type: ignore[arg-type]
        words = tuple(self.mine(w) if w == "forecaster_reader" else w for w in words)
        return finished([sys.executable, "-m", "jobs", *words], self.environment(service))


def finished(command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_roles(place: Place, **changed: str) -> None:
    """Run the service `roles` with the `psql` of the server's own programs."""
    service = place.services["roles"]
    (mounted,) = service["volumes"]  # type: ignore[misc]
    here, there, _ = str(mounted).split(":")
    _, *words = service["entrypoint"]  # type: ignore[misc]
    words = [str(ROOT / here) if word == there else str(word) for word in words]
    psql = programs(place.data.parent) / "psql"
    said = finished([str(psql), *words], place.environment("roles") | changed)
    assert not any(secret in said for secret in SECRETS.values())


def ladder_without_sampling(folder: Path) -> Path:
    text = (PACKAGED / "nato-russia.toml").read_text(encoding="utf-8")
    path = folder / "nato-russia.toml"
    path.write_text(text.replace('family = "stack"', 'family = "climatology_12"', 1), "utf-8")
    return path


@pytest.fixture(scope="module")
def admin(postgres_server: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def place(
    postgres_server: str, admin: psycopg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("compose")
    ladders = f'["{ladder_without_sampling(folder)}"]'
    services = read({**SECRETS, "FORECASTER_LADDERS": ladders})["services"]
    server = urlsplit(postgres_server)
    assert server.hostname
    assert server.port
    made = Place(server.hostname, server.port, folder / "data", uuid.uuid4().hex[:8], services)
    yield made
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    admin.execute(drop.format(sql.Identifier(made.database)))
    for role in ("forecaster", "forecaster_reader"):
        admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(made.mine(role))))


@pytest.fixture(scope="module")
def roles(place: Place) -> Place:
    """The service `roles`, run twice, as an upgrade would."""
    for _ in range(2):
        make_roles(place)
    return place


@pytest.fixture(scope="module")
def migrated(roles: Place) -> Place:
    said = roles.run("migrate")
    assert "may read the views" in said
    return roles


def test_roles_have_their_passwords_and_no_more_rights_than_they_need(
    roles: Place, admin: psycopg.Connection
) -> None:
    asked = (
        "SELECT rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, "
        "rolbypassrls, rolpassword LIKE 'SCRAM-SHA-256$%%' FROM pg_authid WHERE rolname = %s"
    )
    for role in ("forecaster", "forecaster_reader"):
        found = admin.execute(asked, [roles.mine(role)]).fetchone()
        assert found == (True, False, False, False, False, False, True)


def test_nobody_else_may_enter_the_database(roles: Place, admin: psycopg.Connection) -> None:
    admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(roles.mine("somebody"))))
    try:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            connect(roles, "somebody")
    finally:
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(roles.mine("somebody"))))


def test_a_changed_password_holds_when_roles_runs_again(
    roles: Place, admin: psycopg.Connection
) -> None:
    asked = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
    before = admin.execute(asked, [roles.mine("forecaster_reader")]).fetchone()
    make_roles(roles, READER_PASSWORD="another0word")
    assert admin.execute(asked, [roles.mine("forecaster_reader")]).fetchone() != before


def test_the_schedule_runs_what_is_due_publishes_and_is_well(migrated: Place) -> None:
    assert "slots were run" in migrated.run("schedule", "schedule", "--once")
    with connect(migrated, "forecaster_reader") as reader:
        jobs = dict(reader.execute("SELECT job, state FROM job_log").fetchall())
        assert jobs["daily:nato-russia"] == "done"
        assert {state for job, state in jobs.items() if job.startswith("ingest:")} == {"failed"}
        standing = reader.execute("SELECT count(*) FROM ladder_now").fetchone()
        assert standing is not None
        assert standing[0] > 0
    assert list((migrated.data / "reports").rglob("*.html"))
    _, program, *words = migrated.services["schedule"]["healthcheck"]["test"]  # type: ignore[index]
    assert program == "forecaster"
    assert "ok" in migrated.run("schedule", *words)


def test_serve_answers_its_health_check_lets_nobody_in_unasked_and_stops_when_told(
    migrated: Place,
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    words = [port if word == "8000" else word for word in migrated.services["serve"]["command"]]  # type: ignore[attr-defined]
    with running(
        [sys.executable, "-m", "jobs", *words],
        env=migrated.environment("serve"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        *_, check = migrated.services["serve"]["healthcheck"]["test"]  # type: ignore[index]
        _until_well([sys.executable, "-c", check.replace("8000", port)])
        address = f"http://127.0.0.1:{port}/api/v1/results?ladder=nato-russia"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(address, timeout=30)
        process.terminate()
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "log in as 'admin' with the password" in said


def _until_well(command: list[str]) -> None:
    deadline = time.monotonic() + 60
    while subprocess.run(command, capture_output=True, check=False).returncode:
        assert time.monotonic() < deadline, "the health check of serve never passed"
        time.sleep(0.3)


def test_the_reader_reads_the_views_and_can_write_nothing(migrated: Place) -> None:
    with connect(migrated, "forecaster_reader") as reader:
        for view in VIEWS:
            reader.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(view)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("SELECT * FROM readings")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("CREATE TABLE mine (a int)")


def connect(place: Place, role: str) -> psycopg.Connection:
    return psycopg.connect(
        host=place.host,
        port=place.port,
        dbname=place.database,
        user=place.mine(role),
        autocommit=True,
    )
