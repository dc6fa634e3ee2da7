"""The cases of the rules: for every rule, returns that break it at known records, and near misses that do not.

`<return>/rules/baseline.yml` is one invented return that breaks nothing, of collection BASELINE_YEAR; for another year
its dates are moved by whole years and items that year does not ask for are left out. A case (`rules/<ID>.cases.yml`)
says what it changes in it, adds or drops, and `at` which records the rule must find. It is tried in BASELINE_YEAR if
its rule holds then, else in the first year the rule holds, unless it names a `year`.
"""

from __future__ import annotations

import copy
import datetime as dt
import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import duckdb
import yaml

from returns.definition.load import load_definition
from returns.definition.tables import SCHEMA, create_tables
from returns.kinds import ReturnKind
from returns.rules.book import Rule

BASELINE_YEAR = 2025
Tables = dict[str, dict[str, dict[str, Any]]]
"""Table -> key -> row."""
_LINKS = ("person_id", "source_key")
"""Columns, besides the ids of the modules, that tie a row to its person."""

# The warehouse's tables that rules may need besides the return, with the columns they may use.
OTHER_TABLES = {
    "dim_setting": "facts.dim_setting (urn varchar, ukprn varchar, name varchar, la_code varchar, type_code varchar, "
    "status_code varchar, phase_name varchar, low_age bigint, high_age bigint, setting_group varchar, open_date date, "
    "close_date date, has_sen_unit boolean, has_resourced_provision boolean)",
    "fct_census_sen": "facts.fct_census_sen (census_pupil_key varchar, person_id varchar, urn varchar, "
    "census_date date, term varchar, enrol_status varchar, senprovision varchar, primary_need varchar, ncyear varchar, "
    "sex varchar, age bigint, is_newest_census boolean, _file_hash varchar, _row bigint)",
    "fct_returned_plan": "facts.fct_returned_plan (collection integer, source_key varchar, person_id varchar, "
    "plan_key varchar, start_date date, cease_date date, cease_reason varchar, is_open boolean, "
    "transferred_from varchar, primary_need varchar, urn varchar, ukprn varchar, sen_setting varchar, "
    "_source_table varchar, _file_hash varchar, _row bigint)",
    "int_person_links": "matching.int_person_links (source_key varchar, source_system varchar, person_id varchar)",
}


@dataclass(frozen=True)
class Case:
    """One case of a rule."""

    kind: ReturnKind
    rule: str
    name: str
    year: int
    at: tuple[str, ...]
    """Records the rule must find, each `module key`; empty for a case that passes."""
    change: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    add: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    drop: Mapping[str, list[str]] = field(default_factory=dict)
    times: int = 1
    """The changed return so many times over, for rules that count: every person, and all that hangs from them."""
    plain: int = 0
    """So many unchanged ones beside it."""

    def tables(self) -> Tables:
        tables = self._changed()
        if self.times > 1 or self.plain:
            _copy_in(tables, tables, self.times - 1, mark="+")
            _copy_in(tables, baseline(self.kind, self.year), self.plain, mark="=")
        return tables

    def _changed(self) -> Tables:
        tables = baseline(self.kind, self.year)
        for table, rows in self.change.items():
            for key, values in rows.items():
                tables[table][key] |= values
        for table, added in self.add.items():
            for number, row in enumerate(added):
                tables[table][f"added {number}"] = tables[table][row["like"]] | {
                    column: value for column, value in row.items() if column != "like"
                }
        for table, keys in self.drop.items():
            for key in keys:
                del tables[table][key]
        return tables


def _copy_in(tables: Tables, source: Tables, copies: int, *, mark: str) -> None:
    """Add copies of the source's modules, people and links under ids of their own."""
    rows = [
        (table, key, row)
        for table, held in source.items()
        for key, row in held.items()
        if any(column.endswith("tableid") or column == "person_id" for column in row)
    ]
    for copied in range(copies):
        for table, key, row in rows:
            tables[table][f"{key}{mark}{copied}"] = {
                column: f"{value}{mark}{copied}" if column.endswith("tableid") or column in _LINKS else value
                for column, value in row.items()
            }


