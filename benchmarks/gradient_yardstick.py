"""A hand-written loop for one gradient of latent tension's likelihood: how fast could it be?

A yardstick alone: value and gradient of the same likelihood over the same data as the family's,
without its priors, its judged rungs and the transforms of its parameters. Fast mathematics is on,
which the product does without, because draws must not depend on it.
"""

from dataclasses import dataclass

import numba
import numpy as np

from models.components.observation import log_observations
from models.inputs import Inputs

type Array = np.ndarray


@dataclass(frozen=True)
class Point:
    """One value of every parameter of the likelihood; arrays are per theatre but for shocks."""

    level: float
    spread: float
    wander: Array
    phi: Array
    volatility: Array
    noise: Array
    loading: Array
    shock: Array
    effects: Array

    def arguments(self) -> tuple:
        return (
            self.level, self.spread, self.wander, self.phi, self.volatility, self.noise,
            self.loading, self.shock, self.effects,
        )  # fmt: skip


def some_point(inputs: Inputs) -> Point:
    """Return a point like those of the posterior."""
    rng = np.random.default_rng(1)
    theatres, steps = len(inputs.measures.theatres), inputs.calendar.last + 1
    flat = np.ones(theatres)
    return Point(
        level=2.0,
        spread=0.7,
        wander=0.01 * flat,
        phi=0.95 * flat,
        volatility=0.1 * flat,
        noise=0.15 * flat,
        loading=0.08 * flat,
        shock=rng.normal(size=steps),
        effects=0.01 * rng.normal(size=(theatres, len(inputs.indicators.indicators))),
    )


def data_of(inputs: Inputs) -> tuple[Array, ...]:
    """Return y, observed, counting, exposure (theatre, step), value, missing (…, indicator)."""
    seen = log_observations(inputs.measures)
    columns = (seen.y, seen.observed, seen.counting, seen.exposure)
    panel = (inputs.indicators.value, inputs.indicators.missing)
    rows = inputs.calendar.last + 1
    return tuple(np.ascontiguousarray(np.swapaxes(a[:rows], 0, 1)) for a in (*columns, *panel))


@numba.njit(fastmath=True)
def value_and_gradient(
    level, spread, wander, phi, volatility, noise, loading, shock, effects,
    y, observed, counting, exposure, value, missing,
):  # fmt: skip
    """Return the log likelihood and its gradient, in the order of the parameters."""
    theatres, steps, indicators = value.shape
    total, g_level, g_spread = 0.0, 0.0, 0.0
    g_wander, g_phi = np.zeros(theatres), np.zeros(theatres)
    g_volatility, g_noise, g_loading = np.zeros(theatres), np.zeros(theatres), np.zeros(theatres)
    g_shock, g_effects = np.zeros(steps), np.zeros((theatres, indicators))
    x, vx, vc = np.empty(steps), np.empty(steps), np.empty(steps)
    err, inv, kx, kl = np.empty(steps), np.empty(steps), np.empty(steps), np.empty(steps)
    for k in range(theatres):
        f, own, w = phi[k], volatility[k] ** 2, wander[k] ** 2
        begun = f * f * (own + loading[k] ** 2) / (1.0 - f * f)
        mx, ml, pxx, pll, pxl = 0.0, level, 0.0, spread**2, 0.0
        for t in range(steps):
            push, extra = 0.0, 0.0
            for j in range(indicators):
                push += value[k, t, j] * effects[k, j]
                extra += missing[k, t, j] * effects[k, j] ** 2
            x[t], vx[t], vc[t] = mx, pxx, pxl
            mx = f * mx + shock[t] * loading[k] + push
            pxx = f * f * pxx + own + extra + (begun if t == 0 else 0.0)
            pll, pxl = pll + w, f * pxl
            inv[t], err[t], kx[t], kl[t] = 0.0, 0.0, 0.0, 0.0
            if observed[k, t] > 0.5:
                s = pxx + pll + 2.0 * pxl + noise[k] ** 2 / exposure[k, t] + counting[k, t]
                v = y[k, t] - mx - ml
                total -= 0.5 * (np.log(2.0 * np.pi * s) + v * v / s)
                inv[t], err[t] = 1.0 / s, v / s
                kx[t], kl[t] = (pxx + pxl) / s, (pll + pxl) / s
                mx, ml = mx + kx[t] * v, ml + kl[t] * v
                pxx, pll = pxx - kx[t] * kx[t] * s, pll - kl[t] * kl[t] * s
                pxl -= kx[t] * kl[t] * s
        ax, al, nxx, nll, nxl = 0.0, 0.0, 0.0, 0.0, 0.0
        for t in range(steps - 1, -1, -1):
            e = err[t] - kx[t] * ax - kl[t] * al
            ux, ul = nxx * kx[t] + nxl * kl[t], nxl * kx[t] + nll * kl[t]
            d = inv[t] + kx[t] * ux + kl[t] * ul
            g_noise[k] += (e * e - d) * noise[k] / exposure[k, t]
            ax, al = ax + e, al + e
            nxx, nll, nxl = nxx + d - 2.0 * ux, nll + d - 2.0 * ul, nxl + d - ux - ul
            gx, gc = 0.5 * (ax * ax - nxx), 0.5 * (ax * al - nxl)
            for j in range(indicators):
                g_effects[k, j] += ax * value[k, t, j] + 2.0 * gx * missing[k, t, j] * effects[k, j]
            g_shock[t] += ax * loading[k]
            g_loading[k] += ax * shock[t]
            g_volatility[k] += 2.0 * gx * volatility[k]
            g_wander[k] += (al * al - nll) * wander[k]
            g_phi[k] += ax * x[t] + 2.0 * (f * gx * vx[t] + gc * vc[t])
            if t == 0:
                share = f * f / (1.0 - f * f)
                g_volatility[k] += 2.0 * gx * share * volatility[k]
                g_loading[k] += 2.0 * gx * share * loading[k]
                g_phi[k] += gx * (own + loading[k] ** 2) * 2.0 * f / (1.0 - f * f) ** 2
            ax, nxx, nxl = f * ax, f * f * nxx, f * nxl
        g_level += al
        g_spread += (al * al - nll) * spread
    return total, (
        g_level, g_spread, g_wander, g_phi, g_volatility, g_noise, g_loading, g_shock, g_effects,
    )  # fmt: skip
