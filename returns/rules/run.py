"""Runs the rules over return tables, as sets, and leaves the catalogue and the findings beside them."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from area.errors import RuleBrokenError
from area.settings import AreaSettings
from returns.definition.load import load_definition
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from returns.rules import findings_sql as sql
from returns.rules.book import NEEDS, Rule, rules_of

# Rules that one statement runs. Measured on 60,000 persons: from 25 up it makes no difference, below it is slower.
RULES_A_STATEMENT = 25
FOUND_COLUMNS = {
    "rule_id": "varchar",
    "module": "varchar",
    "record_key": "varchar",
    "item": "varchar",
    "source_table": "varchar",
    "file_hash": "varchar",
    "row": "bigint",
    "detail": "varchar",
}
RECORD_COLUMNS = {
    "module": "varchar",
    "record_key": "varchar",
    "item": "varchar",
    "persontableid": "varchar",
    "value": "varchar",
    "_source_table": "varchar",
    "_file_hash": "varchar",
    "_row": "bigint",
}
FINGERPRINT_COLUMNS = {"rule_id": "varchar", "persontableid": "varchar", "fingerprint": "varchar"}
NOTE_COLUMNS = {"id": "varchar", "finding_id": "varchar", "state": "varchar"}
CONTEXT_TABLE = re.compile(r"create or replace temp table (\w+) as\b(.*)", re.DOTALL)
MACROS = Path(__file__).with_name("macros.sql")


@dataclass(frozen=True)
class RuleResults:
    """What the rules found."""

    errors: int
    queries: int
    by_rule: Mapping[str, int]
    """Findings of every rule that ran, zero included."""
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

    Writes `returns.<return>_rule` (one row a rule), `<return>_rule_breach` (one row a record, item and rule it breaks,
    with the value, the file and row it came from, and what a note says of it) and `<return>_note_state` (one row a note
    of `overlay.note` that is not withdrawn). Rules that need tables which are not there are skipped and said so. The
    census day is the settings', or the definition's where there are none; of a return without a census day it is
    `as_of`.

    Raises SettingsError for a year that is not defined, RuleBrokenError when a rule cannot be evaluated.
    """
    return RuleRun(con, kind, year, census_day=settings.census_date if settings else None, as_of=as_of, only=only).run()


