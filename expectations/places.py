"""Where failing rows are: by file name and row number, or in the words of `_where`. Never what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from expectations.results import ExpectationResult

MAX_PLACES = 20
HASH_LENGTH = 12


def places_of(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The first twenty places among failing rows; of a row, only `_where` or `_file_hash` and `_row` are looked at."""
    places = set()
    for row in rows:
        if row.get("_where") is not None:
            places.add((str(row["_where"]), 0))
        elif row.get("_file_hash") is not None:
            places.add((str(row["_file_hash"])[:HASH_LENGTH], int(row.get("_row") or 0)))
    return tuple(f"{where} row {row}" if row else where for where, row in sorted(places)[:MAX_PLACES])


def named(results: list[ExpectationResult], warehouse: Path) -> list[ExpectationResult]:
    """The results with the names of files in place of their hashes, as far as `raw.delivery` knows them."""
    if not any(result.places for result in results):
        return results
    names = _file_names(warehouse)
    return [replace(r, places=tuple(_named(place, names) for place in r.places)) for r in results]


def _named(place: str, names: Mapping[str, str]) -> str:
    file, _, rest = place.partition(" ")
    return f"{names.get(file, file)} {rest}".rstrip()


def _file_names(warehouse: Path) -> dict[str, str]:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        there = con.execute(
            "select count(*) from information_schema.tables where table_schema = 'raw' and table_name = 'delivery'"
        ).fetchone()
        if not there or not there[0]:
            return {}
        query = f"select distinct left(file_hash, {HASH_LENGTH}), file_name from raw.delivery order by all"
        return dict(con.execute(query).fetchall())
