"""Keys and repeats within one file.

A row equal to an earlier one in every field is a duplicate of it. Rows that share their key and differ otherwise
contradict one another: which of them is right is not ours to guess, so all of them go to quarantine.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.contract import Table

Whole = npt.NDArray[np.int64]


def check_keys(table: Table, cells: pa.Table) -> tuple[Whole, Whole]:
    """Positions in `cells` of duplicates and of rows in a key conflict, each in order. Missing values count as
    equal."""
    with duckdb.connect(config={"threads": 2}) as con:
        con.register("cells", cells)
        keys = _quoted(table.key)
        counted = con.execute(f"select count(*), count(distinct hash({keys})) from cells").fetchone()
        if counted is None or counted[0] == counted[1]:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        con.register("placed", cells.append_column("_place", pa.array(np.arange(cells.num_rows))))
        found = con.execute(_repeats(table)).fetchnumpy()
    places = np.asarray(found["place"], dtype=np.int64)
    duplicate = np.asarray(found["duplicate"], dtype=bool)
    return places[duplicate], places[~duplicate]


def _repeats(table: Table) -> str:
    keys, every = _quoted(table.key), _quoted(table.columns)
    return f"""
        with repeated as (
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
