"""A warehouse file with every table and no row: raw from the contracts, the rest from the dbt models' YAML.

What a suite or a page asks of a table can be tried on it without building anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import yaml

from area.paths import PROJECT_ROOT
from ingest.raw.delivery_tables import create_delivery
from returns.kinds import SEN2
from returns.rules.run import run_rules
from tests.support.gate_warehouse import contracts

MODELS = PROJECT_ROOT / "dbt_project" / "models"
SCHEMAS = {"intermediate": "matching", "marts": "facts", "returns": "returns", "board": "board"}
AUDIT = (
    "_file_hash varchar, _file_name varchar, _row bigint, _feed varchar, _received_at timestamp,"
    " _extract_date date, _is_latest boolean"
)
QUARANTINED = """
create table raw.quarantined (_file_hash varchar, _file_name varchar, _row bigint, _feed varchar, _table varchar,
    _received_at timestamp, reason varchar, field varchar);
"""


def models() -> dict[str, list[dict[str, Any]]]:
    """`schema.model` -> its columns as its YAML describes them."""
    found = {}
    for path in sorted(MODELS.rglob("*.yml")):
        schema = SCHEMAS.get(path.relative_to(MODELS).parts[0])
        loaded = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for model in loaded.get("models") or []:
            if schema:
                found[f"{schema}.{model['name']}"] = model.get("columns") or []
    return found


def build_empty_warehouse(path: Path) -> Path:
    """Make the file at `path`."""
    with duckdb.connect(str(path)) as con:
        for schema in ("raw", "matching", "facts", "returns", "board"):
            con.execute(f"create schema {schema}")
        for name, (_, table) in contracts().items():
            fields = ", ".join(f"{field.replace('.', '_')} varchar" for field in table["fields"])
            con.execute(f"create table raw.{name} ({fields}, {AUDIT})")
        create_delivery(con, [])
        con.execute(QUARANTINED)
        for name, columns in models().items():
            if columns:
                typed = ", ".join(f'"{c["name"]}" {c.get("data_type", "varchar")}' for c in columns)
                con.execute(f"create table {name} ({typed})")
        run_rules(con, SEN2, 2025)
    return path
