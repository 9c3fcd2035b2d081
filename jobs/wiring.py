"""The composition root: the only place where settings, database and clock are put together."""

import os
import socket
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from forecaster.clock import utc_now
from forecaster.errors import SettingsError, StoreError
from forecaster.settings import Settings, load_settings
from jobs.context import Context, Progress, silent, unheard

if TYPE_CHECKING:
    from sqlalchemy import Engine


def make_context(
    *, seed: int = 1, say: Callable[[str], None] = unheard, progress: Progress = silent
) -> Context:
    """Return the context that settings describe; the database is opened when first used."""
    settings = load_settings()
    keep_compiled_models(settings)
    return Context(
        settings=settings,
        engine=lambda: open_database(settings),
        clock=utc_now,
        seed=seed,
        owner=f"{socket.gethostname()}:{os.getpid()}",
        say=say,
        progress=progress,
    )


def keep_compiled_models(settings: Settings) -> None:
    """Let PyTensor and Numba keep what they compile in the data folder, unless told otherwise.

    Their own choice is the home folder and the package's, which a service may not write to. They
    must be told before they are imported, and by the environment alone.
    """
    folder = str(compiled_models(settings))
    given = os.environ.get("PYTENSOR_FLAGS", "")
    # Its flags are split at commas, so a folder with one in its name cannot be said.
    if "base_compiledir" not in given and "," not in folder:
        os.environ["PYTENSOR_FLAGS"] = ",".join(filter(None, (given, f"base_compiledir={folder}")))
    os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(folder).with_name("loops")))


def compiled_models(settings: Settings) -> Path:
    """Return the folder of compiled models; it may be deleted, which costs one slower run."""
    return settings.data_dir.resolve() / "cache" / "compiled"


@lru_cache(maxsize=4)
def open_database(settings: Settings) -> "Engine":
    """Return an engine on a database at the code's version.

    The embedded database, and a PostgreSQL one without any table, are brought to it here. One that
    holds tables of another version belongs to its operator, who runs `forecaster migrate`.

    Raises:
        SettingsError: the data folder cannot be made.
        StoreError: the database is away, or at another version.
    """
    from forecaster.store.session import make_engine, migrate, require_current

    make_data_dir(settings)
    engine = make_engine(settings.url)
    if settings.database_url is None or _is_bare(engine):
        migrate(engine)
        return engine
    try:
        require_current(engine)
    except StoreError as error:
        raise StoreError(f"{error} (`forecaster migrate`)") from None
    return engine


def _is_bare(engine: "Engine") -> bool:
    from sqlalchemy import inspect

    return not inspect(engine).get_table_names()


def make_data_dir(settings: Settings) -> None:
    """Make the data folder if it is not there.

    Raises:
        SettingsError: it cannot be made.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"the data folder {settings.data_dir} cannot be made ({error.strerror}): "
            "set FORECASTER_DATA_DIR to a folder that can be written"
        ) from None
