"""What a frozen return holds: the XML under its own serial number, and every return table as Parquet.

Freezing writes it from the published night, rebuilding from a night built again: the same steps, so the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from area.files import hashed
from area.paths import SubmissionPaths
from area.settings import AreaSettings
from area.sql import literal
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from returns.sen2.xml.writer import write_sen2
from warehouse.exports import write_table
from warehouse.submission.since import change_tables


@dataclass(frozen=True)
class Content:
    """Rows by module, findings by severity and state, hashes by file (relative to the submission's folder)."""

    rows: dict[str, int]
    findings: dict[str, dict[str, int]]
    outputs: dict[str, dict[str, int | str]]


def under_serial(settings: AreaSettings, serial: str) -> AreaSettings:
    """The settings with the header's serial number set to the submission's."""
    return replace(settings, sen2={**settings.sen2, "serial_no": serial})


def write_content(warehouse: Path, target: SubmissionPaths, *, kind: ReturnKind, settings: AreaSettings) -> Content:
    """Write the return in `warehouse` (a night's file, only read) to `target`, under the serial number in `settings`.

    Raises ReturnInvalidError when the file does not fit its schema.
    """
    xml = target.root / f"SEN2_{settings.area}_{settings.collection}.xml"
    target.tables.mkdir(mode=0o700)
    with duckdb.connect() as con:
        con.execute(f"attach {literal(warehouse)} as night (read_only)")
        con.execute(f"create schema {SCHEMA}")
        tables = _copy_tables(con, kind)
        con.execute("detach night")
        con.execute(f"update {SCHEMA}.{kind.name}_header set serialno = ?", [settings.sen2["serial_no"]])
        written = write_sen2(con, xml, year=settings.collection, settings=settings)
        for table in tables:
            write_table(con, f'{SCHEMA}."{table}"', target.tables / f"{table}.parquet")
        findings = _findings(con, kind)
    files = [xml, *sorted(target.tables.glob("*.parquet"))]
    for file in files:
        file.chmod(0o600)
    return Content(written.rows, findings, {str(file.relative_to(target.root)): hashed(file) for file in files})


def _copy_tables(con: duckdb.DuckDBPyConnection, kind: ReturnKind) -> list[str]:
    """The tables of the return, its rules, findings and corrections, copied from the attached night; their names.

    What changed since another night is left out: it is not made of what was delivered, so it cannot be built again.
    """
    apart = change_tables(kind)
    tables = [
        str(name)
        for (name,) in con.execute(
            "select table_name from information_schema.tables where table_catalog = 'night' and table_schema = ?"
            " and starts_with(table_name, ?) order by 1",
            [SCHEMA, f"{kind.name}_"],
        ).fetchall()
        if name not in apart
    ]
    for table in tables:
        con.execute(f'create table {SCHEMA}."{table}" as select * from night.{SCHEMA}."{table}"')
    return tables


def _findings(con: duckdb.DuckDBPyConnection, kind: ReturnKind) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {"error": {}, "query": {}}
    for severity, state, number in con.execute(
        f"select severity, state, count(*) from {SCHEMA}.{kind.name}_rule_breach group by all order by all"
    ).fetchall():
        counts.setdefault(severity, {})[state] = number
    return counts
