"""The same report for a night: every finding at its record, with the source file and row it came from."""

from __future__ import annotations

import duckdb

from returns.definition.load import load_definition
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from returns.report.findings import Report, gather
from returns.report.pseudonyms import SourceNames, WarehouseNames
from returns.rules.book import rules_of
from returns.rules.dfe_map import dfe_numbers


def night_report(
    con: duckdb.DuckDBPyConnection,
    kind: ReturnKind,
    year: int,
    *,
    subject: str,
    file_hash: str,
    order: str,
    names: bool = False,
) -> Report:
    """What `run_rules` found in the warehouse `con`, as the report of the file `subject` that was written from it.

    Raises SettingsError where the key of the pseudonyms is not set and the report is to hold no names.
    """
    definition = load_definition(kind, year)
    rules = rules_of(kind, year)
    unable = con.execute(
        f"select rule_id, why_skipped from {SCHEMA}.{kind.name}_rule where state = 'skipped' order by 1"
    )
    skipped = dict(unable.fetchall())
    dfe = dfe_numbers(kind, year)
    rows = {}
    for module in definition.modules.values():
        (rows[module.name],) = con.execute(f"select count(*) from {SCHEMA}.{module.table}").fetchone() or (0,)
    return Report(
        kind=kind,
        year=year,
        subject=subject,
        file_hash=file_hash,
        rows=rows,
        order=order,
        findings=gather(con, kind, year, called=SourceNames() if names else WarehouseNames(con), names=names, dfe=dfe),
        ran=tuple(rule for rule in rules if rule.id not in skipped),
        skipped=skipped,
        names=names,
        from_warehouse=True,
        dfe=dfe,
    )
