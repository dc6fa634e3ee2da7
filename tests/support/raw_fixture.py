"""An empty `raw` schema made from the feeds' contracts, and rows put into it by hand: what dbt starts from."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml

from area.paths import PROJECT_ROOT
from ingest.raw.delivery_tables import create_delivery
from ingest.status.table import COLUMNS
from returns.kinds import SEN2
from returns.overlay.load import load_overlay

CONTRACTS = PROJECT_ROOT / "ingest" / "contracts"
RECEIVED = dt.datetime(2025, 1, 31, 20, 0)
EXTRACT = dt.date(2025, 1, 31)

_ORIGIN = {
    "_file_hash": "VARCHAR",
    "_file_name": "VARCHAR",
    "_row": "BIGINT",
    "_feed": "VARCHAR",
    "_received_at": "TIMESTAMP",
    "_extract_date": "DATE",
    "_is_latest": "BOOLEAN",
}


@functools.cache
def contract_tables() -> dict[str, tuple[str, list[str], list[str]]]:
    """Table name -> (feed, columns, personal columns), for every table of every contract."""
    tables: dict[str, tuple[str, list[str], list[str]]] = {}
    for path in sorted(CONTRACTS.rglob("*.yml")):
        contract = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, table in contract["tables"].items():
            fields = {field.replace(".", "_"): spec for field, spec in table["fields"].items()}
            personal = [field for field, spec in fields.items() if spec.get("personal")]
            tables[name] = (contract["feed"], list(fields), personal)
    return tables


def create_raw(path: Path) -> None:
    """Write a warehouse file at `path` whose schemas `raw` and `overlay` have every table, empty."""
    with duckdb.connect(str(path)) as connection:
        load_overlay(connection, path.parent / "no overlay", SEN2, 2025)
        connection.execute("create schema raw")
        for name, (_, fields, _) in contract_tables().items():
            columns = [f'"{field}" VARCHAR' for field in fields] + [f"{c} {t}" for c, t in _ORIGIN.items()]
            connection.execute(f"create table raw.{name} ({', '.join(columns)})")
        create_delivery(connection, [])
        status = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        connection.execute(f"create table raw.feed_status ({status})")
        connection.execute(
            "create table raw.quarantined (_file_hash VARCHAR, _file_name VARCHAR, _row BIGINT, _feed VARCHAR, "
            "_table VARCHAR, _received_at TIMESTAMP, reason VARCHAR, field VARCHAR)"
        )


def load_rows(
    path: Path,
    table: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    file_name: str | None = None,
    received_at: dt.datetime = RECEIVED,
    extract_date: dt.date = EXTRACT,
    is_latest: bool = True,
    quarantined: int = 0,
) -> None:
    """Put one delivery of `table` into `raw`. A field left out is null; the row number is its place (1 …)."""
    feed, fields, _ = contract_tables()[table]
    name = file_name or f"{table}_{extract_date:%Y%m%d}.csv"
    digest = hashlib.sha256(f"{name}{received_at}".encode()).hexdigest()
    listed = list(rows)
    unknown = {key for row in listed for key in row} - set(fields)
    assert not unknown, f"{table} has no field {sorted(unknown)}"
    values = [
        [*(row.get(field) for field in fields), digest, name, number, feed, received_at, extract_date, is_latest]
        for number, row in enumerate(listed, start=1)
    ]
    with duckdb.connect(str(path)) as connection:
        if values:
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f"insert into raw.{table} values ({marks})", values)
        add_row(
            connection,
            "raw.delivery",
            {
                "feed": feed,
                "table_name": table,
                "file_hash": digest,
                "file_name": name,
                "received_at": received_at,
                "extract_date": extract_date,
                "read_rows": len(values) + quarantined,
                "loaded_rows": len(values),
                "quarantined_rows": quarantined,
                "duplicate_rows": 0,
                "fixed_rows": 0,
                "dismissed_rows": 0,
                "is_latest": is_latest,
                "is_whole": True,
            },
        )


def add_row(connection: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, Any]) -> None:
    """Put `row` (column -> value) into `table`: a column left out is null, one the table has not is an error."""
    marks = ", ".join("?" * len(row))
    connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))
