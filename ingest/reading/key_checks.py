"""Keys and repeats within one file.

A row equal to an earlier one in every field is a duplicate of it. Rows that share their key and differ otherwise
contradict one another: which of them is right is not ours to guess, so all of them go to quarantine.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from area.errors import DiskFullError
from area.files import part_of
from area.sql import literal
from ingest.contract.model import Table

Whole = npt.NDArray[np.int64]
# So many rows are compared at a time; more are taken in turns, by the hash of their key, to keep memory level.
ROWS_AT_ONCE = 500_000
MEMORY = "400MB"
# What DuckDB says of a disk, a quota or a folder that takes no more.
NO_ROOM = re.compile("write|No space left|quota")


class KeyChecks:
    """Compares the rows of one file's tables. What does not fit in memory is put in `folder`, and gone at the end."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the feed's own below `read/`."""
        self._feed = folder.name
        self._overflow = part_of(folder / "overflow")
        self._con: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> KeyChecks:
        return self

    def __exit__(self, *_: object) -> None:
        if self._con is not None:
            self._con.close()
            shutil.rmtree(self._overflow, ignore_errors=True)

    def repeats(self, table: Table, rows: Path, count: int) -> tuple[Whole, Whole]:
        """Places, in a Parquet file of `count` rows, of duplicates and of rows in a key conflict, each in order.
        Missing values count as equal. Raises DiskFullError when there is no room for what memory does not hold."""
        try:
            return self._repeats(table, rows, count)
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            if isinstance(error, duckdb.IOException) and not NO_ROOM.search(str(error)):
                raise
            raise DiskFullError(self._feed, "no room to compare its rows") from error

    def _repeats(self, table: Table, rows: Path, count: int) -> tuple[Whole, Whole]:
        nothing = np.empty(0, np.int64), np.empty(0, np.int64)
        if count < 2:
            return nothing
        if self._con is None:
            self._con = duckdb.connect(
                config={"threads": 2, "memory_limit": MEMORY, "temp_directory": str(self._overflow)}
            )
        turns = count // ROWS_AT_ONCE + 1
        if all(_all_different(self._con, table, rows, turn, turns) for turn in range(turns)):
            return nothing
        found = self._con.execute(_repeats(table, rows)).fetchnumpy()
        places = np.asarray(found["place"], dtype=np.int64)
        duplicate = np.asarray(found["duplicate"], dtype=bool)
        return places[duplicate], places[~duplicate]


def _all_different(con: duckdb.DuckDBPyConnection, table: Table, rows: Path, turn: int, turns: int) -> bool:
    some = f"where h % {turns} = {turn}" if turns > 1 else ""
    hashes = f"select hash({_quoted(table.key)}) as h from read_parquet({literal(rows)})"
    counted = con.execute(f"select count(*), count(distinct h) from ({hashes}) {some}").fetchone()
    return counted is not None and counted[0] == counted[1]


def _repeats(table: Table, rows: Path) -> str:
    keys, every = _quoted(table.key), _quoted(table.columns)
    return f"""
        with placed as (
            select {every}, file_row_number as _place from read_parquet({literal(rows)}, file_row_number = true)
        ), repeated as (
            select hash({keys}) as h from placed group by h having count(*) > 1
        ), suspects as (
            select *, _place <> min(_place) over (partition by {every}) as duplicate
            from placed where hash({keys}) in (select h from repeated)
        ), conflicts as (
            select _place from suspects where not duplicate
            qualify count(*) over (partition by {keys}) > 1
        )
        select _place as place, duplicate from suspects
        where duplicate or _place in (select _place from conflicts)
        order by place
    """


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
