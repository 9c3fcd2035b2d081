"""The packaged sample of real readings, as the connectors computed it from public sources.

See `docs/data-notice.md` for publishers and licences.
"""

from datetime import date
from importlib.resources import files
from itertools import pairwise

import numpy as np

from forecaster.domain.reading import Readings
from forecaster.errors import NotFoundError

FILES = ("observations.parquet", "viina.parquet")
_FOLDER = "sample"


def sample_readings() -> tuple[Readings, ...]:
    """Return the sample, one `Readings` per source, in order of source.

    Raises:
        NotFoundError: the sample is not packaged.
    """
    found = [readings for filename in FILES for readings in _read(filename)]
    return tuple(sorted(found, key=lambda readings: readings.source))


def sample_last_day() -> date:
    """Return the last day that the sample speaks of, and as of which it was known.

    Raises:
        NotFoundError: the sample is not packaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    metadata = pq.read_schema(pa.BufferReader(_bytes(FILES[0]))).metadata or {}
    return date.fromisoformat(metadata[b"last_day"].decode())


def _read(filename: str) -> list[Readings]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(_bytes(filename)))
    column = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    cuts = np.flatnonzero(column["source"][1:] != column["source"][:-1]) + 1
    edges = [0, *cuts.tolist(), len(column["source"])]
    return [
        Readings(
            source=str(column["source"][start]),
            series=column["series"][start:stop],
            observed_at=column["observed_at"][start:stop].astype("datetime64[us]"),
            recorded_at=column["recorded_at"][start:stop].astype("datetime64[us]"),
            value=column["value"][start:stop],
            estimated=column["estimated"][start:stop].astype(bool),
        )
        for start, stop in pairwise(edges)
        if stop > start
    ]


def _bytes(filename: str) -> bytes:
    path = files("forecaster.reference").joinpath(_FOLDER, filename)
    if not path.is_file():
        raise NotFoundError(
            f"the sample file {filename} is not packaged: build it with"
            " 'forecaster sample build --from-dir DIR'"
        )
    return path.read_bytes()
