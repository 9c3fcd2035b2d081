"""What one size of a made-up ladder costs, in a process of its own; prints one line of JSON.

    python -m benchmarks.grown_case theatres=16 indicators=10 steps=200 draws=500 [paths=32] [model]

With `model` the gradient and the likelihood are timed too, which compiles them.
"""

import json
import resource
import sys
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from benchmarks.designs import own_priors
from benchmarks.grown import Size, grown_inputs, grown_ladder, grown_readings
from forecaster.domain.ladder import Ladder
from forecaster.reference.load import load_ladder
from forecaster.settings import load_settings
from jobs.wiring import keep_compiled_models
from models.blocks import Outlook, outlook_of
from models.columns import counted_columns, judged_outlooks
from models.families.latent_tension import FAMILY
from models.inputs import Inputs
from models.parts import Column
from tests.builders_models import make_draws

LADDER = "nato-russia"
REPEATS = 5
LIKELIHOOD_DRAWS = 50
"""Draws whose likelihood is computed; it is given per draw."""


def main() -> None:
    asked = dict(word.split("=") for word in sys.argv[1:] if "=" in word)
    paths = int(asked.pop("paths", 32))
    size = Size(**{name: int(value) for name, value in asked.items()})
    keep_compiled_models(load_settings())
    ladder = grown_ladder(load_ladder(LADDER), size)
    readings = grown_readings(ladder, size)
    inputs = grown_inputs(ladder, readings, size)
    found = {"inputs": timed(lambda: grown_inputs(ladder, readings, size))}
    found |= simulation(inputs, size, paths)
    if "model" in sys.argv:
        found |= likelihood(ladder, inputs)
    print(json.dumps({"size": size.named(), "memory": peak(), **found}))


def simulation(inputs: Inputs, size: Size, paths: int) -> dict[str, float]:
    """Return seconds to simulate and to make columns, and the most memory of its arrays, in GB."""
    draws = make_draws(inputs, draws=size.draws)
    outlook_of(FAMILY, inputs, {n: v[:2] for n, v in draws.items()}, 2, np.random.default_rng(1))
    tracemalloc.start()
    found = outlook_of(FAMILY, inputs, draws, paths, np.random.default_rng(1))
    added = tracemalloc.get_traced_memory()[1] / 1e9
    tracemalloc.stop()
    return {
        "simulation": timed(
            lambda: outlook_of(FAMILY, inputs, draws, paths, np.random.default_rng(1))
        ),
        "columns": timed(lambda: columns_of(inputs, found)),
        "added": added,
    }


def columns_of(inputs: Inputs, found: Outlook) -> list[Column]:
    return counted_columns(inputs, found.counted, judged_outlooks(inputs, found.judged))


def likelihood(ladder: Ladder, inputs: Inputs) -> dict[str, float]:
    """Return the seconds of one gradient, and those of the likelihood of one stored draw."""
    from models.likelihood import log_likelihood
    from models.sampling import sample_prior

    model = FAMILY.build(inputs, own_priors(ladder)) if FAMILY.build else None
    point, gradient = gradient_of(model)
    names = [variable.name for variable in model.free_RVs]
    draws = sample_prior(model, names, draws=LIKELIHOOD_DRAWS, seed=1)
    of = log_likelihood(model)
    return {
        "gradient": timed(lambda: gradient(point), inner=50),
        "likelihood": timed(lambda: of(draws)) / LIKELIHOOD_DRAWS,
    }


def gradient_of(model: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return a point, and the compiled log density with its gradient as the sampler asks it."""
    from pymc.blocking import DictToArrayBijection
    from pytensor.configdefaults import config

    with config.change_flags(numba__fastmath=False):
        gradient = model.logp_dlogp_function(ravel_inputs=True, mode="NUMBA")
    gradient.set_extra_values({})
    return DictToArrayBijection.map(model.initial_point()).data, gradient


def timed(work: Callable[[], object], *, inner: int = 1) -> float:
    """Return the median seconds of processor time of several runs, after one to warm up."""
    work()
    seconds = []
    for _ in range(REPEATS):
        began = process_time()
        for _ in range(inner):
            work()
        seconds.append((process_time() - began) / inner)
    return median(seconds)


def peak() -> float:
    """Return the highest memory of this process so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main()
