"""Does a family's sampler give back what its own model put in? Ranks, a verdict and a picture.

    python -m benchmarks.simulation_based_calibration --family latent_tension --simulations 200

Resumable: finished simulations stay in the data folder, and a second run does the rest. Writes
its section of `docs/trust.md` and `docs/pictures/sbc-<family>.svg`; `--no-page` only prints.
"""

import argparse
import hashlib
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.designs import WEEKLY_TOTAL, design, own_priors
from benchmarks.pages import PICTURES, markdown_table, write_section
from benchmarks.rank_picture import write_picture
from benchmarks.rank_store import append, finished
from forecaster.domain.prior import PriorSet
from forecaster.reference.load import load_ladder
from forecaster.settings import load_settings
from forecaster.shelf import pick
from jobs.wiring import keep_compiled_models
from models.calibration import CalibrationEffort, Ranked, prepare, simulate_and_rank
from models.catalogue import families
from models.family import Family
from models.inputs import Inputs
from models.uniformity import UniformityTest, uniformity_test

LEVEL = 0.95
"""Probability that a calibrated family passes, all its quantities together (Bonferroni)."""

type Ranks = Mapping[str, np.ndarray]


def main() -> None:
    asked = arguments()
    keep_compiled_models(load_settings())
    family = pick(families(), asked.family, what="model family")
    inputs = design(load_ladder(asked.ladder or usual_ladder(family)), asked.weekly_total)
    priors = own_priors(inputs.ladder)
    effort = CalibrationEffort(target_accept=asked.target_accept)
    digest = design_digest(family, inputs, priors, effort)
    path = load_settings().data_dir / "trust" / f"sbc-{family.id}.jsonl"
    run(family, inputs, priors, effort, path=path, digest=digest, count=asked.simulations)
    done = [r for n, r in sorted(finished(path, digest).items()) if n < asked.simulations]
    ranks = {name: np.array([r.ranks[name] for r in done]) for name in done[0].ranks}
    test = uniformity_test(
        simulations=len(done), draws=effort.kept, level=1 - (1 - LEVEL) / len(ranks)
    )
    report(family, inputs, priors, done, ranks, test, asked)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", default="latent_tension")
    parser.add_argument("--ladder", help="instead of the usual one of the family")
    parser.add_argument("--simulations", type=int, default=100)
    parser.add_argument("--weekly-total", type=float, default=WEEKLY_TOTAL, help="events counted")
    parser.add_argument("--target-accept", type=float, default=0.9)
    parser.add_argument("--no-page", action="store_true", help="print, write no document")
    return parser.parse_args()


def usual_ladder(family: Family) -> str:
    """Return the ladder whose kind of measure a family can make up a history of."""
    return "state-pairs" if family.id.startswith("rung_transitions") else "nato-russia"


def design_digest(
    family: Family, inputs: Inputs, priors: PriorSet, effort: CalibrationEffort
) -> str:
    """Return a digest of all that ranks depend on but the family's code, which has a version."""
    shape = (inputs.measures.count.shape, inputs.measures.theatres, inputs.indicators.indicators)
    events = round(float(np.nanmean(inputs.measures.base)), 3)
    text = repr((family.id, family.version, shape, events, priors.name, effort))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def run(
    family: Family,
    inputs: Inputs,
    priors: PriorSet,
    effort: CalibrationEffort,
    *,
    path: Path,
    digest: str,
    count: int,
) -> None:
    """Do the simulations 0 … count - 1 that are not on file."""
    left = [n for n in range(count) if n not in finished(path, digest)]
    if not left:
        return
    ready, began = prepare(family, inputs, priors, effort, seed=1), time.monotonic()
    for i, number in enumerate(left, start=1):
        append(path, digest, simulate_and_rank(ready, number))
        each = (time.monotonic() - began) / i
        print(f"{i} of {len(left)}, {each:.1f} s each, {each * (len(left) - i):.0f} s left")


