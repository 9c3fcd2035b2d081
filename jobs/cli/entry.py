"""From arguments to an exit code: every failure is one line on standard error.

0: done. 1: it failed. 2: misuse: an option, a name or a setting that cannot be. 130: stopped by
the keyboard. A traceback is shown with `--debug` alone.
"""

import os
import sys
from collections.abc import Sequence

from typer import Abort, TyperException

from forecaster.errors import (
    AccessError,
    ForecasterError,
    NotFoundError,
    PriorError,
    SettingsError,
)
from jobs.cli import terminal

_ANYWHERE = ("--debug", "--quiet")
_MISUSE = (AccessError, NotFoundError, PriorError, SettingsError)


def run(arguments: Sequence[str]) -> int:
    """Run the command given by `arguments` and return its exit code; never raises."""
    arguments, flags = _lift(arguments)
    terminal.quiet = "--quiet" in flags
    try:
        return _invoke(arguments)
    except (BrokenPipeError, SystemExit):
        # The reader has left, which is no failure; Typer turns that into an exit of its own.
        _forget_output()
        return 0
    except (KeyboardInterrupt, Abort):
        return 130
    except Exception as error:  # noqa: BLE001 — the last place where a failure can become a line
        if "--debug" in flags:
            _trace()
        terminal.error(_sentence(error))
        return _code(error)


def _lift(arguments: Sequence[str]) -> tuple[list[str], set[str]]:
    """Take out the flags that may stand anywhere; what follows `--` is left alone."""
    words = list(arguments)
    end = words.index("--") if "--" in words else len(words)
    flags = {word for word in words[:end] if word in _ANYWHERE}
    return [word for word in words[:end] if word not in _ANYWHERE] + words[end:], flags


def _invoke(arguments: list[str]) -> int:
    from jobs.cli.app import app

    code = app(arguments, prog_name="forecaster", standalone_mode=False)
    sys.stdout.flush()
    return int(code or 0)


def _code(error: Exception) -> int:
    if isinstance(error, TyperException):
        return error.exit_code
    return 2 if isinstance(error, _MISUSE) else 1


def _sentence(error: Exception) -> str:
    if isinstance(error, TyperException):
        return error.format_message()
    if isinstance(error, ForecasterError):
        return str(error)
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror or error}{where}; nothing that was stored before is lost"
    return f"a bug of ours: {type(error).__name__}: {error}; run again with --debug and report it"


def _trace() -> None:
    import traceback

    traceback.print_exc()


def _forget_output() -> None:
    """Point standard output at nothing, so that closing it cannot fail a second time."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
