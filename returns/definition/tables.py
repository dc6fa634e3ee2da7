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


def empty_tables(con: duckdb.DuckDBPyConnection, definition: Definition) -> None:
    """Take all rows out of the return tables, which stay as they are."""
    for module in definition.modules.values():
        con.execute(f"delete from {SCHEMA}.{module.table}")
