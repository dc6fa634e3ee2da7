"""Runs the rules over return tables, as sets, and leaves the catalogue and the breaches beside them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from area.errors import RuleBrokenError
from area.settings import AreaSettings
from returns.definition.load import load_definition
from returns.definition.model import Definition, Module
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from returns.rules.book import NEEDS, Rule, rules_of

RULES_A_STATEMENT = 25
FOUND = "rule_found"
MACROS = Path(__file__).with_name("macros.sql")


@dataclass(frozen=True)
class RuleResults:
    """What the rules found."""

    errors: int
    queries: int
    by_rule: Mapping[str, int]
    """Breaches of every rule that ran, zero included."""
    skipped: Mapping[str, str]
    """Rules that could not run here -> why."""
    seconds: float


def run_rules(
    con: duckdb.DuckDBPyConnection,
    kind: ReturnKind,
    year: int,
    *,
    settings: AreaSettings | None = None,
    as_of: dt.date | None = None,
    only: Sequence[str] | None = None,
) -> RuleResults:
    """Run every rule of `year` (or those with the ids in `only`) over schema `returns` of `con`.

    Writes `returns.<kind>_rule` (one row a rule) and `returns.<kind>_rule_breach` (one row a record, item and rule it
    breaks, with the file and row the record came from). Rules that need tables which are not there are skipped and
    said so. The census day is the settings', or the definition's where there are none; of a return without a census day
    it is `as_of`.

    Raises SettingsError for a year that is not defined, RuleBrokenError when a rule cannot be evaluated.
    """
    started = time.monotonic()
    definition = load_definition(kind, year).on(as_of)
    rules = [rule for rule in rules_of(kind, year) if only is None or rule.id in only]
    skipped = _skipped(con, rules)
    able = [rule for rule in rules if rule.id not in skipped]
    has_census_day = definition.looks_back_months is None
    census_day = settings.census_date if settings and has_census_day else definition.census_date
    _prepare(con, definition, census_day=census_day)
    for start in range(0, len(able), RULES_A_STATEMENT):
        _find(con, able[start : start + RULES_A_STATEMENT])
    _write_catalogue(con, kind, rules, skipped)
    _write_breaches(con, definition)
    counts: dict[str, int] = dict.fromkeys((rule.id for rule in able), 0)
    counts |= dict(
        con.execute(f"select rule_id, count(*) from {SCHEMA}.{kind.name}_rule_breach group by all").fetchall()
    )
    severity = {rule.id: rule.severity for rule in rules}
    return RuleResults(
        errors=sum(count for rule, count in counts.items() if severity[rule] == "error"),
        queries=sum(count for rule, count in counts.items() if severity[rule] == "query"),
        by_rule=dict(sorted(counts.items())),
        skipped=skipped,
        seconds=round(time.monotonic() - started, 3),
    )


def _skipped(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> dict[str, str]:
    there = {
        f"{schema}.{table}"
        for schema, table in con.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = current_database()"
        ).fetchall()
    }
    missing = {need: [table for table in tables if table not in there] for need, tables in NEEDS.items()}
    return {
        rule.id: f"needs {', '.join(table for need in rule.needs for table in missing[need])}, which is not here"
        for rule in rules
        if any(missing[need] for need in rule.needs)
    }


def _prepare(con: duckdb.DuckDBPyConnection, definition: Definition, *, census_day: dt.date) -> None:
    for name, day in (
        ("census_day", census_day),
        ("period_start", definition.period_start),
        ("period_end", definition.period_end),
    ):
        con.execute(f"create or replace temp macro {name}() as date '{day.isoformat()}'")
    con.execute(f"create or replace temp macro collection_year() as {definition.year}")
    con.execute(MACROS.read_text(encoding="utf-8"))
    con.execute((definition.kind.rules / "context.sql").read_text(encoding="utf-8"))
    code_table = f"{definition.kind.name}_code"
    con.execute(f"create or replace temp table {code_table} (list varchar, code varchar)")
    codes = [(name, code) for name, listed in definition.codes.items() for code in listed]
    values = ", ".join(["(?, ?)"] * len(codes))
    con.execute(f"insert into {code_table} values {values}", [value for pair in codes for value in pair])
    con.execute(
        f"create or replace temp table {FOUND} (rule_id varchar, module varchar, record_key varchar, item varchar, "
        "source_table varchar, file_hash varchar, row bigint)"
    )


def _find(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Gather what the rules find. One statement for all; singly only to name the one that cannot be evaluated."""
    try:
        con.execute(f"insert into {FOUND} {' union all '.join(map(_selected, rules))}")
    except duckdb.Error as error:
        if len(rules) == 1:
            # the database's own message can quote a value, so only its kind is passed on
            raise RuleBrokenError(rules[0].id, type(error).__name__) from None
        for rule in rules:
            _find(con, [rule])


def _selected(rule: Rule) -> str:
    source = "source_table, file_hash, row" if rule.brings_source else "null, null, null"
    return f"(select '{rule.id}', module, record_key, item, {source} from (\n{rule.sql}\n))"


def _write_catalogue(
    con: duckdb.DuckDBPyConnection, kind: ReturnKind, rules: Sequence[Rule], skipped: Mapping[str, str]
) -> None:
    con.execute(
        f"create or replace table {SCHEMA}.{kind.name}_rule (rule_id varchar, severity varchar, first_year integer, "
        "last_year integer, message varchar, items varchar, owner varchar, needs varchar, state varchar, "
        "why_skipped varchar)"
    )
    con.executemany(
        f"insert into {SCHEMA}.{kind.name}_rule values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                rule.id,
                rule.severity,
                rule.first_year,
                rule.last_year,
                rule.message,
                ", ".join(rule.items),
                rule.owner,
                ", ".join(rule.needs),
                "skipped" if rule.id in skipped else "run",
                skipped.get(rule.id),
            )
            for rule in rules
        ],
    )


def _write_breaches(con: duckdb.DuckDBPyConnection, definition: Definition) -> None:
    records = " union all ".join(_records(definition, module) for module in definition.modules.values())
    con.execute(f"""
        create or replace table {SCHEMA}.{definition.kind.name}_rule_breach as
        select
            found.rule_id,
            rules.severity,
            found.module,
            found.record_key,
            records.persontableid,
            found.item,
            rules.message,
            coalesce(found.source_table, records._source_table) as source_table,
            coalesce(found.file_hash, records._file_hash) as file_hash,
            coalesce(found.row, records._row) as row
        from {FOUND} as found
        inner join {SCHEMA}.{definition.kind.name}_rule as rules using (rule_id)
        left join ({records}) as records using (module, record_key)
        order by all
    """)


def _records(definition: Definition, module: Module) -> str:
    """Every record of the module with the person it is about and where it came from."""
    if module.key is None:
        person, key, joins = "null", f"'{module.name}'", ""
    else:
        person, key, joins, below = f"{module.name}.persontableid", f"{module.name}.{module.key}", "", module
        while below.name != "person" and below.parent:
            parent = definition.module(below.parent)
            joins += f" inner join {SCHEMA}.{parent.table} as {parent.name} using ({parent.key})"
            person, below = f"{parent.name}.persontableid", parent
    return (
        f"select '{module.name}' as module, {key} as record_key, {person} as persontableid, "
        f"{module.name}._source_table, {module.name}._file_hash, {module.name}._row "
        f"from {SCHEMA}.{module.table} as {module.name}{joins}"
    )
