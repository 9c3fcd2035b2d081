"""Machine code of a compiled model, kept on disk: a process that finds it there compiles nothing.

The sampler calls a model through two C functions: the log density with its gradient, and what is
stored of each draw. nutpie wraps PyTensor's functions anew in every process, under random names, so
that nothing of it can be kept. Here they are wrapped under the model's own digest, and Numba
keeps the result in PyTensor's folder (`base_compiledir`), which all workers share. Beside it lies
a record of names and shapes, so that the graph need not be rewritten either.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

type Shape = tuple[int, ...]

FORM = 1
"""Of the code and the record below: one more whenever either changes."""

_LOGP = """
def logp(dim, x_, out_, logp_, data_):
    try:
        point, out, total = carray(x_, ({dim},)), carray(out_, ({dim},)), carray(logp_, ())
        {places}
        value, gradient = inner(point, {arguments})
        total[()] = value[()]
        for i in range({dim}):
            out[i] = gradient[i]
            if not isfinite(out[i]):
                return 3
        if not isfinite(total[()]):
            return 4
    except Exception:
        return 1
    return 0
"""

_EXPAND = """
def expand(dim, expanded, x_, out_, data_):
    try:
        point, out = carray(x_, ({dim},)), carray(out_, ({expanded},))
        {places}
        (values,) = inner(point, {arguments})
        for i in range({expanded}):
            out[i] = values[i]
    except Exception:
        return 1
    return 0
"""


@dataclass(frozen=True, slots=True)
class Form:
    """What the code computes: names and shapes of values, and of the data that it reads.

    n_dim: how many numbers a point has. names, shapes: of everything stored of a draw, the point
    first. transformed: names of the point's parts that stand for a constrained variable. data:
    name, shape and type of each datum. reads: which data the density and which the rest reads.
    """

    n_dim: int
    names: tuple[str, ...]
    shapes: tuple[Shape, ...]
    parts: int
    transformed: tuple[str, ...]
    data: tuple[tuple[str, Shape, str], ...]
    reads: tuple[tuple[int, ...], tuple[int, ...]]

    @property
    def slices(self) -> list[slice]:
        """Where each value lies in what is stored of a draw."""
        ends = [0]
        for shape in self.shapes:
            ends.append(ends[-1] + prod(shape))
        return [slice(a, b) for a, b in pairwise(ends)]

    @property
    def n_expanded(self) -> int:
        """How many numbers are stored of a draw."""
        return sum(map(prod, self.shapes))


@dataclass(frozen=True, slots=True)
class Code:
    """Two C functions, which Numba keeps alive, and what they compute."""

    form: Form
    logp: Any
    expand: Any


def load(digest: str) -> Code | None:
    """Return the code kept under a digest; None where there is none, or none for this machine."""
    from numba.core.errors import NumbaError

    try:
        form = _read(_record(digest))
        return _code(digest, form, None, None)
    except (OSError, ValueError, TypeError, NumbaError):
        return None


def compile_and_keep(digest: str, form: Form, logp: Any, expand: Any) -> Code:
    """Return the code of two of PyTensor's functions, and keep it under a digest.

    Args:
        digest: of all that is compiled into the model.
        form: what they compute.
        logp: Numba's function of a point and data to (log density, gradient).
        expand: likewise to all that is stored of a draw.
    """
    code = _code(digest, form, logp, expand)
    path = _record(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    ours = path.with_suffix(f".{os.getpid()}")
    ours.write_text(json.dumps(asdict(form)), encoding="utf-8")
    ours.replace(path)  # whole or not at all: other processes read here
    return code


def _code(digest: str, form: Form, logp: Any, expand: Any) -> Code:
    """Return code read from disk, or else compiled of `logp` and `expand`, then needed."""
    from numba.core import types

    pointer_to: Any = types.CPointer
    point, size = pointer_to(types.double), types.uint64
    ends = (point, point, types.voidptr)
    first = types.int64(size, point, *ends)
    second = types.int64(size, size, *ends)
    return Code(
        form,
        _function(_LOGP, "logp", first, digest, form, form.reads[0], logp),
        _function(_EXPAND, "expand", second, digest, form, form.reads[1], expand),
    )


def _function(
    source: str,
    name: str,
    signature: Any,
    digest: str,
    form: Form,
    reads: tuple[int, ...],
    inner: Callable[..., Any] | None,
) -> Any:
    import numba
    import numpy as np
    from numba.np.numpy_support import carray
    from nutpie.compile_pymc import address_as_void_pointer
    from pytensor.link.numba.cache import compile_numba_function_src

    kinds = {f"type{i}": np.dtype(kind) for i, (_, _, kind) in enumerate(form.data)}
    known = {"carray": carray, "isfinite": np.isfinite, "uint64": np.uint64, **kinds}
    written = source.format(
        dim=form.n_dim,
        expanded=form.n_expanded,
        places="; ".join([f"places = carray(data_, ({len(form.data)},), uint64)", *_places(form)]),
        arguments=", ".join(f"data{i}" for i in reads),
    )
    wrapped = compile_numba_function_src(
        written,
        name,
        # Numba looks for the module of what it reads back.
        {**known, "__name__": __name__, "at": address_as_void_pointer, "inner": inner},
        cache_key=f"{digest}{FORM}",
    )
    return numba.cfunc(signature, cache=True)(wrapped)


def _places(form: Form) -> list[str]:
    """Return code that finds each datum: the record of data begins with their addresses."""
    return [
        f"data{i} = carray(at(places[{i}]), {shape!r}, type{i})"
        for i, (_, shape, _) in enumerate(form.data)
    ]


def _record(digest: str) -> Path:
    from pytensor.configdefaults import config

    return Path(config.base_compiledir) / "models" / f"{digest}{FORM}.json"


def _read(path: Path) -> Form:
    held = json.loads(path.read_text(encoding="utf-8"))
    return Form(
        n_dim=held["n_dim"],
        names=tuple(held["names"]),
        shapes=tuple(map(tuple, held["shapes"])),
        parts=held["parts"],
        transformed=tuple(held["transformed"]),
        data=tuple((name, tuple(shape), kind) for name, shape, kind in held["data"]),
        reads=(tuple(held["reads"][0]), tuple(held["reads"][1])),
    )
