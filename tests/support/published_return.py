"""A published night made by hand: an invented return, what the facts say of it, and two findings."""

from __future__ import annotations

from pathlib import Path

import duckdb

from returns.definition.load import load_definition
from returns.kinds import SEN2
from returns.overlay.load import load_overlay
from returns.rules.cases import baseline, load_tables

ERROR, QUERY, OF_THE_RETURN = "e" * 16, "a" * 16, "b" * 16
FINDINGS = f"""
create table returns.sen2_rule_breach as
select *, $print as fingerprint from (values
    ('SEN2-P02', 'error', 'person', 'P1', 'P1', 'UPN', 'There is no number.', '{ERROR}'),
    ('SEN2-P08', 'query', 'person', 'P1', 'P1', 'PostCode', 'The postcode is blank.', '{QUERY}'),
    ('SEN2-T01', 'query', 'header', 'header', null, 'LEA', 'There are few plans.', '{OF_THE_RETURN}')
) as v(rule_id, severity, module, record_key, persontableid, item, message, finding_id)
"""


def make_published(path: Path, *, fingerprint: str = "as it was", year: int = 2025) -> Path:
    """Write the warehouse file of a published night at `path`."""
    with duckdb.connect(str(path)) as con:
        load_tables(con, SEN2, baseline(SEN2, year), year=year)
        con.execute("create schema prepared")
        for module in load_definition(SEN2, year).modules.values():
            con.execute(f"create table prepared.sen2_prepared_{module.name} as select * from returns.{module.table}")
        load_overlay(con, path.parent / "none", SEN2, year)
        con.execute("create table returns.sen2_correction_state (id varchar, state varchar)")
        con.execute(FINDINGS, {"print": fingerprint})
    return path
