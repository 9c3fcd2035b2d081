"""Forecasts and outcomes of a backtest as bytes, and back; `store.payload` has the form."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.clock import require_utc
from forecaster.domain.backtest import LEVELS, OriginForecast, Outcomes
from forecaster.domain.forecast import Diagnostics
from forecaster.errors import StoreError
from forecaster.store.payload import Arrays, pack, unpack
from forecaster.store.tables.base import as_text

type Shape = tuple[int, ...]

_FORECAST = "origin-forecast-1"
_OUTCOMES = "outcomes-1"


def encode_forecast(forecast: OriginForecast) -> bytes:
    """Return the bytes of a forecast.

    Raises:
        StoreError: an array does not fit its axes, or an instant has no time zone.
    """
    cells = (len(forecast.theatres), len(forecast.horizons))
    rungs = len(forecast.rungs)
    _require_shape("at", forecast.at, (*cells, rungs))
    _require_shape("reach", forecast.reach, (*cells, rungs))
    _require_shape("quantiles", forecast.quantiles, (*cells, len(LEVELS)))
    _require_shape("present", forecast.present, cells[:1])
    _require_shape("horizon_ends", np.asarray(forecast.horizon_ends), cells[1:])
    diagnostics = forecast.diagnostics
    header = {
        "forecaster": forecast.forecaster,
        "version": forecast.version,
        "origin": _text(forecast.origin),
        "theatres": forecast.theatres,
        "horizons": [int(steps) for steps in forecast.horizons],
        "rungs": forecast.rungs,
        "horizon_ends": [_text(end) for end in forecast.horizon_ends],
        "diagnostics": None if diagnostics is None else _plain(diagnostics),
        "seconds": float(forecast.seconds),
        "seed": int(forecast.seed),
    }
    arrays: Arrays = {
        "at": np.asarray(forecast.at, np.float64),
        "reach": np.asarray(forecast.reach, np.float64),
        "quantiles": np.asarray(forecast.quantiles, np.float64),
        "present": np.asarray(forecast.present, np.int64),
    }
    return pack(_FORECAST, header, arrays)


def decode_forecast(payload: bytes) -> OriginForecast:
    """Return the forecast of these bytes; its arrays are its own and may be written to.

    Raises:
        StoreError: the bytes are not those of a forecast.
    """
    header, arrays = unpack(_FORECAST, payload)
    diagnostics = header.pop("diagnostics")
    return OriginForecast(
        forecaster=header["forecaster"],
        version=header["version"],
        origin=datetime.fromisoformat(header["origin"]),
        theatres=tuple(header["theatres"]),
        horizons=tuple(header["horizons"]),
        rungs=tuple(header["rungs"]),
        horizon_ends=tuple(map(datetime.fromisoformat, header["horizon_ends"])),
        diagnostics=None if diagnostics is None else Diagnostics(**diagnostics),
        seconds=header["seconds"],
        seed=header["seed"],
        **arrays,
    )


def encode_outcomes(outcomes: Outcomes) -> bytes:
    """Return the bytes of outcomes.

    Raises:
        StoreError: an array does not fit its axes, or an instant has no time zone.
    """
    shape = (len(outcomes.theatres), len(outcomes.ends))
    _require_shape("rung", outcomes.rung, shape)
    _require_shape("measure", outcomes.measure, shape)
    header = {
        "theatres": outcomes.theatres,
        "rungs": outcomes.rungs,
        "ends": [_text(end) for end in outcomes.ends],
    }
    arrays: Arrays = {
        "rung": np.asarray(outcomes.rung, np.int64),
        "measure": np.asarray(outcomes.measure, np.float64),
    }
    return pack(_OUTCOMES, header, arrays)


def decode_outcomes(payload: bytes) -> Outcomes:
    """Return the outcomes of these bytes; their arrays are their own and may be written to.

    Raises:
        StoreError: the bytes are not those of outcomes.
    """
    header, arrays = unpack(_OUTCOMES, payload)
    return Outcomes(
        theatres=tuple(header["theatres"]),
        rungs=tuple(header["rungs"]),
        ends=tuple(map(datetime.fromisoformat, header["ends"])),
        **arrays,
    )


def _require_shape(name: str, array: "NDArray[Any]", shape: Shape) -> None:
    if array.shape != shape:
        raise StoreError(
            f"{name} has shape {array.shape} where its axes make {shape}: "
            "give every theatre, horizon and rung its place"
        )


def _plain(diagnostics: Diagnostics) -> dict[str, object]:
    """Return diagnostics without numpy's kinds of number, which JSON does not know."""
    values = asdict(diagnostics)
    return {name: v.item() if isinstance(v, np.generic) else v for name, v in values.items()}


def _text(moment: datetime) -> str:
    try:
        return as_text(require_utc(moment, what="a time to be stored"))
    except ValueError as error:
        raise StoreError(f"a value cannot be stored: {error}") from None
