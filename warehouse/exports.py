"""Parquet copies of the tables people read with other tools: by zone, each in a fixed row order."""

from __future__ import annotations

from pathlib import Path

import duckdb

from area.sql import literal

# Zone (folder) -> schema and the beginning of the names taken. Identified tables are not copied: they stay in the
# warehouse file, which its owner alone can read.
ZONES = {
    "pseudonymised": ("pseudonymised", ""),
    "board": ("board", ""),
    "preview": ("returns", "preview_"),
}


def export_parquet(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Write one Parquet file a table to `folder/<zone>/<table>.parquet`; returns rows by `<zone>/<table>`."""
    counts: dict[str, int] = {}
    for zone, (schema, prefix) in ZONES.items():
        (folder / zone).mkdir(parents=True, exist_ok=True)
        for (table,) in con.execute(
            "select table_name from information_schema.tables where table_schema = ? and starts_with(table_name, ?)"
            " order by table_name",
            [schema, prefix],
        ).fetchall():
            write_table(con, f'{schema}."{table}"', folder / zone / f"{table}.parquet")
            counts[f"{zone}/{table}"] = _one(con, f'select count(*) from {schema}."{table}"')
    return counts


def write_table(con: duckdb.DuckDBPyConnection, table: str, target: Path) -> None:
    """Write one table to a Parquet file, its rows ordered by all columns: the same content gives the same bytes."""
    con.execute(
        f"copy (select * from {table} order by all) to {literal(target)}"
        " (format parquet, compression zstd, row_group_size 122880)"
    )


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
