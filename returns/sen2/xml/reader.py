"""Reads any SEN2 file of a defined year into the same tables that the dbt models make, in a DuckDB of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from returns.definition.load import load_definition
from returns.definition.model import Definition, Item, Module
from returns.definition.tables import SCHEMA, create_tables, empty_tables
from returns.kinds import SEN2
from returns.sen2.xml.stream import elements, line_of, refuse_unreadable, release

# Rows gathered before they go into the database: bounds the memory, whatever the size of the file.
ROWS_A_BATCH = 100_000
CASTS = {
    "date": "try_strptime({0}, '%Y-%m-%d')::date",
    "datetime": "try_cast({0} as timestamp)",
    "flag": "try_cast({0} as integer)",
    "rank": "try_cast({0} as integer)",
    "year": "try_cast({0} as integer)",
}
BLANK = " \t\r\n"


@dataclass(frozen=True)
class ReadResult:
    """A return that has been read; `con` holds schema `returns`, keys numbered in file order, `_row` = line."""

    con: duckdb.DuckDBPyConnection
    file_hash: str
    rows: dict[str, int]
    unknown_elements: int


@dataclass
class _Gathered:
    """Rows of each module not yet in the database, and how many there have been."""

    definition: Definition
    columns: dict[str, list[str]]
    waiting: dict[str, list[tuple[Any, ...]]]
    counts: dict[str, int]
    unknown: int = 0
    by_tag: dict[str, dict[str, Item | Module]] = field(default_factory=dict)

    @classmethod
    def of(cls, definition: Definition) -> _Gathered:
        modules = definition.modules.values()
        return cls(
            definition=definition,
            columns={module.name: [item.column for item in module.items] for module in modules},
            waiting={module.name: [] for module in modules},
            counts=dict.fromkeys(definition.modules, 0),
            by_tag={module.name: dict(_held(definition, module)) for module in modules},
        )

    def take(self, module: Module, element: Any, parent_key: str | None) -> None:
        """Take the element, and what is below it, as rows of its module and of the modules below."""
        self.counts[module.name] += 1
        number = self.counts[module.name]
        key = f"{number:08d}"
        known = self.by_tag[module.name]
        values: dict[str, str] = {}
        for child in _children(element, module):
            held = known.get(child.tag)
            if isinstance(held, Item):
                text = child.text
                if text and text.strip(BLANK) and held.column not in values:
                    values[held.column] = text
            elif held is not None:
                self.take(held, child, key)
            else:
                self.unknown += 1
        keys = [value for value in (key if module.key else None, parent_key) if value]
        extra = [number for _ in module.extra_columns]
        items = [values.get(column) for column in self.columns[module.name]]
        self.waiting[module.name].append((*keys, *extra, *items, element.tag, line_of(element)))

    def is_full(self) -> bool:
        return sum(map(len, self.waiting.values())) >= ROWS_A_BATCH

    def store(self, con: duckdb.DuckDBPyConnection, file_hash: str) -> None:
        """Move what is waiting into the database, cast to the types of the return tables."""
        for module in self.definition.modules.values():
            rows, self.waiting[module.name] = self.waiting[module.name], []
            if not rows:
                continue
            names = self._names(module)
            columns = zip(*rows, strict=True)
            types = {"_row": pa.int64(), **dict.fromkeys(module.extra_columns, pa.int64())}
            batch = pa.table(
                {
                    name: pa.array(values, type=types.get(name, pa.string()))
                    for name, values in zip(names, columns, strict=True)
                }
            )
            casts = {item.column: CASTS.get(item.type, "{0}::varchar") for item in module.items}
            selected = ", ".join(f"{casts.get(name, '{0}').format(_quoted(name))} as {_quoted(name)}" for name in names)
            con.register("batch", batch)
            con.execute(
                f"insert into {SCHEMA}.{module.table} by name select {selected}, $file_hash as _file_hash from batch",
                {"file_hash": file_hash},
            )
            con.unregister("batch")

    def _names(self, module: Module) -> list[str]:
        """The columns of a gathered row, in its order."""
        keys = [key for key in (module.key, self.definition.parent_key(module)) if key]
        return [*keys, *module.extra_columns, *self.columns[module.name], "_source_table", "_row"]


def read_sen2(path: Path, *, year: int, into: duckdb.DuckDBPyConnection | None = None) -> ReadResult:
    """Read the file into schema `returns` of a new in-memory DuckDB, or of `into`, where the tables of the year are
    there already and what they hold is replaced.

    Elements may come in any order and may be missing or repeated: the first of a repeated value counts, and what the
    return does not know is counted in `unknown_elements`; the schema check names them. A value that is not of its
    item's type is NULL in the tables, and a fault of the schema check.

    Raises SettingsError for a year that is not defined, ReturnRefusedError for a file that is not a SEN2 file or
    breaks off.
    """
    definition = load_definition(SEN2, year)
    refuse_unreadable(path, definition)
    with path.open("rb") as file:
        file_hash = hashlib.file_digest(file, "sha256").hexdigest()
    con = into or duckdb.connect()
    if into is None:
        create_tables(con, definition)
    else:
        empty_tables(con, definition)
    gathered = _Gathered.of(definition)
    top = {module.element: module for module in definition.modules.values() if module.parent is None}
    for _, element in elements(path, tag=tuple(top)):
        parent = element.getparent()
        if parent is None or parent.tag in top:
            continue  # inside another Person, which counts it as unknown when its turn comes
        gathered.take(top[element.tag], element, None)
        release(element)
        if gathered.is_full():
            gathered.store(con, file_hash)
    gathered.store(con, file_hash)
    return ReadResult(con=con, file_hash=file_hash, rows=gathered.counts, unknown_elements=gathered.unknown)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _held(definition: Definition, module: Module) -> Iterator[tuple[str, Item | Module]]:
    for held in module.holds:
        if isinstance(held, Item):
            yield held.tag, held
        else:
            yield definition.module(held).element, definition.module(held)


def _children(element: Any, module: Module) -> Iterator[Any]:
    """The element's children; for the header, those of its groups."""
    groups = {item.within for item in module.items if item.within}
    for child in element.iterchildren():
        if child.tag in groups:
            yield from child.iterchildren()
        else:
            yield child
