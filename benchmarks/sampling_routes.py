"""Ways to sample one posterior, and what each takes: sampling alone, and the whole call."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from arviz_stats.base.array import array_stats


@dataclass(frozen=True)
class Sampled:
    """Draws by name (chain, draw, …). sampling: seconds without compiling; called: with all."""

    draws: dict[str, np.ndarray]
    sampling: float
    called: float


@dataclass
class Route:
    """One way to sample. run: from a seed. Rates are least effective draws a second."""

    name: str
    run: Callable[[int], Sampled]
    sampling: list[float] = field(default_factory=list)
    called: list[float] = field(default_factory=list)
    smallest: list[float] = field(default_factory=list)
    note: str = ""

    def measure(self, seed: int, quantities: tuple[str, ...]) -> None:
        """Sample once; a route that fails is a note."""
        try:
            made = self.run(seed)
        except Exception as error:  # noqa: BLE001 - one route that fails is a line of the table
            self.note = f"{type(error).__name__}: {str(error).splitlines()[0][:80]}"
            return
        ess = least([v for n, v in made.draws.items() if n in quantities and v.size])
        self.smallest.append(ess)
        self.sampling.append(ess / made.sampling)
        self.called.append(ess / made.called)
        print(
            f"{self.name}: {ess:.0f} effective in {made.sampling:.1f} s, {made.called:.1f} s "
            "with compiling",
            flush=True,
        )

    @property
    def row(self) -> tuple[str, ...]:
        """What a table says of it."""
        rates = [f"{median(r):.2f}" if r else "–" for r in (self.sampling, self.called)]
        return (self.name, *rates, ", ".join(f"{s:.0f}" for s in self.smallest), self.note)


def interleave(ours: Route, others: list[Route], quantities: tuple[str, ...]) -> None:
    """Measure every route, ours before each of the others."""
    for seed, route in enumerate(others, start=1):
        ours.measure(seed, quantities)
        route.measure(seed, quantities)


def own(model: object, tune: int, draws: int) -> Callable[[int], Sampled]:
    """Return our route, with machine code from the disk as every process but the first finds it."""
    from models import compiling
    from models.sampling import SamplingOptions, sample

    compiling.compile_model(model)

    def run(seed: int) -> Sampled:
        compiling._kept.clear()
        start = time.perf_counter()
        compiled = compiling.compile_model(model)
        begun = time.perf_counter()
        posterior = sample(compiled, SamplingOptions(seed=seed, tune=tune, draws=draws))
        end = time.perf_counter()
        return Sampled(posterior.variables, end - begun, end - start)

    return run


def pymc(
    model: object, sampler: str | None = None, options: dict | None = None
) -> Callable[[int], Sampled]:
    """Return `pm.sample` with its defaults, but for a sampler and options."""
    import pymc as pm

    def run(seed: int) -> Sampled:
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
        return _traced(trace, start)

    return run


def nutpies(model: object, options: dict | None = None) -> Callable[[int], Sampled]:
    """Return nutpie as its users call it."""
    import nutpie

    def run(seed: int) -> Sampled:
        start = time.perf_counter()
        compiled = nutpie.compile_pymc_model(model)
        begun = time.perf_counter()
        trace = nutpie.sample(compiled, seed=seed, progress_bar=False, **(options or {}))
        end = time.perf_counter()
        return Sampled(_arrays(trace), end - begun, end - start)

    return run


def numpyros(model: object, options: dict) -> Callable[[int], Sampled]:
    """Return NumPyro through PyMC; its data must be constants."""
    from pymc.model.transform.optimization import freeze_dims_and_data

    return pymc(freeze_dims_and_data(model), "numpyro", options)


def bambis(make: Callable[[], object]) -> Callable[[int], Sampled]:
    """Return bambi's own fit with its defaults."""

    def run(seed: int) -> Sampled:
        start = time.perf_counter()
        model = make()
        model.build()
        return _traced(model.fit(random_seed=seed, progressbar=False), start)

    return run


def least(quantities: list[np.ndarray]) -> float:
    """Return the least bulk effective size of all entries that move."""
    found = []
    for values in quantities:
        flat = np.ascontiguousarray(values.reshape(*values.shape[:2], -1))
        ess = array_stats.ess(flat, chain_axis=0, draw_axis=1, method="bulk")
        found.append(np.min(ess[np.ptp(flat, axis=(0, 1)) > 0]))
    return float(min(found))


def _traced(trace: object, start: float) -> Sampled:
    """Sampling is what PyMC says that it took, without compiling; else all that passed."""
    called = time.perf_counter() - start
    said = trace["posterior"].attrs.get("sampling_time")
    return Sampled(_arrays(trace), float(said or called), called)


def _arrays(trace: object) -> dict[str, np.ndarray]:
    return {str(n): v.to_numpy() for n, v in trace["posterior"].data_vars.items()}
