"""The same report for a night: every breach at its record, with the source file and row it came from."""

from __future__ import annotations

import duckdb

from returns.definition.tables import SCHEMA
from returns.kinds import SEN2
from returns.rules.book import rules_of
from returns.sen2.check import Breach, CheckResult
from returns.sen2.xml.writer import WriteResult


def night_result(con: duckdb.DuckDBPyConnection, written: WriteResult, *, year: int, order: str) -> CheckResult:
    """What `run_rules` found in the warehouse `con`, as the result of a check of the file that was written from it.

    Reads `returns.sen2_rule`, `returns.sen2_rule_breach` and `raw.delivery` (for the names of the source files).
    """
    rules = {rule.id: rule for rule in rules_of(SEN2, year)}
    found = con.execute(
        f"""
        select rule_id, module, record_key, persontableid, item, coalesce(file_name, source_table) || ' row ' || row
        from {SCHEMA}.sen2_rule_breach
        left join (select distinct file_hash, file_name from raw.delivery) using (file_hash)
        order by all
        """
    ).fetchall()
    unable = con.execute(f"select rule_id, why_skipped from {SCHEMA}.sen2_rule where state = 'skipped' order by 1")
    skipped = dict(unable.fetchall())
    return CheckResult(
        file=written.path.name,
        file_hash=written.sha256,
        year=year,
        rows=written.rows,
        order=order,
        faults=[],
        breaches=[
            Breach(rules[rule], module, record, person, item, None, source or "")
            for rule, module, record, person, item, source in found
        ],
        ran=tuple(rule for rule in rules.values() if rule.id not in skipped),
        skipped=skipped,
    )
