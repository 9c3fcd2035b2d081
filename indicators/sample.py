"""The packaged sample: real readings, from the sources that may be passed on, in our own format.

Two Parquet files: VIINA's share-alike licence asks that what is derived from it stays apart. The
bytes depend on the publishers' files and the last day alone, so anyone can build them again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.reading import Readings
from forecaster.errors import SourceError
from indicators.catalogue import sources
from indicators.clean import clean
from indicators.ingest import read_directory
from indicators.source import Source

LAST_DAY = date(2025, 6, 30)
SHARE_ALIKE = "viina"
SHARE_ALIKE_FILE, OTHER_FILE = "viina.parquet", "observations.parquet"

MAX_BYTES = 2_000_000

_SINCE = {"gpr": date(2018, 1, 1), "eia_prices": date(2018, 1, 1), "ecb_rates": date(2018, 1, 1)}
_ONLY = {
    "ofac_designations": ("russia", "belarus", "ukraine", "iran", "china", "north-korea"),
    "ecb_rates": ("pln", "huf", "rub", "usd", "czk", "ron", "sek", "nok", "try"),
}
"""Endings of the series kept of a source, where the ladders cannot use them all."""


@dataclass(frozen=True, slots=True)
class SampledSource:
    """What one source gave to the sample; days are those spoken of, first and last."""

    source: str
    rows: int
    series: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was built: per source, and the size of both files together."""

    last_day: date
    sources: tuple[SampledSource, ...]
    bytes_written: int


def build_sample(
    directory: Path, out: Path, *, now: datetime, last_day: date = LAST_DAY
) -> SampleSummary:
    """Write the sample into `out` out of the publishers' files in `directory`.

    Nothing in it speaks of a time after `last_day`, or was known only after it.

    Raises:
        SourceError: a source is missing or malformed, the result is too large, or `last_day` is
            not over yet, so that it is not settled what was known on it.
    """
    end = datetime.combine(last_day, time.min, UTC) + timedelta(days=1)
    if now < end:
        raise SourceError(f"the last day {last_day} is not over: give an earlier one")
    chosen = [source for source in sources().values() if source.in_sample]
    kept = {source.id: _sample_of(source, directory, now=now, end=end) for source in chosen}
    apart = [kept[id] for id in kept if id == SHARE_ALIKE]
    others = [kept[id] for id in kept if id != SHARE_ALIKE]
    files = {SHARE_ALIKE_FILE: _parquet(apart, last_day), OTHER_FILE: _parquet(others, last_day)}
    size = sum(len(body) for body in files.values())
    if size > MAX_BYTES:
        raise SourceError(f"the sample is {size} bytes, at most {MAX_BYTES}: trim it further")
    _write(files, out)
    return SampleSummary(
        last_day=last_day,
        sources=tuple(summarise(readings) for readings in kept.values()),
        bytes_written=size,
    )


def summarise(readings: Readings) -> SampledSource:
    """Return how much of a source there is, and of which days."""
    return SampledSource(
        source=readings.source,
        rows=len(readings),
        series=len(set(readings.series.tolist())),
        first=readings.observed_at.min().astype("datetime64[D]").item(),
        last=readings.observed_at.max().astype("datetime64[D]").item(),
    )


def _sample_of(source: Source, directory: Path, *, now: datetime, end: datetime) -> Readings:
    batch = clean(source, read_directory(source, directory), now=now, first_fetch=None)
    readings = batch.readings
    limit = np.datetime64(end.replace(tzinfo=None), "us")
    keep = (readings.observed_at < limit) & (readings.recorded_at < limit)
    if source.id in _SINCE:
        keep &= readings.observed_at >= np.datetime64(_SINCE[source.id], "us")
    if source.id in _ONLY:
        keep &= _ends_in(readings.series, _ONLY[source.id])
    if not keep.any():
        raise SourceError(f"{source.id} has nothing known by {end.date()}: check the folder")
    return Readings(
        source=source.id,
        series=readings.series[keep],
        observed_at=readings.observed_at[keep],
        recorded_at=readings.recorded_at[keep],
        value=readings.value[keep],
        estimated=readings.estimated[keep],
    )


def _ends_in(series: NDArray[np.object_], endings: tuple[str, ...]) -> NDArray[np.bool_]:
    wanted = {
        name: name.replace("fx.eur-", "fx.").rpartition(".")[2] in endings
        for name in set(series.tolist())
    }
    return np.array([wanted[name] for name in series], dtype=bool)


def _write(files: Mapping[str, bytes], out: Path) -> None:
    """Write all files beside the old ones first, so that a full disk leaves those as they were."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, body in files.items():
            (out / f"{name}.part").write_bytes(body)
        for name in files:
            (out / f"{name}.part").replace(out / name)
    except OSError as error:
        raise SourceError(
            f"the sample cannot be written to {out} ({error.strerror}): free space, or choose a"
            " folder that can be written"
        ) from None


def _parquet(parts: list[Readings], last_day: date) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def joined(name: str) -> NDArray[np.generic]:
        return np.concatenate([getattr(part, name) for part in parts])

    moment = pa.timestamp("us", tz="UTC")
    table = pa.table(
        {
            "source": pa.array(
                np.repeat([part.source for part in parts], [len(part) for part in parts])
            ).dictionary_encode(),
            "series": pa.array(joined("series"), type=pa.string()).dictionary_encode(),
            "observed_at": pa.array(joined("observed_at")).cast(moment),
            "recorded_at": pa.array(joined("recorded_at")).cast(moment),
            "value": pa.array(joined("value")),
            "estimated": pa.array(joined("estimated")),
        }
    ).replace_schema_metadata({"last_day": last_day.isoformat()})
    out = pa.BufferOutputStream()
    pq.write_table(
        table,
        out,
        compression="zstd",
        compression_level=19,
        use_dictionary=["source", "series", "estimated", "value"],
        column_encoding={
            "observed_at": "DELTA_BINARY_PACKED",
            "recorded_at": "DELTA_BINARY_PACKED",
        },
        store_schema=True,
    )
    return bytes(out.getvalue().to_pybytes())
