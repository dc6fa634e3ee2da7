"""Rows of a return as any of its files gives them, every value still text, and how they become the return tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from returns.definition.model import Definition, Module
from returns.definition.tables import SCHEMA

ISO_DATES = ("%Y-%m-%d",)
NUMBERS = {"flag": "integer", "rank": "integer", "year": "integer", "number": "double"}


@dataclass(frozen=True)
class Casts:
    """How a kind of file writes what is not text."""

    dates: Sequence[str] = ISO_DATES
    moments: Sequence[str] = ()
    """Layouts of a date and time besides ISO 8601."""
    flag_words: Mapping[str, int] | None = None
    """Words that a flag may be written with, in lower case."""


def row_columns(definition: Definition, module: Module) -> list[str]:
    """The columns of a module's text rows, in order: its keys, its extra columns, the year's items, source."""
    keys = [key for key in (module.key, definition.parent_key(module)) if key]
    return [*keys, *module.extra_columns, *(item.column for item in module.items), "_source_table", "_row"]


def text_table(definition: Definition, module: Module, rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows in the order of `row_columns` as one Arrow table: text but for the extra columns and `_row`."""
    names = row_columns(definition, module)
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [[] for _ in names]
    types = {"_row": pa.int64(), **dict.fromkeys(module.extra_columns, pa.int64())}
    return pa.table(
        {name: pa.array(values, type=types.get(name, pa.string())) for name, values in zip(names, columns, strict=True)}
    )


def store(
    con: duckdb.DuckDBPyConnection,
    module: Module,
    rows: pa.Table,
    *,
    file_hash: str,
    casts: Casts,
) -> None:
    """Append text rows to the module's return table. A value that is not of its item's type becomes NULL."""
    expressions = {item.column: _cast(item.column, item.type, casts) for item in module.items}
    selected = ", ".join(f"{expressions.get(name, _quoted(name))} as {_quoted(name)}" for name in rows.column_names)
    con.register("batch", rows)
    con.execute(
        f"insert into {SCHEMA}.{module.table} by name select {selected}, $file_hash as _file_hash from batch",
        {"file_hash": file_hash},
    )
    con.unregister("batch")


def _cast(column: str, kind: str, casts: Casts) -> str:
    name = _quoted(column)
    if kind == "date":
        return f"try_strptime({name}, {list(casts.dates)})::date"
    if kind == "datetime":
        moment = f"try_cast({name} as timestamp)"
        return f"coalesce({moment}, try_strptime({name}, {list(casts.moments)}))" if casts.moments else moment
    if kind == "flag" and casts.flag_words:
        words = " ".join(f"when '{word}' then {number}" for word, number in casts.flag_words.items())
        return f"case lower(trim({name})) {words} else try_cast({name} as integer) end"
    return f"try_cast({name} as {NUMBERS[kind]})" if kind in NUMBERS else name


def _quoted(name: str) -> str:
    return f'"{name}"'
