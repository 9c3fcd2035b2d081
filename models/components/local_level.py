"""Likelihood of two-part series (`local_level_filter`) in a PyTensor graph, and its gradient."""

from typing import Any

import numba
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import numba_njit, register_funcify_default_op_cache_key

from models.components.local_level_filter import filter_and_smooth


class LocalLevelLogLikelihood(Op):
    """Log likelihood per theatre, with the gradients it is differentiated by as further outputs."""

    __props__ = ()

    code_version = 4
    """One more whenever `filter_and_smooth` changes: what is kept on disk goes by it."""

    def make_node(self, *inputs: Any) -> Any:
        """Take the arguments of `filter_and_smooth` in their order."""
        tensors: list[Any] = [pt.cast(value, "float64") for value in inputs]
        outputs = [pt.dvector() for _ in range(5)] + [pt.dmatrix() for _ in range(4)]
        return Apply(self, tensors, outputs)

    def perform(self, node: Any, inputs: Any, output_storage: Any) -> None:
        """Compute in Python, for graphs that are not compiled."""
        for i, value in enumerate(_compiled(*inputs)):
            output_storage[i][0] = value

    def infer_shape(self, node: Any, shapes: Any) -> Any:
        """Per theatre five times, then per step and theatre four times."""
        return [(shapes[0][1],)] * 5 + [shapes[0]] * 4

    def connection_pattern(self, node: Any) -> list[list[bool]]:
        """Only the likelihood can be differentiated, and not by the data."""
        return [[i > 1 and o == 0 for o in range(9)] for i in range(10)]

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        """Chain the stored gradients; y and observed are data."""
        weight = cotangents[0]
        by_theatre = [weight * outputs[i] for i in (1, 2, 3, 4)]
        by_step = [weight[None, :] * outputs[i] for i in (5, 6, 7, 8)]
        return [DisconnectedType()(), DisconnectedType()(), *by_theatre, *by_step]


_compiled: Any = numba.njit(filter_and_smooth)


@register_funcify_default_op_cache_key(LocalLevelLogLikelihood)  # type: ignore[no-untyped-call,untyped-decorator]
def _numba(op: LocalLevelLogLikelihood, **_: Any) -> Any:
    return numba_njit(filter_and_smooth), op.code_version


def local_level_loglik(
    *,
    y: Any,
    observed: Any,
    level: Any,
    start: Any,
    w: Any,
    phi: Any,
    drift: Any,
    q: Any,
    r: Any,
    passing: Any = 0.0,
) -> Any:
    """Return log p(y | parameters) per theatre as a differentiable PyTensor vector.

    `level`, `start`, `w` and `phi` may be scalars; `drift`, `q`, `r` and `passing` may be of any
    shape that broadcasts to that of `y`.
    """
    level, start, w, phi = (pt.broadcast_to(v, y.shape[1:]) for v in (level, start, w, phi))
    by_step = (pt.broadcast_to(value, y.shape) for value in (drift, q, r, passing))
    outputs: Any = LocalLevelLogLikelihood()(y, observed, level, start, w, phi, *by_step)
    return outputs[0]
