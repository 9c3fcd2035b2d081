"""A short backtest of two references and their stack on the packaged sample, and its comparison."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from forecaster.domain.backtest import Effort, Forecaster, Plan
from forecaster.reference.load import load_ladder
from forecaster.reference.plan import PACKAGED, load_plan, read_plan
from forecaster.reference.sample_readings import sample_readings
from forecaster.store.unit_of_work import UnitOfWork
from jobs.context import Context
from tests.fakes_jobs import make_context

LADDER = load_ladder("nato-russia")
PLAN = replace(
    load_plan("nato-russia"),
    first=date(2025, 1, 5),
    refit_every=1,
    scored_from=date(2025, 1, 19),
    last=date(2025, 3, 2),
    forecasters=(
        Forecaster("climatology_12", "reference", 0.5),
        Forecaster("persistence", "reference", 0.5),
        Forecaster("stack", "published"),
    ),
    strength=5.0,
    effort=Effort(tune=1, draws=1, chains=1, kept_draws=50, paths=4),
    block_steps=2,
    resamples=50,
)
ORIGINS = 9


def sampled(folder: Path) -> Context:
    """A context whose store holds the packaged sample and nothing else."""
    made = make_context(folder)
    with UnitOfWork(made.engine()) as work:
        for part in sample_readings():
            work.readings.add(part)
        work.commit()
    return made


def stored(context: Context, backtest_id: str):
    with UnitOfWork(context.engine(), read_only=True) as work:
        return work.backtests.forecasts(backtest_id), work.backtests.scores(backtest_id)


def assert_same(left, right) -> None:
    assert len(left) == len(right)
    for a, b in zip(left, right, strict=True):
        assert (a.forecaster, a.origin) == (b.forecaster, b.origin)
        for name in ("at", "reach", "quantiles", "present"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def plan_of(*forecasters: Forecaster) -> Plan:
    """The packaged plan from 5 January to 2 February 2025, for these forecasters alone."""
    text = (PACKAGED / "nato-russia.toml").read_text(encoding="utf-8")
    text = text.replace("first = 2023-07-02", "first = 2025-01-05")
    text = text.replace("scored_from = 2024-01-07", "scored_from = 2025-01-19")
    text = text.replace("last = 2025-06-22", "last = 2025-02-02")
    text = text[: text.index("[[forecasters]]")] + "".join(map(_written, forecasters))
    return read_plan(text.replace("paths = 16", "paths = 1"))


def _written(forecaster: Forecaster) -> str:
    weight = f"weight = {forecaster.weight}\n" if forecaster.weight else ""
    head = f'[[forecasters]]\nid = "{forecaster.id}"\nrole = "{forecaster.role}"\n'
    return f"{head}{weight}\n"
