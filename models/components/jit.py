"""Loops compiled to machine code, kept on disk between processes."""

from collections.abc import Callable
from typing import Any, cast

import numba


def jit[F: Callable[..., Any]](loop: F) -> F:
    """Return a loop compiled at its first call, which leaves other threads free to run.

    What is compiled is kept beside the source, or in `NUMBA_CACHE_DIR`; where neither can be
    written, every process compiles anew. Fast mathematics is off, so that the order of additions
    and with it every digit is the same wherever it is compiled. A loop calls compiled ones of its
    own file only: what is kept is known to be stale by the date of its file alone.
    """
    try:
        return _compiled(loop, keep=True)
    except RuntimeError:  # numba finds no folder to write to
        return _compiled(loop, keep=False)


def _compiled[F: Callable[..., Any]](loop: F, *, keep: bool) -> F:
    compiled: Any = numba.njit(loop, cache=keep, nogil=True, error_model="numpy")
    return cast("F", compiled)
