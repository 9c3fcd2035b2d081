"""Does noise earn weight, or cost anything? Two made-up indicators on a real ladder.

    python -m benchmarks.placebo --family latent_tension --last 2025-03-16 --origins 3

From each origin the family is fitted with and without a random walk and white noise among the
indicators. Prints, and writes to `docs/trust.md`, their effects beside the largest real one, and
what they cost in RPS. Reads the store in the data folder; `--no-page` only prints.
"""

import argparse
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import numpy as np

from benchmarks.pages import markdown_table, write_section
from benchmarks.placebo_case import PLACEBOS, Fitted, fit, placebo_ladder, with_placebos
from benchmarks.stored_case import end_of, stored_readings, stored_reliability, weeks_before
from forecaster.domain.ladder import Ladder
from forecaster.domain.reading import Readings
from forecaster.reference.load import load_ladder
from forecaster.settings import load_settings
from forecaster.shelf import pick
from jobs.wiring import keep_compiled_models
from models.catalogue import families
from models.family import Family
from models.inputs import ALL_SIGNAL, Inputs, build_inputs

WEEKS_BETWEEN = 13
WORSE_AT_MOST = 0.02
"""Share of its RPS that a forecast may lose to noise among its indicators."""

type Pair = tuple[datetime, Fitted, Fitted]


def main() -> None:
    asked = arguments()
    keep_compiled_models(load_settings())
    family, ladder = pick(families(), asked.family, what="model family"), load_ladder(asked.ladder)
    origins = weeks_before(end_of(asked.last), asked.origins, WEEKS_BETWEEN)
    resolved = origins[-1] + timedelta(weeks=max(ladder.horizons) + 2)
    outcomes = inputs_of(ladder, stored_readings(ladder, resolved), resolved)
    pairs = []
    for origin in origins:
        pairs.append((origin, *both(family, ladder, origin, outcomes)))
        print(effect_rows(pairs[-1]), flush=True)
    text = section(family, ladder, asked, pairs)
    print(text)
    if not asked.no_page:
        write_section(f"placebo {family.id}", text)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", default="latent_tension")
    parser.add_argument("--ladder", default="nato-russia")
    parser.add_argument("--last", type=date.fromisoformat, required=True)
    parser.add_argument("--origins", type=int, default=3)
    parser.add_argument("--no-page", action="store_true", help="print, write no document")
    return parser.parse_args()


def inputs_of(
    ladder: Ladder,
    readings: Readings,
    as_of: datetime,
    reliability: Mapping[str, float] = ALL_SIGNAL,
) -> Inputs:
    return build_inputs(
        ladder, readings=readings, judgements=(), as_of=as_of, reliability=reliability
    )


def both(
    family: Family, ladder: Ladder, origin: datetime, outcomes: Inputs
) -> tuple[Fitted, Fitted]:
    """Return the fit without placebos and the one with them, which are read without error."""
    known, noisy = stored_readings(ladder, origin), placebo_ladder(ladder)
    grades, beside = stored_reliability(ladder, known), with_placebos(known, ladder, origin)
    return (
        fit(family, inputs_of(ladder, known, origin, grades), outcomes),
        fit(family, inputs_of(noisy, beside, origin, grades), outcomes),
    )


def effect_rows(pair: Pair) -> list[tuple[str, ...]]:
    """Return origin, indicator, effect with its 90 % interval, for placebos and the largest."""
    origin, _, noisy = pair
    real = {id: e for id, e in noisy.effects.items() if id not in PLACEBOS}
    largest = max(real, key=lambda id: abs(real[id][0]))
    return [
        (str(origin.date()), id, *(f"{value:+.4f}" for value in noisy.effects[id]))
        for id in (*PLACEBOS, largest)
    ]


def score_rows(pairs: list[Pair]) -> list[tuple[str, ...]]:
    """Return horizon, forecasts, RPS without and with placebos, and the share that they cost."""
    rows = []
    for horizon in sorted({h for _, plain, _ in pairs for _, h in plain.rps}):
        keyed = [
            (plain.rps[key], noisy.rps[key])
            for _, plain, noisy in pairs
            for key in plain.rps
            if key[1] == horizon
        ]
        without, with_noise = np.mean(keyed, axis=0)
        cost = with_noise / without - 1.0
        rows.append(
            (str(horizon), str(len(keyed)), f"{without:.4f}", f"{with_noise:.4f}", f"{cost:+.1%}")
        )
    return rows


def section(family: Family, ladder: Ladder, asked: argparse.Namespace, pairs: list[Pair]) -> str:
    effects = [noisy.effects[id] for _, _, noisy in pairs for id in PLACEBOS]
    covering = sum(low < 0.0 < high for _, low, high in effects)
    scored = score_rows(pairs)
    worst = max(float(row[-1].rstrip("%")) / 100.0 for row in scored)
    command = (
        f"python -m benchmarks.placebo --family {family.id} --last {asked.last} "
        f"--origins {asked.origins}"
    )
    return "\n\n".join(
        (
            f"## Placebo: {family.id}",
            f"Written by `{command}` for ladder {ladder.id}, family version {family.version}. A "
            "random walk and white noise stand among the indicators.",
            f"The 90 % interval of a placebo's effect covers zero in {covering} of {len(effects)} "
            f"fits. Bar: forecasts lose at most {WORSE_AT_MOST:.0%} of their RPS at any horizon; "
            f"{'met' if worst <= WORSE_AT_MOST else 'not met'}.",
            markdown_table(
                ("origin", "indicator", "effect", "5 %", "95 %"),
                [row for pair in pairs for row in effect_rows(pair)],
            ),
            markdown_table(("horizon", "n", "RPS without", "RPS with", "cost"), scored),
        )
    )


if __name__ == "__main__":
    main()