def baseline(kind: ReturnKind, year: int) -> Tables:
    """The return of `year` that breaks nothing; the caller may change it."""
    tables = copy.deepcopy(_baseline(kind))
    definition = load_definition(kind, year)
    for module in definition.modules.values():
        asked = {item.column for item in module.items}
        for row in tables.get(module.table, {}).values():
            for item in module.table_items:
                if item.column not in asked:
                    row.pop(item.column, None)
    for rows in tables.values():
        for row in rows.values():
            row |= {column: _moved(value, year - BASELINE_YEAR) for column, value in row.items()}
    for row in tables.get(f"{kind.name}_header", {}).values():
        row |= {"year": year, "referencedate": definition.census_date}
    for row in tables.get("fct_census_sen", {}).values():
        row["census_date"] = definition.census_date
    for row in tables.get("fct_returned_plan", {}).values():
        row["collection"] = year - 1
    return tables


def _moved(value: Any, years: int) -> Any:
    return value.replace(year=value.year + years) if isinstance(value, dt.date) else value


@functools.cache
def _baseline(kind: ReturnKind) -> Tables:
    raw = cast(
        dict[str, list[dict[str, Any]]], yaml.safe_load((kind.rules / "baseline.yml").read_text(encoding="utf-8"))
    )
    return {table: {str(next(iter(row.values()))): row for row in rows} for table, rows in raw.items()}


def cases_of(kind: ReturnKind, rule: Rule) -> list[Case]:
    """The cases of a rule, failing ones first."""
    raw = yaml.safe_load((kind.rules / f"{rule.id}.cases.yml").read_text(encoding="utf-8"))
    year = BASELINE_YEAR if rule.holds_in(BASELINE_YEAR) else rule.first_year
    return [
        Case(kind=kind, rule=rule.id, at=tuple(case.pop("at", ())), **{"year": year, **case})
        for case in [*raw["fails"], *({**passing, "at": ()} for passing in raw["passes"])]
    ]


def load_tables(
    con: duckdb.DuckDBPyConnection,
    kind: ReturnKind,
    tables: Tables,
    *,
    year: int,
    only: Collection[str] | None = None,
) -> None:
    """Put the rows into schema `returns` (and the others a rule may need), in place of any there; `only`: into these
    tables, and leave the rest as they are.

    Tables that are there already are emptied and used again: making them costs more than all the rest of a case.
    """
    definition = load_definition(kind, year)
    names = {module.table: f"{SCHEMA}.{module.table}" for module in definition.modules.values()}
    names |= {table: declared.split(" ")[0] for table, declared in OTHER_TABLES.items()}
    there = {row[0] for row in con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()}
    if there >= set(names.values()):
        con.execute("; ".join(f"delete from {names[table]}" for table in (names if only is None else sorted(only))))
    else:
        create_tables(con, definition)
        for schema in ("facts", "matching"):
            con.execute(f"create schema if not exists {schema}")
        con.execute("; ".join(f"create or replace table {declared}" for declared in OTHER_TABLES.values()))
    for table, rows in tables.items():
        if only is not None and table not in only:
            continue
        values = [_with_source(kind, table, row, number) for number, row in enumerate(rows.values(), start=2)]
        if values:
            columns = list(dict.fromkeys(column for row in values for column in row))
            marks = f"({', '.join('?' * len(columns))})"
            con.execute(
                f"insert into {names[table]} ({', '.join(columns)}) values {', '.join([marks] * len(values))}",
                [row.get(column) for row in values for column in columns],
            )


def _with_source(kind: ReturnKind, table: str, row: Mapping[str, Any], number: int) -> dict[str, Any]:
    values = {column: value for column, value in row.items() if column != "key"}
    if table.startswith((f"{kind.name}_", "fct_")):
        values |= {"_file_hash": "0" * 64, "_row": number}
    return values
