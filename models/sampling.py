"""The one place that samples: NUTS by nutpie, with a seed, warnings turned into diagnostics."""

import os
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Progress = Callable[[float], None]
"""Told the share of the sampling that is done, 0 … 1."""


@dataclass(frozen=True, slots=True)
class SamplingOptions:
    """How long to sample. `cores`: chains at once; the draws do not depend on it."""

    seed: int
    tune: int = 600
    draws: int = 1200
    chains: int = 4
    cores: int = 2
    target_accept: float = 0.9


@dataclass(frozen=True, slots=True)
class Posterior:
    """Draws by name (chain, draw, …), and what the sampler said of itself per chain and draw.

    labels: of each variable's entries in order, by the ladder's ids, such as `kyiv`.
    """

    variables: dict[str, Array]
    diverging: NDArray[np.bool_]
    energy: Array
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def flat(self, every: int = 1) -> dict[str, Array]:
        """Return draws with chains one after another, each thinned to every n-th draw."""
        return {
            name: values[:, ::every].reshape(-1, *values.shape[2:])
            for name, values in self.variables.items()
        }


def compile_model(model: Any) -> Any:
    """Return a PyMC model compiled for the sampler.

    PyTensor keeps compiled functions on disk, so that only the first call in a data directory
    compiles them all. Fast mathematics is off: it lets the order of additions depend on whether a
    function was compiled just now or read from disk, and with it every draw.
    """
    import nutpie
    from pytensor.configdefaults import config

    with warnings.catch_warnings(), config.change_flags(numba__fastmath=False):
        warnings.simplefilter("ignore")
        return nutpie.compile_pymc_model(model)


def with_data(compiled: Any, data: dict[str, Array]) -> Any:
    """Return a compiled model with other data of the same shapes; nothing is compiled anew.

    Args:
        compiled: what `compile_model` gave.
        data: by the names of the model's data, as `models.likelihood.data_of` gives them.
    """
    known = {variable.name for variable in compiled.shared_var_keys}
    return compiled.with_data(**{name: data[name] for name in known & set(data)})


def sample(compiled: Any, options: SamplingOptions, progress: Progress | None = None) -> Posterior:
    """Return posterior draws; same model, data, options and seed, same draws."""
    import nutpie

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trace = nutpie.sample(
            compiled,
            draws=options.draws,
            tune=options.tune,
            chains=options.chains,
            cores=min(options.cores, options.chains, os.cpu_count() or 1),
            seed=options.seed,
            target_accept=options.target_accept,
            progress_bar=False,
            save_warmup=False,
            **_callback(options, progress),
        )
    posterior, stats = trace["posterior"], trace["sample_stats"]
    return Posterior(
        variables={str(name): values.to_numpy() for name, values in posterior.data_vars.items()},
        diverging=stats["diverging"].to_numpy(),
        energy=stats["energy"].to_numpy(),
        labels={str(name): _labels(values) for name, values in posterior.data_vars.items()},
    )


def _labels(values: Any) -> tuple[str, ...]:
    """Return one label per entry of a variable, of the coordinates it is indexed by."""
    coordinates = [values.coords[dim].to_numpy() for dim in values.dims[2:]]
    return tuple(", ".join(map(str, entry)) for entry in product(*coordinates))


def _callback(options: SamplingOptions, progress: Progress | None) -> dict[str, Any]:
    if progress is None:
        return {}
    total = options.chains * (options.tune + options.draws)

    def tell(chains: list[Any]) -> None:
        progress(min(sum(chain.finished_draws for chain in chains) / total, 1.0))

    return {"progress_callback": tell}


def sample_prior(model: Any, names: Sequence[str], *, draws: int, seed: int) -> dict[str, Array]:
    """Return prior draws (draw, …) of those of `names` that the model has; data play no part."""
    import logging

    import pymc as pm

    known = [name for name in names if name in model.named_vars]
    logging.getLogger("pymc").setLevel(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pm.sample_prior_predictive(
            draws,
            model,
            var_names=known,
            random_seed=seed,
            compile_kwargs={"mode": "FAST_COMPILE"},
        )
    return {str(n): v.to_numpy()[0] for n, v in found["prior"].data_vars.items()}