def report(
    family: Family,
    inputs: Inputs,
    priors: PriorSet,
    done: list[Ranked],
    ranks: Ranks,
    test: UniformityTest,
    asked: argparse.Namespace,
) -> None:
    rows = quantity_rows(ranks, test)
    table = Table("quantity", "mean rank", "p", "verdict")
    for row in rows:
        table.add_row(*map(escape, row))
    Console(width=100).print(table)
    words = summary(family, inputs, priors, done, rows)
    print(words)
    if not asked.no_page:
        picture = PICTURES / f"sbc-{variant(family, asked)}.svg"
        write_picture(picture, test, ranks)
        write_section(f"sbc {variant(family, asked)}", section(family, asked, words, rows, picture))


def variant(family: Family, asked: argparse.Namespace) -> str:
    """Return the family's id, with what was asked beyond the usual design."""
    parts = [family.id]
    if asked.weekly_total != WEEKLY_TOTAL:
        parts.append(f"{asked.weekly_total:.0f}-events")
    if asked.ladder and asked.ladder != usual_ladder(family):
        parts.append(asked.ladder)
    if asked.target_accept != CalibrationEffort().target_accept:
        parts.append(f"accept-{asked.target_accept:g}")
    return "-".join(parts)


def quantity_rows(ranks: Ranks, test: UniformityTest) -> list[tuple[str, str, str, str]]:
    """Return per quantity: name, mean of rank / draws (1/2 if unbiased), p-value, verdict."""
    limit = (1 - LEVEL) / len(ranks)
    rows = []
    for name, values in ranks.items():
        p = test.p_value(values)
        verdict = "uniform" if p >= limit else "not uniform"
        rows.append((name, f"{values.mean() / test.draws:.2f}", f"{p:.4f}", verdict))
    return rows


def summary(
    family: Family,
    inputs: Inputs,
    priors: PriorSet,
    done: list[Ranked],
    rows: list[tuple[str, str, str, str]],
) -> str:
    failed = [row[0] for row in rows if row[3] != "uniform"]
    steps, theatres = inputs.measures.count.shape
    verdict = f"not calibrated: {', '.join(failed)}" if failed else "calibrated"
    rhat = np.array([r.max_rhat for r in done])
    divergent = np.mean([r.divergences > 0 for r in done])
    return (
        f"**{family.id}, version {family.version}: {verdict}** at the {LEVEL:.0%} level for all "
        f"{len(rows)} quantities together. {len(done)} simulations on ladder {inputs.ladder.id} "
        f"(prior set `{priors.name}`): {theatres} theatres, {steps} steps, "
        f"{len(inputs.indicators.indicators)} indicators. Sampler: highest R-hat "
        f"{np.median(rhat):.3f} in the median simulation and {rhat.max():.3f} in the worst; least "
        f"effective size {np.median([r.min_ess for r in done]):.0f} in the median one; "
        f"{divergent:.0%} of simulations with a divergence."
    )


def section(
    family: Family,
    asked: argparse.Namespace,
    words: str,
    rows: list[tuple[str, str, str, str]],
    picture: Path,
) -> str:
    command = (
        f"python -m benchmarks.simulation_based_calibration --family {family.id} "
        f"--simulations {asked.simulations} --weekly-total {asked.weekly_total:g} "
        f"--target-accept {asked.target_accept:g}"
    )
    command += f" --ladder {asked.ladder}" if asked.ladder else ""
    return "\n\n".join(
        (
            f"## Simulation-based calibration: {variant(family, asked)}",
            f"Written by `{command}`. Ranks of true values among posterior draws are uniform if "
            "generator, likelihood and sampler are one model; mean rank 0.50 is no bias.",
            words,
            f"![ECDF differences of ranks](pictures/{picture.name})",
            markdown_table(("quantity", "mean rank", "p", "verdict"), rows),
        )
    )


if __name__ == "__main__":
    main()
