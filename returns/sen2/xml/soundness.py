"""Whether return tables can become a file at all: one header, keys that are unique, no row without its parent.

The dbt models promise this; the writer asks again, because a row without a parent would otherwise be lost in silence.
"""

from __future__ import annotations

import duckdb

from area.errors import ReturnInvalidError
from returns.definition.model import Definition, Module
from returns.definition.tables import SCHEMA


def refuse_broken_tables(con: duckdb.DuckDBPyConnection, definition: Definition, *, file: str) -> dict[str, int]:
    """Rows per module. Raises ReturnInvalidError for `file` when the tables do not nest."""
    counts = {}
    for module in definition.modules.values():
        rows, problems = _examine(con, definition, module)
        for problem, count in problems.items():
            if count:
                raise ReturnInvalidError(file, line=None, reason=f"{SCHEMA}.{module.table} {problem.format(count)}")
        counts[module.name] = rows
    if counts["header"] != 1:
        raise ReturnInvalidError(
            file, line=None, reason=f"{SCHEMA}.sen2_header holds {counts['header']} rows, expected exactly one"
        )
    return counts


def _examine(con: duckdb.DuckDBPyConnection, definition: Definition, module: Module) -> tuple[int, dict[str, int]]:
    table = f"{SCHEMA}.{module.table}"
    if module.key is None:
        return _number(con, f"select count(*) from {table}"), {}
    rows = _number(con, f"select count(*) from {table}")
    problems = {
        "has {} rows whose key is missing or used twice": rows
        - _number(con, f"select count(distinct {module.key}) from {table}")
    }
    if module.parent:
        parent, key = definition.module(module.parent), definition.parent_key(module)
        problems[f"has {{}} rows without their row in {parent.table}"] = _number(
            con, f"select count(*) from {table} anti join {SCHEMA}.{parent.table} using ({key})"
        )
        if module.most == 1:
            problems[f"has {{}} rows too many: {parent.table} may have only one each"] = rows - _number(
                con, f"select count(distinct {key}) from {table}"
            )
    return rows, problems


def _number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    (number,) = con.execute(sql).fetchone() or (0,)
    return int(number)
