"""The steps of a night as OpenLineage has them: which tables each read, which tables and files it made."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from area.files import file_hash
from area.lineage import DataSet, Work, warehouse_namespace
from warehouse.night import Night, connected

# Step -> the schemas it reads, the schemas it makes.
SCHEMAS = {
    "facts": (("raw",), ("matching", "facts")),
    "outputs": (("matching", "facts", "overlay"), ("returns", "board", "pseudonymised")),
    "files": (("returns", "board", "pseudonymised"), ()),
}
# The files the last step makes, below the night's folder.
FILES = ("sen2/*/*.xml", "inspection/*.xlsx", "board/*.html", "quality/*.html", "parquet/*/*.parquet")


def step_work(night: Night, step: str, *, started: dt.datetime) -> Work:
    """What a step ('facts', 'outputs' or 'files') of the night being built read and made, with its counts.

    Tables by name and rows, files by name, bytes and hash.
    """
    read, made = SCHEMAS[step]
    building = night.paths.building
    with connected(building.warehouse, access_mode="read_only") as con:
        inputs = [each for schema in read for each in _tables(con, night.area, schema)]
        outputs = [each for schema in made for each in _tables(con, night.area, schema)]
    if step == "files":
        outputs += _files(night.area, building.root)
    return Work(night.area, f"build.{step}", inputs, outputs, started)


def _tables(con: duckdb.DuckDBPyConnection, area: str, schema: str) -> list[DataSet]:
    """The tables of a schema. Raw rows are counted by their deliveries, or all there ever were would be read."""
    names = [
        name
        for (name,) in con.execute(
            "select table_name from information_schema.tables where table_schema = ? order by 1", [schema]
        ).fetchall()
    ]
    if schema == "raw":
        counted = dict(con.execute("select table_name, sum(loaded_rows) from raw.delivery group by 1").fetchall())
        return [_table(area, schema, name, int(counted[name])) for name in names if name in counted]
    return [_table(area, schema, name, _count(con, schema, name)) for name in names]


def _table(area: str, schema: str, name: str, rows: int) -> DataSet:
    return DataSet(warehouse_namespace(area), f"{schema}.{name}", rows=rows)


def _count(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> int:
    found = con.execute(f'select count(*) from "{schema}"."{name}"').fetchone()
    return int(found[0]) if found else 0


def _files(area: str, root: Path) -> list[DataSet]:
    found = sorted(path for pattern in FILES for path in root.glob(pattern))
    return [
        DataSet(
            warehouse_namespace(area),
            path.relative_to(root).as_posix(),
            bytes=path.stat().st_size,
            version=file_hash(path),
        )
        for path in found
    ]
