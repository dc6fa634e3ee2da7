"""Keeps with a night what its lineage is read from: a published warehouse no longer has its staging and raw tables."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb

COLUMNS = "columns.json"
Columns = dict[str, dict[str, dict[str, str]]]


def keep_lineage(con: duckdb.DuckDBPyConnection, target: Path, folder: Path) -> None:
    """Copy the SQL of the models as dbt ran it (from its `target` folder) to `folder`, and list all columns there.

    `con` is open on the night's file, staging and raw still there. The folder is its owner's alone: the SQL holds the
    key of the pseudonyms.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for file in (target / "compiled").rglob("models/**/*.sql"):
        shutil.copyfile(file, folder / file.name)
    columns: Columns = {}
    for schema, table, column, kind in con.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns"
        " where table_catalog = current_database() order by table_schema, table_name, ordinal_position"
    ).fetchall():
        columns.setdefault(schema, {}).setdefault(table, {})[column] = kind
    (folder / COLUMNS).write_text(json.dumps(columns, indent=0), encoding="utf-8")


def kept_columns(folder: Path) -> Columns:
    """Type by column by table by schema, as they were when the night was built."""
    return dict(json.loads((folder / COLUMNS).read_text(encoding="utf-8")))


def kept_sql(folder: Path, model: str) -> str | None:
    """The SQL of a model, None for what is no model (a table of raw rows, a seed)."""
    file = folder / f"{model}.sql"
    return file.read_text(encoding="utf-8") if file.exists() else None
