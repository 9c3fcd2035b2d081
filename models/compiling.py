"""Compiled models, kept: a model that differs in its data alone is not compiled again.

PyTensor keeps compiled functions on disk, so that only the first process in a data directory
compiles them all. Inside a process even reading them back is saved: two models whose graphs are
the same but for their named data share one compiled function, which is handed the new data.
"""

import hashlib
import warnings
from collections import OrderedDict
from typing import Any

import numpy as np

KEPT = 8
"""How many compiled models a process keeps: a few families, each in a few shapes."""

_kept: "OrderedDict[str, Any]" = OrderedDict()


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
    import nutpie
    from pytensor.configdefaults import config

    with warnings.catch_warnings(), config.change_flags(numba__fastmath=False):
        warnings.simplefilter("ignore")
        return nutpie.compile_pymc_model(model)


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
        digest.update(f"{node.op!r}{getattr(node.op, '__props__', ())};".encode())
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
