"""Named arrays with a header as bytes, and back: every number exactly as it was.

One Arrow IPC file, which any Arrow reader opens: a single row with a list column per array
(row-major, float64 or int64), compressed with Zstandard. The schema's metadata holds all that is
not an array as JSON under `forecaster`, with the shape of each array.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.errors import StoreError

type Arrays = Mapping[str, NDArray[np.float64] | NDArray[np.int64]]

_KEY = b"forecaster"


def pack(kind: str, header: Mapping[str, object], arrays: Arrays) -> bytes:
    """Return the bytes of arrays, with a kind and a header that JSON can hold."""
    import pyarrow as pa

    shapes = {name: array.shape for name, array in arrays.items()}
    text = json.dumps({"kind": kind, **header, "shapes": shapes})
    columns = [_column(array) for array in arrays.values()]
    row = pa.RecordBatch.from_arrays(columns, names=list(arrays))
    row = row.replace_schema_metadata({_KEY: text.encode()})
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(sink, row.schema, options=options) as writer:
        writer.write_batch(row)
    return bytes(sink.getvalue())


def _column(array: "NDArray[np.float64] | NDArray[np.int64]") -> Any:  # noqa: ANN401 (no stubs)
    """Return a column of one list. Built from buffers: `pyarrow.array` would load pandas."""
    import pyarrow as pa

    type_ = pa.from_numpy_dtype(array.dtype)
    buffer = pa.py_buffer(array.tobytes())
    values = pa.Array.from_buffers(type_, array.size, [None, buffer])
    offsets = pa.py_buffer(np.array([0, array.size], np.int32).tobytes())
    return pa.Array.from_buffers(pa.list_(type_), 1, [None, offsets], children=[values])


def unpack(kind: str, payload: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and arrays of a payload; arrays are the caller's own.

    Raises:
        StoreError: the bytes are no payload, or not of this kind.
    """
    import pyarrow as pa

    try:
        row = pa.ipc.open_file(pa.py_buffer(payload)).get_batch(0)
        header: dict[str, Any] = json.loads(row.schema.metadata[_KEY])
    except (pa.ArrowException, OSError, LookupError, TypeError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise StoreError(
            f"a stored payload cannot be read ({reason}): restore the database from a backup"
        ) from error
    if header.pop("kind", None) != kind:
        raise StoreError(f"a stored payload is not of kind {kind}: use the release that wrote it")
    shapes = header.pop("shapes")
    columns = zip(row.schema.names, row.columns, strict=True)
    return header, {name: _array(column, shapes[name]) for name, column in columns}


def _array(column: Any, shape: list[int]) -> "NDArray[Any]":  # noqa: ANN401 (no stubs)
    values = column.values
    dtype = values.type.to_pandas_dtype()
    flat = np.frombuffer(values.buffers()[1] or b"", dtype, count=len(values))
    return flat.reshape(shape).copy()
