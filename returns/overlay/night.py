"""What corrections and notes are made against: an area's published night."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from area.errors import OverlayRefusedError
from returns.definition.load import load_definition
from returns.definition.model import Definition
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind

PREPARED = "prepared"


@dataclass(frozen=True)
class Finding:
    """What a note or a correction needs to know of a finding of the night."""

    finding_id: str
    rule_id: str
    severity: str
    module: str
    record_key: str
    persontableid: str | None
    item: str
    message: str
    fingerprint: str


def published_definition(con: duckdb.DuckDBPyConnection, kind: ReturnKind, collection: int) -> Definition:
    """The definition of the collection. Raises SettingsError where there is none, OverlayRefusedError when the
    published night is not of that collection or comes from before nights knew an overlay."""
    definition = load_definition(kind, collection)
    known = con.execute(
        "select count(*) from information_schema.columns where table_catalog = current_database() "
        "and (table_schema, table_name, column_name) in ((?, ?, 'finding_id'), (?, ?, 'state'))",
        [SCHEMA, f"{kind.name}_rule_breach", SCHEMA, f"{kind.name}_correction_state"],
    ).fetchone()
    if known != (2,):
        raise OverlayRefusedError(
            "correction or note",
            field="night",
            expected="one whose findings have ids (run `send nightly`)",
            came="one built before they had",
        )
    row = con.execute(f"select year from {SCHEMA}.{kind.name}_header").fetchone()
    if row is None or row[0] != collection:
        raise OverlayRefusedError(
            "correction or note",
            field="collection",
            expected=f"that of the published night, {row[0] if row else 'none'}",
            came=str(collection),
        )
    return definition


def source_value(
    con: duckdb.DuckDBPyConnection, definition: Definition, module: str, record_key: str, column: str
) -> tuple[bool, str | None]:
    """Whether the record is there, and what the facts say of the column before any correction, as DuckDB writes it."""
    key = definition.module(module).key
    where = f"{key} = ?" if key else "? = 'header'"
    row = con.execute(
        f'select cast("{column}" as varchar) from {PREPARED}.{definition.kind.name}_prepared_{module} where {where}',
        [record_key],
    ).fetchone()
    return (False, None) if row is None else (True, row[0])


def overlay_counts(con: duckdb.DuckDBPyConnection, kind: ReturnKind) -> dict[str, int]:
    """How many corrections and notes are in each state this night, as `correction applied` -> number.

    A return whose tables take no corrections (the lists of an inspection) has notes alone.
    """
    known = {
        str(name)
        for (name,) in con.execute(
            "select table_name from information_schema.tables where table_schema = ?", [SCHEMA]
        ).fetchall()
    }
    return {
        f"{what} {state}": number
        for what in ("correction", "note")
        if f"{kind.name}_{what}_state" in known
        for state, number in con.execute(
            f"select state, count(*) from {SCHEMA}.{kind.name}_{what}_state group by state order by state"
        ).fetchall()
    }


def findings(con: duckdb.DuckDBPyConnection, kind: ReturnKind) -> dict[str, Finding]:
    """Every finding of the night by its id."""
    rows = con.execute(
        "select finding_id, rule_id, severity, module, record_key, persontableid, item, message, fingerprint "
        f"from {SCHEMA}.{kind.name}_rule_breach order by rule_id, module, record_key, item"
    ).fetchall()
    return {row[0]: Finding(*row) for row in rows}


def finding(con: duckdb.DuckDBPyConnection, kind: ReturnKind, finding_id: str) -> Finding:
    """The finding with that id, as a report prints it. Raises OverlayRefusedError when the night has none such."""
    found = findings(con, kind).get(finding_id.strip().lower())
    if found is None:
        raise OverlayRefusedError(
            "correction or note",
            field="finding",
            expected="an id of 16 characters from the report of the published night",
            came="one that night does not have",
        )
    return found
