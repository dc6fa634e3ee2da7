"""Every rule against a whole return: its fault is planted in one record of a clean return, and must be found there.

How a rule is broken stands in its cases file, under `plant`:

- `table` and `where` choose the records that can carry the fault (SQL over the alias `t`, schema `returns` and what
  `context.sql` makes); one is taken by chance, of a person who carries no other fault;
- `set` changes columns of it, `add` puts in a copy of it with these columns replaced, `drop` takes it out; `also`
  changes rows of other tables that have the same value in the column `key` of the chosen one;
- `at` is where the fault must be found, if not at the changed or added record itself;
- `alone`: it changes so much (a total, the header) that it is tried on a return without other faults; `every`: the
  same, and every record the `where` fits is changed, not one;
- `year`: tried in that collection; otherwise in 2025 if the rule holds then, else in the first year it holds.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import yaml

from returns.definition.load import defined_years, load_definition
from returns.definition.model import Definition
from returns.kinds import ReturnKind
from returns.rules.book import Rule, rules_of
from returns.rules.run import run_rules

FEW = 20
"""A fault that fewer records can carry is tried alone: the others could have taken all of them."""
Finding = tuple[str, str, str]
"""Rule, module, record key."""


@dataclass(frozen=True)
class Plant:
    """How one rule is broken in a whole return."""

    rule: Rule
    table: str
    where: str
    year: int
    set: Mapping[str, str] | None = None
    add: Mapping[str, str] | None = None
    drop: bool = False
    also: tuple[Mapping[str, Any], ...] = ()
    at: Mapping[str, str] | None = None
    alone: bool = False
    every: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one rule's fault."""

    rule: str
    planted: bool
    found: bool
    false_alarms: int
    """Findings of the rule that were not there before, at records of persons who carry no fault."""


def plant_of(kind: ReturnKind, rule: Rule, *, usual_year: int) -> Plant | None:
    """The plant in the rule's cases file; None where there is none."""
    raw = yaml.safe_load((kind.rules / f"{rule.id}.cases.yml").read_text(encoding="utf-8")).get("plant")
    if raw is None:
        return None
    year = usual_year if rule.holds_in(usual_year) else rule.last_year or rule.first_year
    return Plant(rule=rule, **{"year": year, **raw, "also": tuple(raw.get("also", ()))})


def try_plants(
    con: duckdb.DuckDBPyConnection, kind: ReturnKind, year: int, plants: Sequence[Plant], *, seed: int
) -> list[Outcome]:
    """Plant all in the return in `con`, which is left planted; run the rules; say what was found where.

    Faults that go together are planted at once, each in a person of its own. One that stands alone is tried before
    them, and taken out again.
    """
    clean = _findings(con, kind, year)
    chance = random.Random(seed)
    carriers = {plant.rule.id: _candidates(con, plant) for plant in plants}
    alone = [plant for plant in plants if plant.alone or plant.every or carriers[plant.rule.id] < FEW]
    outcomes = [_alone(con, kind, plant, clean, chance) for plant in alone]
    # those that few records can carry come first
    together = sorted((p for p in plants if p not in alone), key=lambda plant: carriers[plant.rule.id])
    touched: set[str] = set()
    where = {plant.rule.id: _plant(con, kind, plant, chance, touched) for plant in together}
    new = _findings(con, kind, year) - clean
    persons = _persons(con, kind)
    for plant in together:
        at, rule = where[plant.rule.id], plant.rule.id
        other = {found for found in new if found[0] == rule and (rule, *(at or ("", ""))) != found}
        alarms = [f for f in other if persons.get(f"{f[1]} {f[2]}") not in touched and f[2] not in touched]
        outcomes.append(Outcome(rule, at is not None, at is not None and (rule, *at) in new, len(alarms)))
    return sorted(outcomes, key=lambda outcome: outcome.rule)


def rules_without_plant(kind: ReturnKind, rules: Iterable[Rule]) -> list[str]:
    return [rule.id for rule in rules if plant_of(kind, rule, usual_year=rule.first_year) is None]


def table_of(outcomes: Sequence[Outcome]) -> str:
    """Recall and false alarms a rule, to be printed."""
    lines = [f"{'rule':<12}{'planted':>8}{'found':>8}{'false alarms':>14}"]
    lines += [f"{o.rule:<12}{int(o.planted):>8}{int(o.found):>8}{o.false_alarms:>14}" for o in outcomes]
    found, planted = sum(o.found for o in outcomes), sum(o.planted for o in outcomes)
    lines.append(f"{len(outcomes)} rules: {found} of {planted} faults found, "
                 f"{sum(o.false_alarms for o in outcomes)} false alarms")  # fmt: skip
    return "\n".join(lines)


