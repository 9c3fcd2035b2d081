"""Do histories that a family makes up look like the real one, before and after it saw the data?

    python -m benchmarks.predictive_checks --family latent_tension --as-of 2025-06-22

Reads the store in the data folder and writes its section of `docs/trust.md`; `--no-page` prints.
"""

import argparse
from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.table import Table

from benchmarks.designs import own_priors
from benchmarks.pages import markdown_table, write_section
from benchmarks.stored_case import end_of, stored_readings, stored_reliability
from forecaster.reference.load import load_ladder
from forecaster.settings import load_settings
from forecaster.shelf import pick
from jobs.wiring import keep_compiled_models
from models.catalogue import families
from models.compiling import compile_model
from models.family import Draws, Family
from models.inputs import Inputs, build_inputs
from models.predictive_checks import Check, predictive_checks
from models.sampling import SamplingOptions, sample, sample_prior

REPLICATED = 400
"""Histories made up on each side."""

HEADINGS = ("theatre", "statistic", "observed", "5 %", "50 %", "95 %", "p")


def main() -> None:
    asked = arguments()
    keep_compiled_models(load_settings())
    family = pick(families(), asked.family, what="model family")
    ladder, as_of = load_ladder(asked.ladder), end_of(asked.as_of)
    readings = stored_readings(ladder, as_of)
    inputs = build_inputs(
        ladder,
        readings=readings,
        judgements=(),
        as_of=as_of,
        reliability=stored_reliability(ladder, readings),
    )
    sides = {
        side: predictive_checks(family, inputs, draws, seed=1)
        for side, draws in draws_of(family, inputs).items()
    }
    for side, checks in sides.items():
        show(side, checks)
    if not asked.no_page:
        write_section(f"predictive {family.id}", section(family, inputs, asked, sides))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", default="latent_tension")
    parser.add_argument("--ladder", default="nato-russia")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--no-page", action="store_true", help="print, write no document")
    return parser.parse_args()


def draws_of(family: Family, inputs: Inputs) -> dict[str, Draws]:
    """Return draws of the family's parameters from its priors and from its posterior."""
    assert family.build is not None, f"{family.id} is a reference: it has no parameters to check"
    model = family.build(inputs, own_priors(inputs.ladder))
    prior = sample_prior(model, family.needs, draws=REPLICATED, seed=1)
    options = SamplingOptions(seed=1, tune=400, draws=500, chains=2)
    posterior = sample(compile_model(model), options)
    every = max(1, posterior.diverging.size // REPLICATED)
    return {"prior": prior, "posterior": posterior.flat(every)}


def show(side: str, checks: Sequence[Check]) -> None:
    table = Table(*HEADINGS, title=f"{side} predictive")
    for row in rows_of(checks):
        table.add_row(*row)
    Console(width=110).print(table)
    print(summary(side, checks))


def rows_of(checks: Sequence[Check]) -> list[tuple[str, ...]]:
    return [
        (
            c.theatre,
            c.statistic,
            *(f"{value:.3g}" for value in (c.observed, c.lower, c.median, c.upper)),
            f"{c.p:.3f}{' !' if c.extreme else ''}",
        )
        for c in checks
    ]


def summary(side: str, checks: Sequence[Check]) -> str:
    extreme = [c for c in checks if c.extreme]
    return f"{side}: {len(extreme)} of {len(checks)} statistics are extreme"


def section(
    family: Family, inputs: Inputs, asked: argparse.Namespace, sides: dict[str, Sequence[Check]]
) -> str:
    command = f"python -m benchmarks.predictive_checks --family {family.id} --as-of {asked.as_of}"
    parts = [
        f"## Predictive checks: {family.id}",
        f"Written by `{command}` for ladder {inputs.ladder.id}, family version {family.version}. "
        f"Each row sets a statistic of the real history beside that of {REPLICATED} made-up ones; "
        "p is the share of these above it, and `!` marks one that hardly any reaches.",
    ]
    for side, checks in sides.items():
        extreme = [c for c in checks if c.extreme]
        shown = markdown_table(HEADINGS, rows_of(extreme)) if extreme else ""
        parts += [f"### {side.title()}", f"{summary(side, checks)}.", shown]
    return "\n\n".join(filter(None, parts))


if __name__ == "__main__":
    main()
