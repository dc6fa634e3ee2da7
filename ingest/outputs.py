"""What reading a file leaves behind: one Parquet file of good rows and one of quarantined rows for each table.

The same file gives the same bytes, whoever reads it again and when.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from area.files import private_folder, sync_folder, written_whole

READ_META = pa.schema(
    [
        ("_file_hash", pa.string()),
        ("_file_name", pa.string()),
        ("_row", pa.int64()),
        ("_feed", pa.string()),
        ("_received_at", pa.timestamp("us")),
        ("_extract_date", pa.date32()),
    ]
)
QUARANTINE = pa.schema(
    [
        ("_file_hash", pa.string()),
        ("_file_name", pa.string()),
        ("_row", pa.int64()),
        ("_feed", pa.string()),
        ("_table", pa.string()),
        ("_received_at", pa.timestamp("us")),
        ("reason", pa.string()),
        ("field", pa.string()),
        ("original_text", pa.string()),
    ]
)


@dataclass(frozen=True)
class Origin:
    """Where rows came from: the file's hash and name, its feed, when it was received and which day it is of."""

    feed: str
    file_hash: str
    file_name: str
    received_at: dt.datetime
    extract_date: dt.date


def with_origin(cells: pa.Table, rows: npt.NDArray[np.int64], origin: Origin) -> pa.Table:
    """The rows with the columns that say where each came from."""
    count = cells.num_rows
    meta = {
        "_file_hash": _constant(origin.file_hash, count),
        "_file_name": _constant(origin.file_name, count),
        "_row": pa.array(rows, pa.int64()),
        "_feed": _constant(origin.feed, count),
        "_received_at": pa.array(np.full(count, np.datetime64(origin.received_at, "us"))),
        "_extract_date": pa.array(np.full(count, np.datetime64(origin.extract_date, "D"))),
    }
    for name, column in meta.items():
        cells = cells.append_column(name, column)
    return cells


def write_parquet(table: pa.Table, path: Path, *, root: Path) -> None:
    """Write a Parquet file (0600) and rename it into place when it is complete and on disk."""
    private_folder(path.parent, below=root)
    with written_whole(path) as file:
        pq.write_table(table, file, compression="snappy", row_group_size=122_880, store_schema=False)
    sync_folder(path.parent)


def _constant(value: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([value], pa.string()))
