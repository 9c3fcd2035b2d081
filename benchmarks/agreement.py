"""Whether draws weighed anew for a week say what a full fit of every day would have said.

    python -m benchmarks.agreement --first 2025-03-24 --weeks 13 --workers 2

Needs readings in the data folder (`forecaster ingest`). Every day is fitted in full; the draws of
each week's first day also answer the six days after it. Weeks that are done stay in the data
folder, so that a run that was stopped goes on.
"""

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.bars import Bar, record
from benchmarks.pages import markdown_table
from benchmarks.stored_case import end_of
from forecaster.domain.forecast import Cell, Forecast
from forecaster.reference.load import load_ladder
from forecaster.settings import load_settings
from forecaster.store.unit_of_work import UnitOfWork
from jobs.known import introduce, known
from jobs.mixing import mixture_of
from jobs.provenance import code_version
from jobs.wiring import keep_compiled_models, make_context
from models.agreement import ERRORS, TOLERANCE, compared, figures
from models.sequential import ReadyFit, ready_fit
from models.update import update_ladder

LADDER = "nato-russia"
SHARE = 0.99
SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=date.fromisoformat, default=date(2025, 3, 24))
    parser.add_argument("--weeks", type=int, default=13)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-page", action="store_true", help="print, write no document")
    asked = parser.parse_args()
    folder = load_settings().data_dir / "performance" / "agreement"
    folder.mkdir(parents=True, exist_ok=True)
    weeks = [asked.first + timedelta(weeks=w) for w in range(asked.weeks)]
    left = [week for week in weeks if not _file(folder, week).exists()]
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        for week in pool.map(run_week, left, [folder] * len(left)):
            print(f"week of {week}", flush=True)
    days = [day for week in weeks for day in json.loads(_file(folder, week).read_text())]
    report(days, page=not asked.no_page)


def run_week(first: date, folder: Path) -> date:
    """Fit every day of a week, weigh its first day's draws for the others, and store the pairs."""
    keep_compiled_models(load_settings())
    days, ready = [], None
    for day in (first + timedelta(days=n) for n in range(7)):
        began = ready is None
        found, ready = run_day(end_of(day), ready)
        if not began:
            days.append({"day": str(day), "code": code_version(), **found})
    _file(folder, first).write_text(json.dumps(days))
    return first


def run_day(as_of: datetime, ready: ReadyFit | None) -> tuple[dict[str, object], ReadyFit]:
    ladder, context = load_ladder(LADDER), make_context()
    with UnitOfWork(context.engine()) as work:
        introduce(work, ladder, as_of)
        told = known(work, ladder, as_of)
        priors = work.priors.in_force(ladder.id, context.clock())
        mixture = mixture_of(work, ladder, "", as_of)
        work.commit()
    common = {
        "readings": told.readings,
        "judgements": told.judgements,
        "neighbours": told.neighbours,
        "reliability": told.reliability,
        "priors": priors,
        "as_of": as_of,
        "seed": SEED,
        "cores": 1,
    }
    fitted = update_ladder(told.ladder, **common, mixture=mixture, ready=None, refit=True)
    if ready is None:
        return {}, ready_fit(str(as_of), fitted.fit, told.inputs())
    weighed = update_ladder(told.ladder, **common, mixture=None, ready=ready, refit=False)
    return _pair(fitted.forecast, weighed.forecast), ready


def _pair(fitted: Forecast, weighed: Forecast) -> dict[str, object]:
    way = weighed.updating
    return {
        "method": way.method,
        "reason": way.reason,
        "k_hat": way.k_hat,
        "relative_size": way.relative_size,
        "cells": [_key(cell) for cell in fitted.cells],
        "fitted": figures(fitted.cells).tolist(),
        "weighed": figures(weighed.cells).tolist(),
    }


def _key(cell: Cell) -> list[str | int]:
    return [cell.theatre, cell.domain, cell.horizon_steps, cell.kind, cell.rung]


def _file(folder: Path, week: date) -> Path:
    return folder / f"{week}.json"


def report(days: Sequence[dict[str, object]], *, page: bool) -> None:
    pairs = [compared(np.array(day["fitted"]), np.array(day["weighed"])) for day in days]
    by_day = [
        (
            day["day"],
            day["method"],
            "-" if day["k_hat"] is None else f"{day['k_hat']:.2f}",
            "-" if day["relative_size"] is None else f"{day['relative_size']:.2f}",
            f"{within.mean():.1%}",
            f"{far.max():.3f}",
        )
        for day, (far, within) in zip(days, pairs, strict=True)
    ]
    refits = sum(day["method"] == "refit" for day in days)
    every = np.concatenate([within for _, within in pairs])
    how = (
        f"{len(days)} days weighed, {len(every):,} cells, weekly fits; within "
        f"max({TOLERANCE}, {ERRORS:g} times the larger Monte Carlo error) of a full fit of the "
        f"day; {refits} days were fitted anew because their weights would not do"
    )
    bars = [
        Bar("cells that agree with a full fit", float(every.mean()), SHARE, "", "at least", how)
    ]
    headings = ("day", "way", "Pareto k", "relative size", "cells that agree", "largest difference")
    if page:
        command = "python -m benchmarks.agreement"
        record(
            "agreement with full fits", bars, command=command, body=markdown_table(headings, by_day)
        )
    else:
        print(markdown_table(headings, by_day))
        print(f"{every.mean():.4f} of cells agree; {how}")


if __name__ == "__main__":
    main()
