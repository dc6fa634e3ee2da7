"""The return tables of a definition, made empty: for the reader, and for trying rules without a warehouse."""

from __future__ import annotations

import duckdb

from returns.definition.model import Definition

SCHEMA = "returns"


def create_tables(con: duckdb.DuckDBPyConnection, definition: Definition) -> None:
    """Create schema `returns` and one empty table a module, as the dbt models shape them, in place of any there."""
    con.execute(f"create schema if not exists {SCHEMA}")
    for module in definition.modules.values():
        columns = ", ".join(f'"{name}" {sql_type}' for name, sql_type in definition.columns(module).items())
        con.execute(f"create or replace table {SCHEMA}.{module.table} ({columns})")


def fresh_tables(definition: Definition, into: duckdb.DuckDBPyConnection | None = None) -> duckdb.DuckDBPyConnection:
    """A connection whose return tables are empty: a new one in memory, or `into`, where they are made already."""
    if into is None:
        con = duckdb.connect()
        create_tables(con, definition)
        return con
    for module in definition.modules.values():
        into.execute(f"delete from {SCHEMA}.{module.table}")
    return into
