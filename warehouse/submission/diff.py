"""What differs between two states of a return: records that came, went or changed, by module and item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from area.errors import SubmissionUnknownError
from area.paths import AreaPaths, RunPaths
from area.sql import literal
from returns.definition.load import load_definition
from returns.definition.model import Definition, Module
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from warehouse.submission.folder import published, submission

CURRENT = "current"
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
Tables = Mapping[str, str]
"""Module -> how its table is called in SQL: a table's name, or `read_parquet('…')`."""


@dataclass(frozen=True)
class Count:
    """How many records of a module came, went or differ in an item (`item` is None for whole records)."""

    module: str
    change: str
    item: str | None
    records: int


@dataclass(frozen=True)
class Change:
    """One cell that differs, or one record that came or went (`item` None). Values as the return's tables hold them."""

    module: str
    record_key: str
    change: str
    item: str | None
    was: str | None
    now: str | None
    personal: bool


@dataclass(frozen=True)
class Difference:
    """Two states of a return side by side."""

    before: str
    after: str
    rows: dict[str, tuple[int, int]]
    """Records by module, before and after."""
    counts: list[Count]
    changes: list[Change]


def compare(
    area: str, collection: int, before: str, after: str, *, kind: ReturnKind, limit: int, root: Path | None = None
) -> Difference:
    """Compare two submissions by serial number, or one with the published night (`current`).

    `limit` is how many single changes are listed; all are counted. Raises SubmissionUnknownError, and
    NothingPublishedError when `current` is asked for and there is none.
    """
    paths = AreaPaths.of(area, root)
    definition = load_definition(kind, collection)
    with duckdb.connect() as con:
        old = _tables(con, paths, definition, before, "old")
        new = _tables(con, paths, definition, after, "new")
        changes(con, old, new, definition)
        return Difference(
            before=before,
            after=after,
            rows={module: (_rows(con, old[module]), _rows(con, new[module])) for module in definition.modules},
            counts=_counts(con),
            changes=_changes(con, definition, limit),
        )


def changes(con: duckdb.DuckDBPyConnection, before: Tables, after: Tables, definition: Definition) -> None:
    """Make the temporary table `return_change`: module, record_key, change, item, was, now.

    One row a record that came or went (item null) and one a cell that changed. A record is the same by its module's
    key; what a record is ordered by is no change. Works as sets: one pass over each module's two tables.
    """
    parts = [
        part
        for name, module in definition.modules.items()
        for part in (_came_and_went(module, before[name], after[name]), _changed(module, before[name], after[name]))
    ]
    con.execute(f"create or replace temp table return_change as {' union all '.join(filter(None, parts))}")


def night_tables(definition: Definition, catalog: str) -> dict[str, str]:
    """The return tables of a night's file that is attached as `catalog`."""
    return {name: f"{catalog}.{SCHEMA}.{module.table}" for name, module in definition.modules.items()}


def frozen_tables(definition: Definition, folder: Path) -> dict[str, str]:
    """The return tables of a submission, from its `tables/` folder."""
    return {
        name: f"read_parquet({literal(folder / f'{module.table}.parquet')})"
        for name, module in definition.modules.items()
    }


def _tables(
    con: duckdb.DuckDBPyConnection, paths: AreaPaths, definition: Definition, name: str, catalog: str
) -> dict[str, str]:
    if name != CURRENT:
        found = submission(paths, definition.kind, definition.year, name)
        return frozen_tables(definition, found.tables)
    night, run = published(paths)
    if run["collection"] != definition.year:
        raise SubmissionUnknownError(
            paths.area, definition.year, CURRENT, known=[f"the published night is of collection {run['collection']}"]
        )
    attach_night(con, night, catalog)
    return night_tables(definition, catalog)


def attach_night(con: duckdb.DuckDBPyConnection, night: RunPaths, catalog: str) -> None:
    """Attach a published night's file, to be read alone, as `catalog`."""
    con.execute(f"attach {literal(night.warehouse)} as {catalog} (read_only)")


def _came_and_went(module: Module, before: str, after: str) -> str | None:
    if module.key is None:
        return None
    return " union all ".join(
        f"select '{module.name}' as module, {module.key} as record_key, '{change}' as change, "
        "cast(null as varchar) as item, cast(null as varchar) as was, cast(null as varchar) as now "
        f"from {mine} as mine anti join {theirs} as theirs using ({module.key})"
        for change, mine, theirs in ((ADDED, after, before), (REMOVED, before, after))
    )


def _changed(module: Module, before: str, after: str) -> str | None:
    if not module.items:
        return None
    on = "true" if module.key is None else f"old.{module.key} = new.{module.key}"
    key = f"'{module.name}'" if module.key is None else f"new.{module.key}"
    cells = ", ".join(
        f"{{'item': {literal(item.tag)}, 'was': old.{item.column}::varchar, 'now': new.{item.column}::varchar}}"
        for item in module.items
    )
    return (
        f"select '{module.name}' as module, record_key, '{CHANGED}' as change, cell.item, cell.was, cell.now from ("
        f"select {key} as record_key, unnest([{cells}]) as cell from {before} as old join {after} as new on {on})"
        " where cell.was is distinct from cell.now"
    )


def _counts(con: duckdb.DuckDBPyConnection) -> list[Count]:
    rows = con.execute(
        "select module, change, item, count(*) from return_change group by all order by module, change, 4 desc, item"
    ).fetchall()
    return [Count(*row) for row in rows]


def _changes(con: duckdb.DuckDBPyConnection, definition: Definition, limit: int) -> list[Change]:
    personal = {(module.name, item.tag) for module, item in definition.walk() if item.personal}
    rows = con.execute(
        "select module, record_key, change, item, was, now from return_change order by all limit ?", [limit]
    ).fetchall()
    return [
        Change(module, key, change, item, was, now, (module, item) in personal)
        for module, key, change, item, was, now in rows
    ]


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    (number,) = con.execute(f"select count(*) from {table}").fetchone() or (0,)
    return int(number)
