"""The ordinal regression part: the next rung, by the last one, the level and the indicators.

One model, two ways: as bambi's formula writes it (`cumulative`, `1 | theatre`), and as one writes
it here. Ours has the same parameters, priors and data; what differs is how it is computed:

- the density of a rung is the difference of two logistic functions, not one entry of a whole table
  of probabilities;
- columns are made orthogonal and scaled to what the data tell of them, so that slopes mix alike;
- theatres are centred, because each is seen for years, and their mean is taken out of the
  thresholds, which then stand where the data put them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pymc as pm
import pytensor.tensor as pt
from pymc.distributions.transforms import ordered

from models.inputs import Inputs

type Array = np.ndarray

SLOPE, THEATRE, CUT = 1.0, 1.0, 3.0
"""Scales of the priors of slopes (of standardised columns), of theatres, and of thresholds."""

QUANTITIES = ("slopes", "theatre", "spread", "cuts")


@dataclass(frozen=True)
class Rows:
    """rung (row), 0 … cuts; columns standardised (row, column); theatre (row), an index."""

    rung: Array
    columns: Array
    names: tuple[str, ...]
    theatre: Array

    @property
    def starts(self) -> Array:
        """Thresholds that a chain may begin at, which rise, and their prior means."""
        return np.linspace(-2.0, 2.0, int(self.rung.max()))


def rows_of(inputs: Inputs) -> Rows:
    """Return one row per theatre and whole step that has one before it; a rung nobody was at goes.

    A column that does not move is left out.
    """
    measures = inputs.measures
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.log(measures.measure)
    rung = measures.rung_of(measures.measure)
    whole = measures.complete[1:] & measures.complete[:-1] & np.isfinite(level[:-1])
    step, theatre = np.nonzero(whole)
    indicators = inputs.indicators.value[1 : len(rung)][step, theatre]
    before = [rung[:-1][step, theatre], level[:-1][step, theatre]]
    columns = np.column_stack([*before, indicators]).astype(float)
    moves = columns.std(axis=0) > 1e-9
    columns = columns[:, moves]
    names = np.array(["last_rung", "last_level", *(f"i{j}" for j in range(indicators.shape[1]))])
    _, dense = np.unique(rung[1:][step, theatre], return_inverse=True)
    standard = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    return Rows(dense, standard, tuple(names[moves]), theatre)


def ours(rows: Rows) -> pm.Model:
    """Return the model as one writes it here."""
    turned, back = _orthogonal(rows.columns)
    theatres = int(rows.theatre.max()) + 1
    with pm.Model() as model:
        # As data, not constants: Numba compiles a constant of thousands of numbers for minutes.
        columns = pm.Data("columns", turned)
        rung, of = pm.Data("rung", rows.rung), pm.Data("of", rows.theatre)
        place = pm.Flat("place", shape=rows.columns.shape[1])
        slopes = pm.Deterministic("slopes", pt.dot(back, place))
        pm.Potential("slopes_prior", pm.logp(pm.Normal.dist(0.0, SLOPE), slopes).sum())
        spread = pm.HalfNormal("spread", THEATRE)
        middle = pm.Normal("middle", 0.0, spread / np.sqrt(theatres))
        apart = pm.ZeroSumNormal("apart", spread, shape=theatres)
        pm.Deterministic("theatre", middle + apart)  # independent normals, taken apart
        shifted = pm.Flat("shifted", shape=len(rows.starts), transform=ordered, initval=rows.starts)
        cuts = pm.Deterministic("cuts", shifted + middle)
        pm.Potential("cuts_prior", pm.logp(pm.Normal.dist(rows.starts, CUT), cuts).sum())
        score = pt.dot(columns, place) + apart[of]
        pm.Potential("seen", _log_chances(rung, score, shifted, len(rows.starts)).sum())
    return model


def _orthogonal(columns: Array) -> tuple[Array, Array]:
    """Return orthogonal columns, and what turns slopes on them into slopes on the given ones."""
    _, triangle = np.linalg.qr(columns)
    back = np.linalg.inv(triangle) * np.sqrt(10.0)  # about what one binary outcome tells
    return columns @ back, back


def _log_chances(rung: object, score: object, cuts: object, last: int) -> object:
    """Return log P(rung) (row) from the two thresholds around it.

    log(F(a) - F(b)) = log(1 - exp(b - a)) + log F(a) + log(1 - F(b)), so that nothing cancels.
    """
    upper = cuts[pt.minimum(rung, last - 1)] - score
    lower = cuts[pt.maximum(rung - 1, 0)] - score
    below = pt.where(rung < last, -pt.softplus(-upper), 0.0)
    above = pt.where(rung > 0, -pt.softplus(lower), 0.0)
    inside = (rung > 0) & (rung < last)
    gap = pt.where(inside, lower - upper, -1.0)
    return below + above + pt.where(inside, pt.log(-pt.expm1(gap)), 0.0)


def bambis(rows: Rows) -> object:
    """Return the same model as bambi builds it; needs bambi, which only benchmarks have."""
    import bambi as bmb

    data = pd.DataFrame(rows.columns, columns=list(rows.names))
    data["rung"] = pd.Categorical(rows.rung, ordered=True)
    data["theatre"] = rows.theatre.astype(str)
    slope = bmb.Prior("Normal", mu=0.0, sigma=SLOPE)
    between = bmb.Prior("Normal", mu=0.0, sigma=bmb.Prior("HalfNormal", sigma=THEATRE))
    priors = {
        **dict.fromkeys(rows.names, slope),
        "1|theatre": between,
        "threshold": bmb.Prior("Normal", mu=rows.starts, sigma=CUT, transform=ordered),
    }
    formula = f"rung ~ 0 + {' + '.join(rows.names)} + (1 | theatre)"
    return bmb.Model(formula, data, family="cumulative", priors=priors)
