"""What every source guarantees, as one function that a plug-in's own tests can call."""

from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit

import numpy as np

from forecaster.domain.reading import Batch, Readings
from indicators.clean import clean
from indicators.news import news
from indicators.screen import bound_of
from indicators.source import Payloads, Source


def assert_source_contract(source: Source, payloads: Payloads, now: datetime) -> Batch:
    """Return the cleaned batch if the source keeps its promises on these payloads.

    Raises:
        AssertionError: the first promise broken, in one sentence.
    """
    _assert_declared(source)
    before = dict(payloads)
    batch = clean(source, payloads, now=now, first_fetch=None)
    _assert(dict(payloads) == before, f"{source.id} changed the payloads it was given")
    _assert(len(batch.readings) > 0, f"{source.id} made no reading of its own example")
    assert_readings(source, batch.readings, now)
    assert_rejects(source, batch)
    again = clean(source, payloads, now=now, first_fetch=None)
    _assert(_same(batch.readings, again.readings), f"{source.id} reads the same bytes differently")
    _assert(batch.rejects == again.rejects, f"{source.id} rejects the same bytes differently")
    fresh = news(again.readings, known=_latest(batch.readings), now=now)
    late = fresh.estimated | (fresh.recorded_at == _utc(now))
    _assert(not late.any(), f"{source.id} finds news in an answer that it has seen before")
    return batch


def _assert_declared(source: Source) -> None:
    name = source.id or "a source without an id"
    for field in ("id", "name", "publisher", "licence"):
        _assert(bool(getattr(source, field).strip()), f"{name} does not state its {field}")
    _assert(source.cadence_days > 0, f"{name} has a cadence of {source.cadence_days} days")
    _assert(source.lag_days >= 0, f"{name} has a lag of {source.lag_days} days")
    _assert(source.expected_rows > 0, f"{name} expects {source.expected_rows} rows")
    grade = source.grade
    known = len(grade) == 2 and grade[0] in "ABCDEF" and grade[1] in "123456"
    _assert(known, f"{name} has the grade {grade!r}, which is not Admiralty")
    files = [resource.filename for resource in source.resources]
    _assert(len(set(files)) == len(files) > 0, f"{name} names no file, or one twice")
    _assert(len(set(source.series)) == len(source.series) > 0, f"{name} repeats a series id")
    for resource in source.resources:
        scheme = urlsplit(resource.url).scheme
        _assert(scheme in {"", "http", "https"}, f"{name} has a URL of scheme {scheme!r}")


def assert_readings(source: Source, readings: Readings, now: datetime) -> None:
    """Return quietly if readings are the source's own, UTC, finite, sorted and inside its bounds.

    Raises:
        AssertionError: the first promise broken, in one sentence.
    """
    name = source.id
    _assert(readings.source == name, f"{name} speaks in the name of {readings.source}")
    for column in (readings.observed_at, readings.recorded_at):
        _assert(column.dtype == np.dtype("datetime64[us]"), f"{name} has times of {column.dtype}")
        _assert(not np.isnat(column).any(), f"{name} has a reading without a time")
    _assert(bool(np.isfinite(readings.value).all()), f"{name} has a value that is not finite")
    _assert(bool((readings.observed_at <= _utc(now)).all()), f"{name} speaks of the future")
    _assert(bool((readings.recorded_at <= _utc(now)).all()), f"{name} knew something after now")
    early = readings.recorded_at < readings.observed_at
    _assert(not early.any(), f"{name} knew a value before its period began")
    _assert(_is_sorted(readings), f"{name} is not sorted, or repeats a reading")
    _assert_in_bounds(source, readings)


def _assert_in_bounds(source: Source, readings: Readings) -> None:
    for series in np.unique(readings.series.astype(str)):
        bound = bound_of(source, series)
        value = readings.value[readings.series == series]
        low = bound.minimum is None or value.min() >= bound.minimum
        high = bound.maximum is None or value.max() <= bound.maximum
        _assert(bool(low and high), f"{source.id} has {series} outside its own bounds")


def assert_rejects(source: Source, batch: Batch) -> None:
    """Return quietly if every reject is the source's own, with a reason and its row.

    Raises:
        AssertionError: the first reject that is not.
    """
    for reject in batch.rejects:
        _assert(bool(reject.reason.strip()), f"{source.id} rejects a row without a reason")
        _assert(bool(reject.raw.strip()), f"{source.id} rejects a row without showing it")
        _assert(reject.source == source.id, f"{source.id} rejects in the name of {reject.source}")


def _is_sorted(readings: Readings) -> bool:
    keys = list(
        zip(
            readings.series.tolist(),
            readings.observed_at.tolist(),
            readings.recorded_at.tolist(),
            strict=True,
        )
    )
    return all(one < other for one, other in pairwise(keys))


def _same(one: Readings, other: Readings) -> bool:
    columns = ("series", "observed_at", "recorded_at", "value", "estimated")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in columns)


def _latest(readings: Readings) -> Readings:
    """Return the last known value per series and time, as a store answers it."""
    last = np.ones(len(readings), dtype=bool)
    last[:-1] = (readings.series[1:] != readings.series[:-1]) | (
        readings.observed_at[1:] != readings.observed_at[:-1]
    )
    return Readings(
        source=readings.source,
        series=readings.series[last],
        observed_at=readings.observed_at[last],
        recorded_at=readings.recorded_at[last],
        value=readings.value[last],
        estimated=readings.estimated[last],
    )


def _utc(moment: datetime) -> np.datetime64:
    offset = moment.utcoffset()
    _assert(offset is not None, "the contract needs a time with a zone")
    plain = moment.replace(tzinfo=None)
    return np.datetime64(plain if offset is None else plain - offset, "us")


def _assert(condition: bool, message: str) -> None:
    """A promise of the contract; unlike the statement it holds under `python -O` too."""
    if not condition:
        raise AssertionError(message)
