"""Rows of a Parquet file as JSON text, made a row group at a time, so that a page is a slice of bytes and no work."""

from __future__ import annotations

import hashlib
import threading
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

GROUPS_KEPT = 2
"""Row groups held as text: a client reads pages in order, so each group is made once."""


@dataclass(frozen=True)
class _Text:
    """The rows of one group as `,{...},{...}`; row i is `data[starts[i]:starts[i + 1]]`."""

    data: bytes
    starts: np.ndarray


class JsonRows:
    """One Parquet file in its own order, each row a JSON object with the members that `select` names.

    `select` is a DuckDB expression over the file's columns that gives a STRUCT.
    """

    def __init__(self, path: Path, select: str) -> None:
        self._file = pq.ParquetFile(path)
        groups = range(self._file.metadata.num_row_groups)
        sizes = [self._file.metadata.row_group(group).num_rows for group in groups]
        self._ends = list(accumulate(sizes))
        self._select = select
        self._kept: OrderedDict[int, _Text] = OrderedDict()
        self._lock = threading.Lock()
        self.total = self._file.metadata.num_rows

    def slice(self, first: int, last: int) -> bytes:
        """Rows `first` (0 for the first) up to but not including `last`, separated by commas, without brackets."""
        last = min(last, self.total)
        parts = []
        while first < last:
            group = bisect_right(self._ends, first)
            before = self._ends[group - 1] if group else 0
            until = min(last, self._ends[group])
            text = self._text(group)
            parts.append(memoryview(text.data)[text.starts[first - before] : text.starts[until - before]])
            first = until
        return b"".join(parts)[1:]

    def _text(self, group: int) -> _Text:
        with self._lock:
            if group in self._kept:
                self._kept.move_to_end(group)
                return self._kept[group]
            text = self._make(group)
            self._kept[group] = text
            while len(self._kept) > GROUPS_KEPT:
                self._kept.popitem(last=False)
            return text

    def _make(self, group: int) -> _Text:
        rows = self._file.read_row_group(group)
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.register("rows", rows)
            made = connection.execute(f"select ',' || to_json({self._select}) as text from rows").to_arrow_table()
        texts = made.column("text").cast(pa.large_string()).combine_chunks()
        _, offsets, data = texts.buffers()
        starts = np.frombuffer(offsets, dtype=np.int64)[: rows.num_rows + 1]
        return _Text(data=data.to_pybytes(), starts=starts.copy())


def fingerprint(path: Path) -> str:
    """Sixteen hexadecimal characters that stand for the bytes of `path` (for ETags)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