def _findings(con: duckdb.DuckDBPyConnection, kind: ReturnKind, year: int, only: str | None = None) -> set[Finding]:
    run_rules(con, kind, year, only=[only] if only else None)
    rows = con.execute(f"select rule_id, module, record_key from returns.{kind.name}_rule_breach").fetchall()
    return {(rule, module, key) for rule, module, key in rows}


def _persons(con: duckdb.DuckDBPyConnection, kind: ReturnKind) -> dict[str, str | None]:
    """`module key` of every finding -> the person; of those outside the return the one they are linked to."""
    rows = con.execute(f"""
        select module || ' ' || record_key, persontableid from returns.{kind.name}_rule_breach
        where module not in ('census', 'last_return')
        union all
        select 'census ' || person_id, min(source_key) from matching.int_person_links
        where source_system = 'ehc' group by person_id
        union all
        select 'last_return ' || plans.source_key, min(links.source_key) from facts.fct_returned_plan as plans
        inner join matching.int_person_links as links using (person_id)
        where links.source_system = 'ehc' group by plans.source_key
    """).fetchall()
    return dict(rows)


def _alone(
    con: duckdb.DuckDBPyConnection, kind: ReturnKind, plant: Plant, clean: set[Finding], chance: random.Random
) -> Outcome:
    tables = [_name(plant.table), *(_name(other["table"]) for other in plant.also)]
    for number, table in enumerate(tables):
        con.execute(f"create or replace temp table kept_{number} as from {table}")
    at = _plant(con, kind, plant, chance, set())
    new = _findings(con, kind, plant.year, only=plant.rule.id) - clean
    for number, table in enumerate(tables):
        con.execute(f"delete from {table}; insert into {table} from kept_{number}; drop table kept_{number}")
    found = at is not None and (plant.rule.id, *at) in new
    return Outcome(plant.rule.id, at is not None, found, len(new) - found)


def _plant(
    con: duckdb.DuckDBPyConnection, kind: ReturnKind, plant: Plant, chance: random.Random, touched: set[str]
) -> tuple[str, str] | None:
    """Plant the fault; its module and record key, or None where no record can carry it. Adds to `touched` who does."""
    definition = load_definition(kind, plant.year)
    table, person = _name(plant.table), _person(definition, plant.table)
    module = next((m for m in definition.modules.values() if m.table == plant.table), None)
    own = (f"'{module.name}'", f"t.{module.key}" if module.key else f"'{module.name}'") if module else ("null", "null")
    at = plant.at or {}
    key = at.get("key", own[1])
    if plant.add is not None and plant.at is None and module and module.key:
        key = plant.add.get(module.key, own[1])
    select = ", ".join([f"'{at['module']}'" if at else own[0], key, "t.rowid", person])
    rows = con.execute(f"select {select} from {table} as t where {plant.where} order by t.rowid").fetchall()
    chance.shuffle(rows)
    for found_in, found_at, row, carrier in rows:
        if carrier is not None and carrier in touched:
            continue
        if plant.every:
            _change_every(con, plant, table)
        else:
            _change(con, plant, table, row)
        touched.update(str(each) for each in (carrier, found_at) if each is not None)
        return str(found_in), str(found_at)
    return None


def _candidates(con: duckdb.DuckDBPyConnection, plant: Plant) -> int:
    (count,) = con.execute(f"select count(*) from {_name(plant.table)} as t where {plant.where}").fetchone() or (0,)
    return int(count)


def _change(con: duckdb.DuckDBPyConnection, plant: Plant, table: str, row: int) -> None:
    for other in plant.also:
        values = ", ".join(f"{column} = {value}" for column, value in other["set"].items())
        (of,) = con.execute(f"select {other['key']} from {table} where rowid = ?", [row]).fetchone() or (None,)
        con.execute(f"update {_name(other['table'])} as t set {values} where {other['key']} = ?", [of])
    if plant.set is not None:
        columns = dict(con.execute(f"select column_name, column_type from (describe {table})").fetchall())
        values = ", ".join(
            f"cast({plant.set[name]} as {kind}) as {name}" if name in plant.set else f"t.{name}"
            for name, kind in columns.items()
        )
        # worked out from the row as it is before any of it changes
        con.execute(f"create or replace temp table planted as select {values} from {table} as t where rowid = {row}")
    if plant.add is not None:
        replaced = ", ".join(f"{value} as {column}" for column, value in plant.add.items())
        con.execute(
            f"create or replace temp table planted as select * replace ({replaced}) from {table} as t "
            f"where rowid = {row}"
        )
    if plant.add is None:
        con.execute(f"delete from {table} where rowid = {row}")
    if not plant.drop:
        con.execute(f"insert into {table} from planted")


