"""A forecast or outcome that went through bytes is the same to the last bit."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from forecaster.domain.backtest import LEVELS, OriginForecast, Outcomes
from forecaster.domain.forecast import Diagnostics
from forecaster.errors import StoreError
from forecaster.store.backtest_payload import (
    decode_forecast,
    decode_outcomes,
    encode_forecast,
    encode_outcomes,
)
from tests.builders_store_backtest import came, said, same

any_float = st.floats(allow_nan=True, allow_infinity=True)
integers = st.integers(-(2**63), 2**63 - 1)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
gates = st.builds(
    Diagnostics,
    passed=st.booleans(),
    reason=st.text(),
    max_rhat=any_float,
    min_ess_bulk=any_float,
    min_ess_tail=any_float,
    divergences=st.integers(0, 9),
    draws=st.integers(0, 9),
    min_bfmi=any_float,
    worst=st.text(),
)


def floats(*shape: int) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(np.float64, shape, elements=any_float)


def whole(*shape: int) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(np.int64, shape, elements=integers)


@st.composite
def forecasts(draw: st.DrawFn) -> OriginForecast:
    t, h, r = (draw(st.integers(0, 3)) for _ in range(3))
    return OriginForecast(
        forecaster=draw(st.text()),
        version=draw(st.text()),
        origin=draw(moments),
        theatres=tuple(draw(st.lists(st.text(), min_size=t, max_size=t))),
        horizons=tuple(draw(st.lists(st.integers(1, 99), min_size=h, max_size=h))),
        rungs=tuple(draw(st.lists(st.text(), min_size=r, max_size=r))),
        horizon_ends=tuple(draw(st.lists(moments, min_size=h, max_size=h))),
        at=draw(floats(t, h, r)),
        reach=draw(floats(t, h, r)),
        quantiles=draw(floats(t, h, len(LEVELS))),
        present=draw(whole(t)),
        diagnostics=draw(st.none() | gates),
        seconds=draw(any_float.filter(lambda x: x == x)),
        seed=draw(integers),
    )


@st.composite
def outcomes(draw: st.DrawFn) -> Outcomes:
    t, e = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    return Outcomes(
        theatres=tuple(draw(st.lists(st.text(), min_size=t, max_size=t))),
        rungs=tuple(draw(st.lists(st.text(), max_size=3))),
        ends=tuple(draw(st.lists(moments, min_size=e, max_size=e))),
        rung=draw(whole(t, e)),
        measure=draw(floats(t, e)),
    )


@given(forecasts())
def test_a_forecast_comes_back_to_the_last_bit(forecast: OriginForecast):
    assert same(decode_forecast(encode_forecast(forecast)), forecast)


@given(outcomes())
def test_outcomes_come_back_to_the_last_bit(outcome: Outcomes):
    assert same(decode_outcomes(encode_outcomes(outcome)), outcome)


def test_any_view_of_an_array_and_any_kind_of_number_will_do():
    plain = said()
    flipped = said(
        at=np.asfortranarray(plain.at),
        present=plain.present.astype(np.int32),
        horizons=tuple(np.array(plain.horizons)),
        seed=np.uint64(plain.seed),
        seconds=np.float32(plain.seconds),
        origin=plain.origin.astimezone(timezone(timedelta(hours=2))),
    )
    assert encode_forecast(flipped) == encode_forecast(plain)
    assert decode_forecast(encode_forecast(flipped)).at.flags.writeable


@pytest.mark.parametrize("name", ["at", "reach", "quantiles", "present"])
def test_an_array_that_does_not_fit_its_axes_is_named(name: str):
    with pytest.raises(StoreError, match=f"{name} has shape"):
        encode_forecast(said(**{name: getattr(said(), name)[:1]}))


def test_a_time_without_a_zone_is_refused_and_not_guessed():
    with pytest.raises(StoreError, match="has no time zone"):
        encode_forecast(said(origin=datetime(2024, 1, 7)))  # noqa: DTZ001


@pytest.mark.parametrize("damaged", [b"", b"<!DOCTYPE html>", encode_forecast(said())[:-9]])
def test_damaged_bytes_are_one_sentence(damaged: bytes):
    with pytest.raises(StoreError, match="restore the database from a backup") as caught:
        decode_forecast(damaged)
    assert "\n" not in str(caught.value)


def test_outcomes_are_not_taken_for_a_forecast():
    with pytest.raises(StoreError, match="not of kind"):
        decode_forecast(encode_outcomes(came()))


def test_a_payload_is_small():
    many = said(theatres=300)
    assert len(encode_forecast(many)) < many.at.nbytes + many.reach.nbytes + many.quantiles.nbytes
