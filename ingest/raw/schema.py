"""Schema `raw` of a night's warehouse file: one relation a table with the rows of all its deliveries, and the
deliveries (`delivery_tables.py`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from area.paths import AreaPaths
from area.sql import literal
from ingest.contract.model import Contract, Table, load_contracts
from ingest.raw.deliveries import TableDelivery, table_history
from ingest.raw.delivery_tables import create_delivery, create_drift, create_problem
from ingest.reading.file import parquet_of
from ingest.reading.outputs import QUARANTINE, READ_META, VALUES

SQL_TYPES = {
    pa.string(): "varchar",
    pa.int64(): "bigint",
    pa.timestamp("us"): "timestamp",
    pa.date32(): "date",
    pa.bool_(): "boolean",
}


def create_raw(
    con: duckdb.DuckDBPyConnection,
    paths: AreaPaths,
    *,
    as_of: dt.date,
    received_by: dt.datetime | None = None,
    contracts: Sequence[Contract] | None = None,
) -> dict[str, int]:
    """Make schema `raw` anew in an open warehouse file; returns the number of rows of each table, all deliveries
    together.

    Deliveries with an extract date after `as_of` do not count, nor any received after `received_by` (UTC, no zone)
    where it is given, so a past night can be built again. Tables that were never delivered are there, empty and typed.
    Row tables are views over the Parquet files of `read/`. Tables of all feeds, or those of `contracts`.
    """
    contracts = load_contracts() if contracts is None else contracts
    con.execute("set parquet_metadata_cache = true")  # a view over views looks at the same thousands of files again
    con.execute("drop schema if exists raw cascade")
    con.execute("create schema raw")
    rows: dict[str, int] = {}
    every: list[TableDelivery] = []
    of_table: dict[str, list[TableDelivery]] = {table.name: [] for contract in contracts for table in contract.tables}
    for contract in contracts:
        history = table_history(contract, paths.deliveries, as_of=as_of, received_by=received_by)
        every += history
        for each in history:
            of_table[each.table].append(each)
        for table in contract.tables:
            rows[table.name] = sum(each.balance.loaded for each in of_table[table.name])
    create_delivery(con, every)
    for contract in contracts:
        for table in contract.tables:
            incremental = contract.snapshot == "incremental"
            _create_rows(con, paths, table, of_table[table.name], incremental=incremental)
    _create_quarantined(con, paths, every)
    create_problem(con, paths, received_by=received_by)
    create_drift(con, paths, as_of=as_of, received_by=received_by)
    return rows


def _create_rows(
    con: duckdb.DuckDBPyConnection, paths: AreaPaths, table: Table, mine: list[TableDelivery], *, incremental: bool
) -> None:
    """The deliveries say when rows came, not the files: one file may have been delivered on more than one day.

    Of an incremental feed the latest row of each key is the latest, of all deliveries since the last full one.
    """
    types = dict.fromkeys(table.columns, "varchar") | {field.name: SQL_TYPES[field.type] for field in READ_META}
    if not any(each.balance.loaded for each in mine):
        empty = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        con.execute(f'create table raw."{table.name}" ({empty}, _is_latest boolean)')
        return
    files = sorted(
        {
            str(parquet_of(paths.read, each.delivery.feed, table.name, each.delivery.sha256 or ""))
            for each in mine
            if each.balance.loaded
        }
    )
    typed = ", ".join(f'null::{kind} as "{name}"' for name, kind in types.items())
    from_delivery = {
        "_file_name": "delivery.file_name",
        "_received_at": "delivery.received_at",
        "_extract_date": "delivery.extract_date",
    }
    columns = ", ".join(f'{from_delivery.get(name, f"rows.{name}")} as "{name}"' for name in types)
    con.execute(f"""
        create view raw."{table.name}" as
        select {columns}, {_newest_of_key(table) if incremental else "delivery.is_latest"} as _is_latest
        from (
            select {typed} where false
            union all by name
            select * from read_parquet([{", ".join(map(literal, files))}], union_by_name = true)
        ) as rows
        join raw.delivery as delivery
            on delivery.table_name = {literal(table.name)} and delivery.file_hash = rows._file_hash
    """)


def _newest_of_key(table: Table) -> str:
    key = ", ".join(f'rows."{name}"' for name in table.key)
    newest = f"row_number() over (partition by delivery.is_latest, {key} order by delivery.place desc) = 1"
    return f"(delivery.is_latest and {newest})"


def _create_quarantined(con: duckdb.DuckDBPyConnection, paths: AreaPaths, every: list[TableDelivery]) -> None:
    shown = {field.name: SQL_TYPES[field.type] for field in QUARANTINE if field.name not in VALUES}
    con.execute(f"create table raw.quarantined ({', '.join(f'{name} {kind}' for name, kind in shown.items())})")
    held_back = {
        parquet_of(paths.quarantine, each.delivery.feed, each.table, each.delivery.sha256 or "")
        for each in every
        if each.balance.quarantined
    }
    # Retention may have deleted what was held back sooner than what was loaded.
    files = sorted(str(path) for path in held_back if path.exists())
    if files:
        # As with rows, the delivery says what the file was called and when it came: of several days, the first's does.
        first = {"_file_name": "first.file_name", "_received_at": "first.received_at"}
        con.execute(f"""
            insert into raw.quarantined
            select {", ".join(first.get(name, f"rows.{name}") for name in shown)}
            from read_parquet([{", ".join(map(literal, files))}]) as rows
            join (
                select file_hash, table_name, arg_min(file_name, place) as file_name,
                    arg_min(received_at, place) as received_at
                from raw.delivery group by all
            ) as first on first.file_hash = rows._file_hash and first.table_name = rows._table
            order by _feed, _table, _file_hash, _row
        """)
