"""Forecast cells: one published probability each, with its interval, error and prior share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

type Method = Literal["refit", "reweight"]
type Kind = Literal["at", "reach", "fall"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One probability. See `docs/results.md` for the meaning of every column.

    at: mass of `rung` at the horizon. reach: P(highest rung up to the horizon >= rung).
    fall: P(lowest rung up to the horizon < the present rung), where `rung` is the present rung.
    `lower`, `upper`: 90 % interval over the posterior of the parameters. `mc_se`: Monte Carlo
    error of `probability`. `prior_share`: 0 (all data) to 1 (all prior).
    """

    theatre: str
    domain: str
    horizon_steps: int
    horizon_end: datetime
    kind: Kind
    rung: str
    probability: float
    lower: float
    upper: float
    mc_se: float
    prior_share: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a theatre stands as of a run: its present rung in one domain and why it is that one.

    `measure` is the last complete step's value in the measure's unit (None where judged or not
    observed). `exposure` is the share of the current, partial step already seen. `history` holds
    (start of step, measure) for the steps seen, oldest first. `label` is empty, or says why the
    numbers are not data ("prior-driven: no measure", "no data for 3 steps").
    """

    theatre: str
    domain: str
    present_rung: str
    observed_through: datetime | None
    measure: float | None
    exposure: float
    label: str
    history: tuple[tuple[datetime, float], ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedRecord:
    """How often a judged rung was reached in a theatre: `events` in `exposure_steps` steps."""

    theatre: str
    domain: str
    rung: str
    events: int
    exposure_steps: float


@dataclass(frozen=True, slots=True)
class Fan:
    """Quantiles of the simulated measure of a theatre, one tuple per step ahead.

    `quantiles` are the levels (0.05, 0.25, 0.5, 0.75, 0.95); `values[h][q]` in the measure's unit.
    """

    theatre: str
    quantiles: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class IndicatorEffect:
    """What an indicator says today and what it earned: standardised value and posterior effect.

    `effect` is the change of log tension per step for one standard deviation, pooled over
    theatres, with its 90 % interval. It is that of the thing itself; a value as observed, from a
    source that errs, does less. `value` is as observed, None where it is missing or unfed.
    """

    indicator: str
    value: float | None
    effect: float
    lower: float
    upper: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class MemberWeight:
    """The weight of one family in a mixture of several, at one horizon."""

    family: str
    version: str
    horizon_steps: int
    weight: float


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """What the gate looked at. `passed` is False if any bar failed; `reason` says which."""

    passed: bool
    reason: str
    max_rhat: float
    min_ess_bulk: float
    min_ess_tail: float
    divergences: int
    draws: int
    min_bfmi: float
    worst: str = ""


@dataclass(frozen=True, slots=True)
class Updating:
    """How the posterior of a run came about: sampled, or an earlier fit's draws weighed anew.

    fit_run, fit_as_of: the run whose fit the draws are of, and its moment; its own for a refit.
    fit_run is empty before the run is stored, and where that run is hidden from a reader.
    k_hat, relative_size: shape of the weights' tail and effective share of the draws, of the
    member where they are worst; None where nothing was weighed. reason: why it was fitted anew.
    agreement: at a refit, the share of cells that the draws of the fit before, weighed anew, give
    within max(0.01, 3 Monte Carlo errors) of it; largest_difference: of any cell. None where there
    is no fit before.
    """

    method: Method
    fit_run: str
    fit_as_of: datetime
    reason: str = ""
    k_hat: float | None = None
    relative_size: float | None = None
    agreement: float | None = None
    largest_difference: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Everything one run says about one ladder; `members` is empty unless families are mixed.

    updating: how its posterior came about; None for a run of an older release.
    """

    family: str
    family_version: str
    cells: tuple[Cell, ...]
    standings: tuple[Standing, ...]
    judged: tuple[JudgedRecord, ...]
    fans: tuple[Fan, ...]
    effects: tuple[IndicatorEffect, ...]
    diagnostics: Diagnostics
    members: tuple[MemberWeight, ...] = ()
    updating: Updating | None = None
