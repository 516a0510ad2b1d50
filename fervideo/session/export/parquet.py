"""Frames as Parquet: typed columns, for pandas, R and databases."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from fervideo.session.export.frames import frame_table
from fervideo.session.export.job import ExportJob, need_package
from fervideo.session.export.tables import TableColumn
from fervideo.session.files import replacing


def write(job: ExportJob) -> None:
    """Write the frames as Parquet; the file's metadata hold the session's description.

    Raises:
        NotPossibleError: pyarrow is not installed.
    """
    need_package("pyarrow", "Parquet files")
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = frame_table(job)
    arrays = [_array(column) for column in table]
    fields = [
        pa.field(column.name, array.type, metadata={"unit": column.unit, "meaning": column.meaning})
        for column, array in zip(table, arrays, strict=True)
    ]
    description = json.dumps(dict(job.session.description), ensure_ascii=True)
    schema = pa.schema(fields, metadata={"fervideo": description})
    with replacing(job.out) as temporary:
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), temporary, compression="zstd")


def _array(column: TableColumn) -> Any:
    """A column as Arrow holds it; a missing value is null."""
    import pyarrow as pa

    values = column.values
    match values.dtype.kind:
        case "f":
            return pa.array(values, pa.float64(), from_pandas=True)
        case "i":
            return pa.array(values, pa.int64(), mask=values < 0)
        case "b":
            return pa.array(values, pa.bool_())
        case "M":
            return pa.array(values, pa.timestamp("us", tz="UTC"), mask=np.isnat(values))
    texts = [str(value) for value in values.tolist()]
    plain = [text.encode("utf-8", "replace").decode("utf-8") or None for text in texts]
    return pa.array(plain, pa.string()).dictionary_encode()