class RuleRun:
    """The rules of one year, made ready on one connection. `repeatable`: they will be run many times over small
    returns that change under them, so they are planned once and not every time.

    A plan that is kept must hold whatever the tables hold later. DuckDB prunes by the tables' statistics of the moment
    of planning, so a repeatable run switches that off for its connection; and every table is made here, once and
    outside schema `temp`, because a table made later would have all plans made anew. Fingerprints are left out: notes
    are kept by a warehouse, not by a file.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        kind: ReturnKind,
        year: int,
        *,
        census_day: dt.date | None = None,
        as_of: dt.date | None = None,
        only: Sequence[str] | None = None,
        repeatable: bool = False,
    ) -> None:
        self.con, self.kind, self.repeatable = con, kind, repeatable
        self.definition = load_definition(kind, year).on(as_of)
        self.rules = [rule for rule in rules_of(kind, year) if only is None or rule.id in only]
        there = _tables(con)
        self.skipped = _skipped(self.rules, there)
        self.able = [rule for rule in self.rules if rule.id not in self.skipped]
        self._file_names, self._notes = "raw.delivery" in there, "overlay.note" in there
        self._refills: dict[str, str] = {}
        self._planned: set[str] = set()
        has_census_day = self.definition.looks_back_months is None
        self._census_day = census_day if census_day and has_census_day else self.definition.census_date
        if repeatable:
            con.execute("set disabled_optimizers = 'statistics_propagation,compressed_materialization'")
            self._make_context()
            self._make_tables()

    def run(self) -> RuleResults:
        """Run the rules over what the return tables hold now. Raises RuleBrokenError."""
        started = time.monotonic()
        if self.repeatable:
            for table, select in self._refills.items():
                self._fill(table, select)
        else:
            self._make_context()
            self._make_tables()
        self._find_all()
        counts = dict.fromkeys((rule.id for rule in self.able), 0)
        found = self.con.execute(f"select rule_id, count(*) from {sql.found_table(self.kind)} group by all").fetchall()
        broken = {rule for rule, _ in found}
        self._explain([rule for rule in self.able if rule.id in broken])
        counts |= dict(found)
        severity = {rule.id: rule.severity for rule in self.rules}
        return RuleResults(
            errors=sum(count for rule, count in counts.items() if severity[rule] == "error"),
            queries=sum(count for rule, count in counts.items() if severity[rule] == "query"),
            by_rule=dict(sorted(counts.items())),
            skipped=self.skipped,
            seconds=round(time.monotonic() - started, 3),
        )

    def _make_context(self) -> None:
        con, definition = self.con, self.definition
        for name, day in (
            ("census_day", self._census_day),
            ("period_start", definition.period_start),
            ("period_end", definition.period_end),
        ):
            con.execute(f"create or replace temp macro {name}() as date '{day.isoformat()}'")
        con.execute(f"create or replace temp macro collection_year() as {definition.year}")
        self._make(f"{self.kind.name}_code", {"list": "varchar", "code": "varchar"})
        codes = [(name, code) for name, listed in definition.codes.items() for code in listed]
        self._insert(
            f"{self.kind.name}_code", {"list": [name for name, _ in codes], "code": [code for _, code in codes]}
        )
        con.execute(MACROS.read_text(encoding="utf-8"))
        needs = {need for rule in self.able for need in rule.needs}
        for statement in con.extract_statements(context_text(self.kind, needs)):
            text = statement.query
            table = CONTEXT_TABLE.search(text)
            if self.repeatable:
                text = text.replace("create or replace temp table", "create or replace table")
                text = text.replace("create or replace temp view", "create or replace view")
                if table:
                    self._refills[table.group(1)] = table.group(2).strip().removesuffix(";")
            con.execute(text)

    def _make_tables(self) -> None:
        self._make(sql.found_table(self.kind), FOUND_COLUMNS)
        self._make(sql.record_table(self.kind), RECORD_COLUMNS)
        self._make(sql.fingerprint_table(self.kind), FINGERPRINT_COLUMNS)
        prefix = f"{SCHEMA}.{self.kind.name}"
        for table, columns in ((f"{prefix}_rule_breach", sql.BREACH_COLUMNS), (f"{prefix}_note_state", NOTE_COLUMNS)):
            self._make(table, columns, lasting=True)
        self._make(f"{prefix}_rule", CATALOGUE_COLUMNS, lasting=True)
        self._insert(f"{prefix}_rule", _catalogue(self.rules, self.skipped))

    def _make(self, table: str, columns: Mapping[str, str], *, lasting: bool = False) -> None:
        temporary = "" if lasting or self.repeatable else "temp "
        declared = ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
        self.con.execute(f"create or replace {temporary}table {table} ({declared})")

    def _insert(self, table: str, columns: Mapping[str, Sequence[object]]) -> None:
        self.con.register("rule_rows", pa.table(dict(columns)))
        self.con.execute(f"insert into {table} by name select * from rule_rows")
        self.con.unregister("rule_rows")

    def _fill(self, table: str, select: str) -> None:
        """Put the rows of the query into the table, in place of any there."""
        self.con.execute(f"delete from {table}")
        self._do(f"fill_{table.replace('.', '_')}", f"insert into {table} {select}")

    def _do(self, name: str, statement: str) -> None:
        if not self.repeatable:
            self.con.execute(statement)
            return
        if name not in self._planned:
            self.con.execute(f"prepare {name} as {statement}")
            self._planned.add(name)
        self.con.execute(f"execute {name}")

    def _find_all(self) -> None:
        self.con.execute(f"delete from {sql.found_table(self.kind)}")
        for start in range(0, len(self.able), RULES_A_STATEMENT):
            self._find(self.able[start : start + RULES_A_STATEMENT])

    def _find(self, rules: Sequence[Rule]) -> None:
        """Gather what the rules find. One statement for all; singly only to name the one that cannot be evaluated."""
        statement = f"insert into {sql.found_table(self.kind)} {' union all '.join(map(_selected, rules))}"
        try:
            self._do(f"find_{rules[0].id.replace('-', '_')}", statement)
        except duckdb.Error:
            for rule in rules:
                try:
                    self.con.execute(_selected(rule))
                except duckdb.Error as error:
                    # the database's own message can quote a value, so only its kind is passed on
                    raise RuleBrokenError(rule.id, type(error).__name__) from None
            raise RuleBrokenError(f"{rules[0].id} to {rules[-1].id}", "they cannot be evaluated together") from None

    def _explain(self, broken: Sequence[Rule]) -> None:
        """Write the findings of the rules that are broken."""
        kind, prefix = self.kind, f"{SCHEMA}.{self.kind.name}"
        if not broken:
            self.con.execute(f"delete from {prefix}_rule_breach")
        else:
            self._look_up_records()
            if not self.repeatable:
                self._fill(sql.fingerprint_table(kind), sql.fingerprints_sql(self.definition, broken))
            self._fill(f"{prefix}_rule_breach", sql.breaches_sql(kind, file_names=self._file_names, notes=self._notes))
        if self._notes:
            self._fill(f"{prefix}_note_state", sql.note_states_sql(kind))

    def _look_up_records(self) -> None:
        """Whose the records found are, and their values, module by module."""
        found = self.con.execute(f"select distinct module from {sql.found_table(self.kind)}").fetchall()
        named = {module for (module,) in found}
        self.con.execute(f"delete from {sql.record_table(self.kind)}")
        for module in self.definition.modules.values():
            if module.name in named:
                select = sql.records_sql(self.definition, module)
                self._do(f"look_up_{module.name}", f"insert into {sql.record_table(self.kind)} {select}")


CATALOGUE_COLUMNS = {
    "rule_id": "varchar",
    "severity": "varchar",
    "family": "varchar",
    "first_year": "integer",
    "last_year": "integer",
    "message": "varchar",
    "items": "varchar",
    "owner": "varchar",
    "needs": "varchar",
    "state": "varchar",
    "why_skipped": "varchar",
}


def context_text(kind: ReturnKind, needs: Collection[str]) -> str:
    """The SQL that makes what the rules share: `context.sql`, then for each need that is met `context.<need>.sql`."""
    files = [kind.rules / "context.sql", *(kind.rules / f"context.{need}.sql" for need in sorted(needs))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def _catalogue(rules: Sequence[Rule], skipped: Mapping[str, str]) -> dict[str, list[object]]:
    """The rules as columns of the catalogue's table."""
    return {
        "rule_id": [rule.id for rule in rules],
        "severity": [rule.severity for rule in rules],
        "family": [rule.family for rule in rules],
        "first_year": [rule.first_year for rule in rules],
        "last_year": [rule.last_year for rule in rules],
        "message": [rule.message for rule in rules],
        "items": [", ".join(rule.items) for rule in rules],
        "owner": [rule.owner for rule in rules],
        "needs": [", ".join(rule.needs) for rule in rules],
        "state": ["skipped" if rule.id in skipped else "run" for rule in rules],
        "why_skipped": [skipped.get(rule.id) for rule in rules],
    }


def _tables(con: duckdb.DuckDBPyConnection) -> set[str]:
    listed = con.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_catalog = current_database()"
    ).fetchall()
    return {table for (table,) in listed}


def _skipped(rules: Sequence[Rule], there: set[str]) -> dict[str, str]:
    missing = {need: [table for table in tables if table not in there] for need, tables in NEEDS.items()}
    return {
        rule.id: f"needs {', '.join(table for need in rule.needs for table in missing[need])}, which is not here"
        for rule in rules
        if any(missing[need] for need in rule.needs)
    }


def _selected(rule: Rule) -> str:
    source = "source_table, file_hash, row" if rule.brings_source else "null, null, null"
    detail = "detail" if rule.brings_detail else "null"
    return f"(select '{rule.id}', module, record_key, item, {source}, {detail} from (\n{rule.sql}\n))"
