"""Files handed in to an area, and what `raw` then holds of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from area.paths import AreaPaths
from ingest.pull import HandedIn, PullResult, take_in
from ingest.raw.schema import create_raw

AREA, NIGHT = "931", dt.date(2026, 7, 31)
MORNING = dt.datetime(2026, 7, 31, 6, tzinfo=dt.UTC)


def csv_of(*rows: Mapping[str, Any]) -> bytes:
    """Rows as a CSV file without any quotes, columns in the order of the first."""
    lines = [",".join(rows[0])]
    lines += [",".join("" if row[name] is None else str(row[name]) for name in rows[0]) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def hand_in(root: Path, feed: str, files: Mapping[str, bytes], *, received: dt.datetime = MORNING) -> PullResult:
    """Take `files` in as deliveries of `feed`, in their order."""
    handed = [HandedIn(name, "a test", content) for name, content in files.items()]
    return take_in(AREA, feed, handed, as_of=NIGHT, received_at=received, root=root)


def raw_rows(root: Path, table: str, columns: str = "*", *, where: str = "_is_latest") -> list[tuple[Any, ...]]:
    """`columns` of the rows of a raw table, sorted."""
    with duckdb.connect() as con:
        create_raw(con, AreaPaths.of(AREA, root), as_of=NIGHT)
        return sorted(con.execute(f'select {columns} from raw."{table}" where {where}').fetchall())
