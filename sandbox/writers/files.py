"""Writing tables to disk: the same table always gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq


class CsvWriter:
    """Writes text tables as CSV: a header, commas, quotes only where they are needed, nothing for a missing value."""

    def __init__(self) -> None:
        self._db = duckdb.connect(config={"threads": 1, "preserve_insertion_order": True})

    def write(self, table: pa.Table, path: Path, *, encoding: str = "utf-8", broken_lines: Sequence[str] = ()) -> None:
        """Write `table` to `path`. `broken_lines` are put at the end as they are: rows no CSV writer would write."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db.register("outgoing", table)
        target = str(path).replace("'", "''")
        self._db.execute(f"copy outgoing to '{target}' (format csv, header, delimiter ',', nullstr '')")
        self._db.unregister("outgoing")
        if broken_lines:
            with path.open("a", encoding="utf-8") as file:
                file.writelines(line + "\n" for line in broken_lines)
        if encoding != "utf-8":
            path.write_bytes(path.read_text(encoding="utf-8").encode(encoding, errors="replace"))

    def close(self) -> None:
        self._db.close()


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write `table` as zstd Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd", row_group_size=50_000)
