"""Fits against other samplers: effective draws a second, and the cost of one gradient.

    .venv-bench/bin/python -m benchmarks.fits

Latent tension on nato-russia as of a day, from the store in the data folder: ours, PyMC's own
`pm.sample`, nutpie and NumPyro, on our graph and on the model as it is written plainly; then an
ordinal regression against bambi's. What is compared is the least bulk effective size among the same
named quantities, per second: of sampling alone, and of the whole call, which compiles the model
each time except for ours, whose machine code is kept on disk. Our own runs stand between the
others. The density of our graph is Numba code, which NumPyro cannot run.
"""

import time
import warnings
from collections.abc import Callable
from datetime import date
from statistics import median

import numpy as np

from benchmarks import gradient_yardstick, ordinal_regression
from benchmarks.bars import Bar, record, spread_of
from benchmarks.pages import markdown_table
from benchmarks.plain_tension import plain_tension
from benchmarks.sampling_routes import Route, bambis, interleave, numpyros, nutpies, own, pymc
from benchmarks.tension_case import tension_case
from forecaster.settings import load_settings
from jobs.wiring import keep_compiled_models
from models.inputs import Inputs

DAY = date(2025, 6, 22)
SHORT = {"draws": 150, "tune": 150}
"""For routes that take minutes: fewer draws favour them less than no draws at all."""
ORDINAL = {"tune": 300, "draws": 750}
HEADS = (
    *("route", "effective draws a second of sampling", "of the whole call"),
    *("least effective draws", "note"),
)


def main() -> None:
    keep_compiled_models(load_settings())
    warnings.simplefilter("ignore")
    inputs, priors = tension_case(DAY)
    tension, gradient = tension_routes(inputs, priors)
    ordinal = ordinal_routes(inputs)
    bars = [*compared("latent tension", tension), *compared("ordinal regression", ordinal)]
    command = ".venv-bench/bin/python -m benchmarks.fits"
    body = markdown_table(HEADS, [route.row for route in (*tension, *ordinal)])
    record("fits", [*bars, gradient], command=command, body=body)


def compared(what: str, routes: list[Route]) -> list[Bar]:
    """Return how many times as fast the first route is as each other: sampling, and as called."""
    ours, found = routes[0], []
    for route in routes[1:]:
        theirs = "pm.sample" in route.name or "bambi" in route.name
        for way, rates, own_rates in (
            ("as called", route.called, ours.called),
            ("sampling alone", route.sampling, ours.sampling),
        ):
            if rates:
                bar = f"{what} against {route.name}, effective draws a second, {way}"
                how = f"{route.name}: least of {min(route.smallest):.0f}; ours: "
                how += spread_of(own_rates)
                ratio = median(own_rates) / median(rates)
                found.append(Bar(bar, ratio, 5.0 if theirs else 1.0, "×", "at least", how))
    return found


def tension_routes(inputs: Inputs, priors: object) -> tuple[list[Route], Bar]:
    from models.compiling import compile_model
    from models.families.latent_tension import FAMILY
    from models.update import LIVE

    graph, plain = FAMILY.build(inputs, priors), plain_tension(inputs, priors)
    ours = Route("ours", own(graph, LIVE.tune, LIVE.draws))
    others = [
        Route("pm.sample (its defaults, our graph)", pymc(graph)),
        Route("pm.sample (nuts_sampler=pymc, our graph)", pymc(graph, "pymc", SHORT)),
        Route("nutpie (defaults, our graph)", nutpies(graph)),
        Route("pm.sample (its defaults, plain)", pymc(plain, None, SHORT)),
        Route("nutpie (defaults, plain)", nutpies(plain, SHORT)),
        Route("numpyro (plain)", numpyros(plain, SHORT)),
    ]
    gradient = gradient_bar(compile_model(graph), inputs)
    interleave(ours, others, FAMILY.published)
    return [ours, *others], gradient


def ordinal_routes(inputs: Inputs) -> list[Route]:
    rows = ordinal_regression.rows_of(inputs)
    graph = ordinal_regression.ours(rows)
    ours = Route("ours (ordinal)", own(graph, **ORDINAL))
    others = [
        Route("bambi", bambis(lambda: ordinal_regression.bambis(rows))),
        Route("pm.sample (its defaults, our ordinal graph)", pymc(graph)),
    ]
    names = (*ordinal_regression.QUANTITIES, *rows.names, "threshold", "1|theatre")
    interleave(ours, others, (*names, "1|theatre_sigma"))
    return [ours, *others]


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
