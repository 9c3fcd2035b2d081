"""Fits against other samplers: effective draws a second, and the cost of one gradient.

    .venv-bench/bin/python -m benchmarks.fits

Latent tension on nato-russia as of a day, from the store in the data folder: ours, PyMC's own
`pm.sample`, nutpie and NumPyro, on our graph and on the model as it is written plainly; then an
ordinal regression against bambi's. What is compared is the least bulk effective size among the same
named quantities, per second of sampling; compiling is said beside it. Our own runs stand between
the others. The density of our graph is Numba code, which NumPyro cannot run.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from statistics import median

import numpy as np
from arviz_stats.base.array import array_stats

from benchmarks import gradient_yardstick, ordinal_regression
from benchmarks.bars import Bar, record, spread_of
from benchmarks.pages import markdown_table
from benchmarks.plain_tension import plain_tension
from benchmarks.tension_case import tension_case
from forecaster.settings import load_settings
from jobs.wiring import keep_compiled_models
from models.inputs import Inputs

DAY = date(2025, 6, 22)
SHORT = {"draws": 150, "tune": 150}
"""For routes that take minutes: fewer draws favour them less than no draws at all."""


@dataclass
class Route:
    """One way to sample. run: from a seed to (draws by name, seconds). rates: ESS a second."""

    name: str
    run: Callable[[int], tuple[dict[str, np.ndarray], float]]
    rates: list[float] = field(default_factory=list)
    smallest: list[float] = field(default_factory=list)
    note: str = ""

    def measure(self, seed: int, quantities: tuple[str, ...]) -> None:
        try:
            variables, seconds = self.run(seed)
        except Exception as error:  # noqa: BLE001 - one route that fails is a line of the table
            self.note = f"{type(error).__name__}: {str(error).splitlines()[0][:80]}"
            return
        ess = least([v for n, v in variables.items() if n in quantities and v.size])
        self.smallest.append(ess)
        self.rates.append(ess / seconds)
        print(f"{self.name}: {ess:.0f} effective in {seconds:.1f} s", flush=True)

    @property
    def rate(self) -> float:
        return median(self.rates) if self.rates else float("nan")


def main() -> None:
    keep_compiled_models(load_settings())
    warnings.simplefilter("ignore")
    inputs, priors = tension_case(DAY)
    tension, gradient = tension_routes(inputs, priors)
    ordinal = ordinal_routes(inputs)
    bars = [*compared("latent tension", tension), *compared("ordinal regression", ordinal)]
    bars.append(gradient)
    rows = [
        (r.name, f"{r.rate:.2f}", ", ".join(f"{s:.0f}" for s in r.smallest) or "none", r.note)
        for r in [*tension, *ordinal]
    ]
    heads = ("route", "least effective draws a second", "least effective draws", "note")
    command = ".venv-bench/bin/python -m benchmarks.fits"
    record("fits", bars, command=command, body=markdown_table(heads, rows))


def compared(what: str, routes: list[Route]) -> list[Bar]:
    """Return one bar per other route: how many times as fast the first route is."""
    own, found = routes[0], []
    for route in routes[1:]:
        theirs = "pm.sample" in route.name or "bambi" in route.name
        how = f"{route.name}: least of {min(route.smallest, default=0):.0f}; ours: "
        how += f"{spread_of(own.rates)}"
        if route.rates:
            target, ratio = 5.0 if theirs else 1.0, own.rate / route.rate
            bar = f"{what} against {route.name}, effective draws a second"
            found.append(Bar(bar, ratio, target, "×", "at least", how))
    return found


def tension_routes(inputs: Inputs, priors: object) -> tuple[list[Route], Bar]:
    from models.compiling import compile_model
    from models.families.latent_tension import FAMILY
    from models.update import LIVE

    graph, plain = FAMILY.build(inputs, priors), plain_tension(inputs, priors)
    compiled = compile_model(graph)
    ours = Route("ours", own(compiled, LIVE.tune, LIVE.draws))
    others = [
        Route("pm.sample (its defaults, our graph)", pymc(graph)),
        Route("pm.sample (nuts_sampler=pymc, our graph)", pymc(graph, "pymc", SHORT)),
        Route("nutpie (defaults, our graph)", nutpies(graph)),
        Route("pm.sample (its defaults, plain)", pymc(plain, None, SHORT)),
        Route("nutpie (defaults, plain)", nutpies(plain, SHORT)),
        Route("numpyro (plain)", numpyros(plain, SHORT)),
    ]
    gradient = gradient_bar(compiled, inputs)
    interleave(ours, others, FAMILY.published)
    return [ours, *others], gradient


def ordinal_routes(inputs: Inputs) -> list[Route]:
    from models.compiling import compile_model

    rows = ordinal_regression.rows_of(inputs)
    ours = Route("ours (ordinal)", own(compile_model(ordinal_regression.ours(rows)), 300, 750))
    others = [
        Route("bambi", bambis(rows)),
        Route("pm.sample (its defaults, our ordinal graph)", pymc(ordinal_regression.ours(rows))),
    ]
    names = (*ordinal_regression.QUANTITIES, *rows.names, "threshold", "1|theatre")
    interleave(ours, others, (*names, "1|theatre_sigma"))
    return [ours, *others]


def interleave(ours: Route, others: list[Route], quantities: tuple[str, ...]) -> None:
    for seed, route in enumerate(others, start=1):
        ours.measure(seed, quantities)
        route.measure(seed, quantities)


def own(compiled: object, tune: int, draws: int) -> Callable:
    from models.sampling import SamplingOptions, sample

    def run(seed: int) -> tuple[dict[str, np.ndarray], float]:
        start = time.perf_counter()
        posterior = sample(compiled, SamplingOptions(seed=seed, tune=tune, draws=draws))
        return posterior.variables, time.perf_counter() - start

    return run


def pymc(model: object, sampler: str | None = None, options: dict | None = None) -> Callable:
    import pymc as pm

    def run(seed: int) -> tuple[dict[str, np.ndarray], float]:
        chosen = {"nuts_sampler": sampler} if sampler else {}
        start = time.perf_counter()
        trace = pm.sample(
            model=model,
            random_seed=seed,
            progressbar=False,
            compute_convergence_checks=False,
            **(options or {}),
            **chosen,
        )
        return arrays(trace), seconds_of(trace, start)

    return run


def nutpies(model: object, options: dict | None = None) -> Callable:
    import nutpie

    def run(seed: int) -> tuple[dict[str, np.ndarray], float]:
        compiled = nutpie.compile_pymc_model(model)
        start = time.perf_counter()
        trace = nutpie.sample(compiled, seed=seed, progress_bar=False, **(options or {}))
        return arrays(trace), time.perf_counter() - start

    return run


def numpyros(model: object, options: dict) -> Callable:
    from pymc.model.transform.optimization import freeze_dims_and_data

    return pymc(freeze_dims_and_data(model), "numpyro", options)


def bambis(rows: ordinal_regression.Rows) -> Callable:
    def run(seed: int) -> tuple[dict[str, np.ndarray], float]:
        model = ordinal_regression.bambis(rows)
        model.build()
        start = time.perf_counter()
        trace = model.fit(random_seed=seed, progressbar=False)
        return arrays(trace), seconds_of(trace, start)

    return run


def seconds_of(trace: object, start: float) -> float:
    """Return what PyMC says that sampling took, without compiling; else all that passed."""
    return float(trace["posterior"].attrs.get("sampling_time") or time.perf_counter() - start)


def arrays(trace: object) -> dict[str, np.ndarray]:
    return {str(n): v.to_numpy() for n, v in trace["posterior"].data_vars.items()}


def least(quantities: list[np.ndarray]) -> float:
    """Return the least bulk effective size of all entries that move."""
    found = []
    for values in quantities:
        flat = np.ascontiguousarray(values.reshape(*values.shape[:2], -1))
        ess = array_stats.ess(flat, chain_axis=0, draw_axis=1, method="bulk")
        found.append(np.min(ess[np.ptp(flat, axis=(0, 1)) > 0]))
    return float(min(found))


def gradient_bar(compiled: object, inputs: Inputs) -> Bar:
    """Return the cost of one whole gradient of ours over one of the hand-written likelihood."""
    import ctypes

    point, size = np.zeros(compiled.n_dim), compiled.n_dim
    out, value = np.zeros(size), np.zeros(1)
    doubles = [a.ctypes.data_as(ctypes.POINTER(ctypes.c_double)) for a in (point, out, value)]
    density = compiled.compiled_logp_func.ctypes
    data = gradient_yardstick.data_of(inputs)
    arguments = gradient_yardstick.some_point(inputs).arguments()
    where = compiled.user_data.ctypes.data
    ratios, ours = [], []
    for _ in range(15):
        ours.append(timed(lambda: density(size, *doubles, where)))
        ratios.append(
            ours[-1] / timed(lambda: gradient_yardstick.value_and_gradient(*arguments, *data))
        )
    how = f"{median(ours) * 1e6:.0f} µs ours, with priors and judged rungs; {spread_of(ratios)}"
    name = "one gradient over a hand-written loop's"
    return Bar(name, median(ratios), 3.0, "×", "at most", how)


def timed(call: Callable[[], object], repeats: int = 300) -> float:
    call()
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


if __name__ == "__main__":
    main()
