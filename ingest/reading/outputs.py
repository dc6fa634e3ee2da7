"""What reading a file leaves behind: one Parquet file of good rows and one of quarantined rows for each table.

The same file gives the same bytes, whoever reads it again and when.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from area.files import open_private, part_of, private_folder, sync_folder

_NAME = pa.dictionary(pa.int32(), pa.string())  # in the file a text like any other
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
        ("cells", pa.string()),
    ]
)
VALUES = ("original_text", "cells")
"""Columns of QUARANTINE that hold values of records: `cells` is a JSON object of the row's fields, null where it could
not be read as a row."""
ROW_GROUP = 122_880
ROW_GROUP_BYTES = 2_000_000


@dataclass(frozen=True)
class Origin:
    """Where rows came from: the file's hash and name, its feed, when it was received and which day it is of."""

    feed: str
    file_hash: str
    file_name: str
    received_at: dt.datetime
    extract_date: dt.date


def read_schema(columns: tuple[str, ...]) -> pa.Schema:
    """The columns of a table's file of good rows."""
    fields = [pa.field(name, pa.string()) for name in columns]
    return pa.schema([*fields, *(pa.field(m.name, _NAME if m.type == pa.string() else m.type) for m in READ_META)])


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
    return cells.cast(read_schema(tuple(cells.column_names[: -len(meta)])))


class ParquetPart:
    """A Parquet file (0600) that is written batch by batch beside its place, and put there once all is well.

    Batches are gathered into row groups of about 120,000 rows, or 2 MB, so the same batches give the same bytes.
    """

    def __init__(self, path: Path, schema: pa.Schema, *, root: Path, suffix: str = "") -> None:
        private_folder(path.parent, below=root)
        self.path, self.part = path, part_of(path.with_name(path.name + suffix))
        self._schema = schema
        self._waiting: list[pa.Table] = []
        self._file = open_private(self.part)
        self._writer = pq.ParquetWriter(self._file, schema, compression="snappy", store_schema=False)
        self.rows = 0

    def add(self, table: pa.Table) -> None:
        """Write the rows of a batch."""
        if table.num_rows:
            self.rows += table.num_rows
            self._waiting.append(table)
            waiting = sum(each.num_rows for each in self._waiting)
            if waiting >= ROW_GROUP or sum(each.nbytes for each in self._waiting) >= ROW_GROUP_BYTES:
                self._flush()

    def _flush(self) -> None:
        if self._waiting:
            group = pa.concat_tables(self._waiting)
            self._waiting = []
            self._writer.write_table(group, row_group_size=max(group.num_rows, 1))

    def close(self) -> None:
        """Finish the part: it can be read, and lasts through a power cut."""
        if not self._file.closed:
            self._flush()
            self._writer.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def batches(self) -> Iterator[pa.Table]:
        """The rows of the closed part, row group by row group."""
        with pq.ParquetFile(self.part) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group).cast(self._schema)

    def publish(self) -> None:
        """Rename the closed part to its place."""
        self.part.replace(self.path)
        sync_folder(self.path.parent)

    def discard(self) -> None:
        """Leave nothing of what has not been published."""
        if not self._file.closed:
            self._waiting = []
            for end in (self._writer.close, self._file.close):
                with suppress(OSError):  # closing writes what is left, for which there may be no room
                    end()
        self.part.unlink(missing_ok=True)


def _constant(value: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([value], pa.string()))