def _change_every(con: duckdb.DuckDBPyConnection, plant: Plant, table: str) -> None:
    if plant.drop:
        con.execute(f"delete from {table} where rowid in (select t.rowid from {table} as t where {plant.where})")
    if plant.set is not None:
        values = ", ".join(f"{column} = {value}" for column, value in plant.set.items())
        con.execute(f"update {table} as t set {values} where {plant.where}")


def _name(table: str) -> str:
    return table if "." in table else f"returns.{table}"


def _person(definition: Definition, table: str) -> str:
    """SQL over `t` for the person a row of the table is about: in the return its persontableid, elsewhere what there
    is to tell persons apart."""
    if table in ("facts.fct_census_sen", "facts.fct_returned_plan", "matching.int_person_links"):
        return (
            "coalesce((select min(l.source_key) from matching.int_person_links as l where l.source_system = 'ehc' "
            "and l.person_id = t.person_id), t.person_id)"
        )
    module = next((each for each in definition.modules.values() if each.table == table), None)
    if module is None or module.key is None:
        return "null"
    if module.name == "person":
        return "t.persontableid"
    chain, below = "", module
    while below.parent and below.parent != "person":
        parent = definition.module(below.parent)
        link = f"t.{parent.key}" if below is module else f"{below.name}.{parent.key}"
        chain += f" inner join returns.{parent.table} as {parent.name} on {parent.name}.{parent.key} = {link}"
        below = parent
    if below is module:
        return "t.persontableid"
    return f"(select min({below.name}.persontableid) from (select 1) as one{chain})"


def moved_to(con: duckdb.DuckDBPyConnection, kind: ReturnKind, year: int, *, from_year: int) -> None:
    """Make the return in `con`, of collection `from_year`, one of `year`: dates move by whole years, what the year does
    not ask for is blank, and what it asks for besides is filled in."""
    definition = load_definition(kind, year)
    if year == from_year:
        return
    for table in _tables(con):
        dates = [
            name
            for name, type_ in con.execute(f"select column_name, column_type from (describe {table})").fetchall()
            if type_ in ("DATE", "TIMESTAMP")
        ]
        if dates:
            moved = ", ".join(f"{name} = {name} + interval ({year - from_year}) year" for name in dates)
            con.execute(f"update {table} set {moved}")
    for sql in _FILLED:
        con.execute(sql)
    for module in definition.modules.values():
        asked = {item.column for item in module.items}
        blank = [f"{item.column} = null" for item in module.table_items if item.column not in asked]
        if blank:
            con.execute(f"update returns.{module.table} set {', '.join(blank)}")
    con.execute(f"update returns.{kind.name}_header set year = ?, referencedate = ?", [year, definition.census_date])
    con.execute("update facts.fct_census_sen set census_date = ?", [definition.census_date])
    con.execute("update facts.fct_returned_plan set collection = collection + ?", [year - from_year])


# What other years ask for, made of what 2025 has.
_FILLED = (
    "update returns.sen2_sen_need set sentype = 'OTH' where sentype = 'DS'",
    "update returns.sen2_person set gendercurrent = case sex when 'M' then '1' when 'F' then '2' end",
    "update returns.sen2_placement_detail set attendancepattern = 'FT'",
    "update returns.sen2_active_plans as a set res = p.res, wbp = p.wbp from returns.sen2_placement_detail as p "
    "where p.activeplanstableid = a.activeplanstableid and p.placementrank = 1",
    "update returns.sen2_requests set requestsource = coalesce(requestsource, '1') where requestoutcome <> 'H'",
    "update returns.sen2_active_plans set reviewdraft = coalesce(reviewdraft, lastreview) where reviewoutcome = 'A'",
)


def _tables(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name = 'returns' and "
        "table_name not in ('sen2_rule', 'sen2_rule_breach') or table_name in "
        "('dim_setting', 'fct_census_sen', 'fct_returned_plan')"
    ).fetchall()
    return (row[0] for row in rows)


def plants_of(kind: ReturnKind, *, usual_year: int) -> dict[int, list[Plant]]:
    """Collection -> the plants to be tried in it: every rule once."""
    rules = {rule.id: rule for year in defined_years(kind) for rule in rules_of(kind, year)}
    plants: dict[int, list[Plant]] = {}
    for rule in rules.values():
        plant = plant_of(kind, rule, usual_year=usual_year)
        if plant is not None:
            plants.setdefault(plant.year, []).append(plant)
    return plants
