"""A return of the nation's size: one area's return tables many times over, each copy with persons of its own.

Keys, names, UPNs and ULNs differ from copy to copy (numbers with sound check letters and digits), so that the rules
across persons have real work to do and do not find every child 80 times.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from returns.definition.load import load_definition
from returns.definition.model import Definition, Module
from returns.definition.tables import SCHEMA, create_tables
from returns.kinds import SEN2

PLANS_OF_ENGLAND = 640_000
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def make_national(source: Path, target: Path, *, year: int, plans: int = PLANS_OF_ENGLAND) -> int:
    """Fill the new DuckDB file `target` with the return tables of `source` (a night's warehouse file), repeated until
    they hold at least `plans` named plans; returns how many there are. Facts the rules need come with them, once."""
    definition = load_definition(SEN2, year)
    con = duckdb.connect(str(target))
    try:
        con.execute(f"attach '{source}' as night (read_only)")
        (own,) = con.execute("select count(*) from night.returns.sen2_named_plan").fetchone() or (0,)
        copies = -(-plans // own)
        create_tables(con, definition)
        for module in definition.modules.values():
            _repeat(con, definition, module, 1 if module.key is None else copies)
        for schema, table in (("facts", "dim_setting"), ("facts", "fct_census_sen"), ("matching", "int_person_links")):
            con.execute(f"create schema if not exists {schema}")
            con.execute(f"create table {schema}.{table} as select * from night.{schema}.{table}")
        con.execute("detach night")
        con.execute("checkpoint")
        return int(own * copies)
    finally:
        con.close()


def _repeat(con: duckdb.DuckDBPyConnection, definition: Definition, module: Module, copies: int) -> None:
    keys = {key for key in (module.key, definition.parent_key(module)) if key}
    there = {row[0] for row in con.execute(f"describe night.{SCHEMA}.{module.table}").fetchall()}
    columns = []
    for name in definition.columns(module):
        if name not in there:
            continue
        if name in keys:
            columns.append(f"{name} || '/' || copy as {name}")
        elif name in module.extra_columns:
            columns.append(f"copy * 1000000 + {name} as {name}")
        elif name in ("surname", "forename"):
            columns.append(f"{name} || chr((97 + copy % 26)::integer) || chr((97 + copy // 26)::integer) as {name}")
        elif name == "upn":
            columns.append(f"case when upn is null then null else {_upn()} end as upn")
        elif name == "uniquelearnernumber":
            columns.append(f"case when uniquelearnernumber is null then null else {_uln()} end as uniquelearnernumber")
        else:
            columns.append(name)
    con.execute(
        f"insert into {SCHEMA}.{module.table} by name select {', '.join(columns)} "
        f"from night.{SCHEMA}.{module.table}, range({copies}) as copies(copy)"
    )


def _upn() -> str:
    """A UPN of its own: LA 931, then a number, then nought; the check letter first."""
    digits = "('931' || lpad((copy * 20000 + personorder)::varchar, 9, '0'))"
    total = " + ".join(f"{place} * substr({digits}, {place - 1}, 1)::integer" for place in range(2, 14))
    return f"'{LETTERS}'[1 + ({total}) % 23] || {digits}"


def _uln() -> str:
    """A ULN of its own: nine digits and the check digit; the last of the nine is moved on where there is none."""
    number = "(100000000 + (copy * 20000 + personorder) * 2)"

    def left(of: str) -> str:
        return " + ".join(f"{11 - place} * substr({of}::varchar, {place}, 1)::integer" for place in range(1, 10))

    sound = f"case when ({left(f'({number})')}) % 11 = 0 then {number} + 1 else {number} end"
    return f"({sound})::varchar || (10 - ({left(f'({sound})')}) % 11)"
