"""A model's log likelihood as a function of its draws, and its data replaced without compiling."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.family import Draws

type Array = NDArray[np.float64]


def log_likelihood(model: Any) -> Callable[[Draws], Array]:
    """Return a function from draws of every free variable to log p(data | parameters), (draw).

    It reads the model's present data at every call, so that `replace_data` is felt. Potentials
    count as likelihood, as do observed variables.
    """
    import pymc as pm
    from pytensor.compile.maker import function

    names = [variable.name for variable in model.free_RVs]
    terms = [term.sum() for term in model.potentials]
    terms += [pm.logp(rv, model.rvs_to_values[rv]).sum() for rv in model.observed_RVs]
    compiled = function(list(model.free_RVs), sum(terms), on_unused_input="ignore")

    def of(draws: Draws) -> Array:
        count = len(draws[names[0]])
        return np.array([compiled(*(draws[n][i] for n in names)) for i in range(count)])

    return of


def data_of(model: Any) -> dict[str, Array]:
    """Return the present value of every datum of a model, by name."""
    return {variable.name: variable.get_value() for variable in model.data_vars}


def replace_data(model: Any, data: dict[str, Array]) -> None:
    """Put other data, as `data_of` gives them, into a model in place."""
    for name, value in data.items():
        model[name].set_value(value)


def every_name(model: Any) -> tuple[str, ...]:
    """Return the names of every variable that has draws: free ones and those computed of them."""
    return tuple(v.name for v in (*model.free_RVs, *model.deterministics))
