"""The cases of the rules: for every rule, returns that break it at known records, and near misses that do not.

`rules/baseline.yml` is one invented return that breaks nothing; a case (`rules/<ID>.cases.yml`) says what it changes in
it, adds or drops, and `at` which records the rule must find.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import duckdb
import pyarrow as pa
import yaml

from returns.sen2.definition import load_definition
from returns.sen2.rule_book import FOLDER
from returns.sen2.tables import SCHEMA, create_tables

Tables = dict[str, dict[str, dict[str, Any]]]
"""Table -> key -> row."""

# The warehouse's tables that rules may need besides the return, with the columns they use.
OTHER_TABLES = {
    "dim_setting": "facts.dim_setting (urn varchar, close_date date, has_sen_unit boolean, "
    "has_resourced_provision boolean)",
    "fct_census_sen": "facts.fct_census_sen (person_id varchar, urn varchar, census_date date, senprovision varchar, "
    "_file_hash varchar, _row bigint)",
    "int_person_links": "matching.int_person_links (source_key varchar, source_system varchar, person_id varchar)",
}


@dataclass(frozen=True)
class Case:
    """One case of a rule."""

    rule: str
    name: str
    at: tuple[str, ...]
    """Records the rule must find, each `module key`; empty for a case that passes."""
    change: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    add: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    drop: Mapping[str, list[str]] = field(default_factory=dict)

    def tables(self) -> Tables:
        tables = baseline()
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


def baseline() -> Tables:
    """The return that breaks nothing; the caller may change it."""
    return copy.deepcopy(_baseline())


@functools.cache
def _baseline() -> Tables:
    raw = cast(dict[str, list[dict[str, Any]]], yaml.safe_load((FOLDER / "baseline.yml").read_text(encoding="utf-8")))
    return {table: {str(next(iter(row.values()))): row for row in rows} for table, rows in raw.items()}


def cases_of(rule: str, folder: Path = FOLDER) -> list[Case]:
    """The cases of a rule, failing ones first."""
    raw = yaml.safe_load((folder / f"{rule}.cases.yml").read_text(encoding="utf-8"))
    return [
        Case(rule=rule, at=tuple(case.pop("at", ())), **case)
        for case in [*raw["fails"], *({**passing, "at": ()} for passing in raw["passes"])]
    ]


def load_tables(con: duckdb.DuckDBPyConnection, tables: Tables, *, year: int) -> None:
    """Put the rows into schema `returns` (and the others a rule may need), in place of any there."""
    definition = load_definition(year)
    create_tables(con, definition)
    for schema in ("facts", "matching"):
        con.execute(f"create schema if not exists {schema}")
    for other in OTHER_TABLES.values():
        con.execute(f"create or replace table {other}")
    names = {module.table: f"{SCHEMA}.{module.table}" for module in definition.modules.values()}
    names |= {table: declared.split(" ")[0] for table, declared in OTHER_TABLES.items()}
    for table, rows in tables.items():
        for number, row in enumerate(rows.values()):
            values = {column: value for column, value in row.items() if column != "key"}
            values |= {"_file_hash": "0" * 64, "_row": number + 2} if table.startswith(("sen2_", "fct_")) else {}
            con.register("case_row", pa.Table.from_pylist([values]))
            con.execute(f"insert into {names[table]} by name select * from case_row")
            con.unregister("case_row")
