"""Compiled models, kept: a model that differs in its data alone is not compiled again.

Machine code is kept on disk (`models.machine_code`), so that only the first process in a data
directory compiles. Inside a process even reading it back is saved: two models whose graphs are the
same but for their named data share one compiled function, which is handed the new data.
"""

import hashlib
import warnings
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from threading import Lock
from typing import Any

import numpy as np

from models.machine_code import Code, Form, compile_and_keep, load

KEPT = 8
"""How many compiled models a process keeps: a few families, each in a few shapes."""

COMPILED_BY = ("pymc", "pytensor", "nutpie", "numpy", "numba", "llvmlite")
"""Packages of which another version may make other code of the same model."""

_kept: "OrderedDict[str, Any]" = OrderedDict()


@dataclass(frozen=True, slots=True)
class Datum:
    """Stands for one named datum of a model where nutpie has PyTensor's shared variable."""

    name: str
    ndim: int


def compile_model(model: Any) -> Any:
    """Return a PyMC model compiled for the sampler, holding the model's own data.

    Fast mathematics is off: it lets the order of additions depend on whether a function was
    compiled just now or read from disk, and with it every draw.
    """
    key = signature(model)
    if key not in _kept:
        _kept[key] = _compiled(model)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key].with_data(**_data(model))


def _compiled(model: Any) -> Any:
    from pytensor.configdefaults import config

    digest = signature(model) + _made_by()
    with warnings.catch_warnings(), config.change_flags(numba__fastmath=False):
        warnings.simplefilter("ignore")
        return _for_nutpie(model, load(digest) or _compile(model, digest))


def _compile(model: Any, digest: str) -> Code:
    """Return a model's code, compiled and kept on disk; what is differentiated is nutpie's work."""
    from nutpie.compile_pymc import _make_functions

    n_dim, _, logp, expand, _, (names, _, shapes), transformed = _make_functions(
        model,
        mode="NUMBA",
        compute_grad=True,
        join_expanded=True,
        pymc_initial_point_fn=lambda seed: {},  # not called: `_for_nutpie` makes its own
    )
    data = list(dict.fromkeys([*logp.get_shared(), *expand.get_shared()]))
    form = Form(
        n_dim=int(n_dim),
        names=tuple(names),
        shapes=tuple(tuple(map(int, shape)) for shape in shapes),
        parts=len(model.free_RVs),
        transformed=tuple(transformed),
        data=tuple(_about(variable.name, variable.get_value()) for variable in data),
        reads=(_places(logp, data), _places(expand, data)),
    )
    return compile_and_keep(digest, form, logp.vm.jit_fn, expand.vm.jit_fn)


def _about(name: str, value: Any) -> tuple[str, tuple[int, ...], str]:
    return name, tuple(map(int, value.shape)), str(value.dtype)


def _places(function: Any, data: list[Any]) -> tuple[int, ...]:
    return tuple(data.index(variable) for variable in function.get_shared())


def _for_nutpie(model: Any, code: Code) -> Any:
    """Return what nutpie samples: the code, the model's data and labels, and where chains begin."""
    from nutpie.compile_pymc import CompiledPyMCModel, _prepare_dims_and_coords, make_user_data

    form = code.form
    keys = {Datum(name, len(shape)): f"data{i}" for i, (name, shape, _) in enumerate(form.data)}
    values = {v.name: v.get_value() for v in model.data_vars}
    data = {key: np.array(values[datum.name], order="C") for datum, key in keys.items()}
    about = (list(form.names), form.slices, [tuple(shape) for shape in form.shapes])
    dims, coords = _prepare_dims_and_coords(model, about, list(form.transformed))
    return CompiledPyMCModel(
        _n_dim=form.n_dim,
        dims=dims,
        _coords=coords,
        _shapes=dict(zip(form.names, form.shapes, strict=True)),
        compiled_logp_func=code.logp,
        compiled_expand_func=code.expand,
        initial_point_func=_starts(model, form),
        shared_data=data,
        shared_var_keys=keys,
        user_data=make_user_data(keys, data),
        n_expanded=form.n_expanded,
        shape_info=about,
        logp_func=None,
        expand_func=None,
        reparameterized_names=list(form.transformed),
    )


def _starts(model: Any, form: Form) -> Callable[[int], Any]:
    """Return where a chain with a seed begins: near what each prior expects, as PyMC has it."""
    from pymc.initial_point import make_initial_point_fn

    found = make_initial_point_fn(
        model=model,
        default_strategy="support_point",
        jitter_rvs=set(model.free_RVs),
        return_transformed=True,
    )
    names, one_at_a_time = form.names[: form.parts], Lock()

    def start(seed: int) -> Any:
        with one_at_a_time:  # chains begin together, and PyTensor's functions are not for that
            point = found(seed)
        return np.concatenate([np.ravel(point[name]).astype(np.float64) for name in names])

    return start


@cache
def _made_by() -> str:
    versions = ",".join(f"{name} {version(name)}" for name in COMPILED_BY)
    return hashlib.sha256(versions.encode()).hexdigest()[:8]


def _data(model: Any) -> dict[str, Any]:
    """Return the model's named data that its density reads, by name."""
    from pytensor.graph.traversal import ancestors

    read = {v.name for v in ancestors([*model.basic_RVs, *model.potentials, *model.deterministics])}
    return {v.name: v.get_value() for v in model.data_vars if v.name in read}


def signature(model: Any) -> str:
    """Return a digest of all that is compiled into a model: equal digests, equal code.

    It covers every operation of the graph in order, every constant in it, the coordinates, and
    the names, types and shapes of the data, but not the data's values.
    """
    from pytensor.graph.basic import Constant
    from pytensor.graph.traversal import io_toposort

    outputs = [*model.basic_RVs, *model.potentials, *model.deterministics]
    digest = hashlib.sha256()
    for name, labels in model.coords.items():
        digest.update(f"{name}={labels!r};".encode())
    for variable in model.data_vars:
        digest.update(f"{variable.name}:{variable.type}:{variable.get_value().shape};".encode())
    places: dict[Any, int] = {}
    for node in io_toposort([], outputs):
        code = getattr(node.op, "code_version", "")
        digest.update(f"{node.op!r}{getattr(node.op, '__props__', ())}{code};".encode())
        for item in node.inputs:
            if isinstance(item, Constant):
                digest.update(_content(item.data))
            else:
                digest.update(f"{places.setdefault(item, len(places))}".encode())
        for item in node.outputs:
            digest.update(f"{item.name}{places.setdefault(item, len(places))},".encode())
    return digest.hexdigest()


def _content(value: Any) -> bytes:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{value.shape}".encode() + value.tobytes()
    return repr(value).encode()
