"""A return of the nation's size (153 areas' worth): how long the file takes to write, and the rules to run.

It is one area's return tables many times over. Keys, names, UPNs and ULNs differ from copy to copy (numbers with sound
check letters and digits), so that the rules across persons have real work to do and do not find every child 80 times;
the census and last year's return that rules look at are repeated with them. Each measurement is made in a process of
its own, so that the memory told is its own: `python -m bench.national write|rules FILE`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from area.paths import PROJECT_ROOT
from area.settings import load_settings
from bench.memory import most_memory
from returns.definition.load import load_definition
from returns.definition.model import Definition, Module
from returns.definition.tables import SCHEMA, create_tables
from returns.kinds import SEN2
from returns.rules.run import run_rules
from returns.sen2.xml.writer import write_sen2

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
        _repeat_facts(con, copies)
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


def _repeat_facts(con: duckdb.DuckDBPyConnection, copies: int) -> None:
    """The tables rules may need besides the return. Persons are those of their copy, settings are everybody's."""
    for schema in ("facts", "matching"):
        con.execute(f"create schema if not exists {schema}")
    con.execute("create table facts.dim_setting as select * from night.facts.dim_setting")
    con.execute(f"""
        create table matching.int_person_links as
        select * replace (source_key || '/' || copy as source_key, person_id || '/' || copy as person_id)
        from night.matching.int_person_links, range({copies}) as copies(copy)
        where source_system in ('ehc', 'sen2_return')
    """)
    # of the census, those who have a plan in it or in the return: the rules look at no other pupil
    con.execute(f"""
        create table facts.fct_census_sen as
        select census.* replace (person_id || '/' || copy as person_id)
        from night.facts.fct_census_sen as census, range({copies}) as copies(copy)
        where
            census.senprovision = 'E'
            or census.person_id in (select person_id from night.matching.int_person_links where source_system = 'ehc')
    """)
    con.execute(f"""
        create table facts.fct_returned_plan as
        select * replace (source_key || '/' || copy as source_key, person_id || '/' || copy as person_id)
        from night.facts.fct_returned_plan, range({copies}) as copies(copy)
    """)


def measure(source: Path, scratch: Path, *, year: int) -> dict[str, float]:
    """Seconds and memory of writing and of the rules over the nation's return made from the night `source`."""
    tables = scratch / "national.duckdb"
    plans = make_national(source, tables, year=year)
    found = {"plans": float(plans)}
    for what in ("write", "rules"):
        done = subprocess.run(
            [sys.executable, "-m", "bench.national", what, str(tables), str(year)],
            check=True,
            cwd=PROJECT_ROOT,
            stdout=subprocess.PIPE,
        )
        found |= json.loads(done.stdout.splitlines()[-1])
    return found


def _write(tables: Path, year: int) -> dict[str, float]:
    settings = load_settings("931", collection=year)
    with duckdb.connect(str(tables), read_only=True) as con:
        written = write_sen2(con, tables.with_suffix(".xml"), year=year, settings=settings)
    return {
        "file written and validated, seconds (goal: under 60)": written.seconds,
        "file, MB": written.bytes / 1e6,
        "memory while writing, MB (goal: under 1,000)": most_memory(),
    }


def _rules(tables: Path, year: int) -> dict[str, float]:
    with duckdb.connect(str(tables)) as con:
        results = run_rules(con, SEN2, year)
    return {
        "rules": len(results.by_rule),
        "findings": results.errors + results.queries,
        "all rules, seconds (goal: under 30)": results.seconds,
        "memory of the rules, MB": most_memory(),
    }


def main() -> None:
    """One measurement, printed as JSON."""
    what, tables, year = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    started = time.monotonic()
    found = {"write": _write, "rules": _rules}[what](tables, year)
    print(json.dumps(found | {f"{what}, the whole process, seconds": time.monotonic() - started}))


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


if __name__ == "__main__":
    main()
