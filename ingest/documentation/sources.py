"""dbt's sources: every table of schema `raw` with its columns, from the contracts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from ingest.contract.model import Contract, Field, Table
from ingest.reading.row_checks import date_in_words

MADE = "# Made by `send contracts sources --write` from ingest/contracts/: change those.\n"


def sources_text(name: str, contracts: Sequence[Contract]) -> str:
    """One dbt source, of one feed or of several that belong together, as YAML.

    Freshness is a table's own: that of its feed, and none for a table that a delivery may do without, or for a feed of
    history.
    """
    titles = "; ".join(f"{contract.title} (contract {contract.feed})" for contract in contracts)
    source = {
        "name": name,
        "description": f"{titles}. Every value is text as it came.",
        "schema": "raw",
        "config": {"loaded_at_field": "_received_at"},
        "tables": [_table(contract, table) for contract in contracts for table in contract.tables],
    }
    said = yaml.safe_dump({"sources": [source]}, sort_keys=False, allow_unicode=True, width=10_000)
    return MADE + str(said)


def _table(contract: Contract, table: Table) -> dict[str, Any]:
    said: dict[str, Any] = {"name": table.name, "description": f"All deliveries. {table.about}".rstrip()}
    if contract.allowed_age_days is not None and not table.optional:
        said["config"] = {"freshness": {"error_after": {"count": contract.allowed_age_days, "period": "day"}}}
    return said | {"columns": [_column(field) for field in table.fields]}


def _column(field: Field) -> dict[str, Any]:
    said: dict[str, Any] = {"name": field.name, "description": _described(field)}
    return said | ({"config": {"meta": {"personal": field.personal}}} if field.personal else {})


def _described(field: Field) -> str:
    """What it holds, and how it stands in the file."""
    parts = [field.about.rstrip(".") + "."] if field.about else []
    if field.date_format:
        parts.append(f"Date as {date_in_words(field.date_format)}.")
    if field.codes:
        parts.append(f"One of {', '.join(field.codes)}.")
    if field.source != field.name:
        parts.append(f"{field.source} in the file.")
    return " ".join(parts) or f"Type {field.kind}."
