"""Tries the cases of the rules on one connection a collection year: the baseline stays loaded, and a case changes in it
only the tables it names. A whole run of the rules for every case would cost five times as much."""

from __future__ import annotations

import functools
import re

import duckdb

from returns.kinds import ReturnKind
from returns.rules.book import NEEDS, Rule
from returns.rules.cases import Case, baseline, load_tables
from returns.rules.run import context_text, run_rules


class CaseTables:
    """The baseline of a year, with everything that `context.sql` makes of it."""

    def __init__(self, kind: ReturnKind, year: int) -> None:
        self.con = duckdb.connect(config={"threads": 1})
        self._kind, self._year = kind, year
        load_tables(self.con, kind, baseline(kind, year), year=year)
        run_rules(self.con, kind, year)
        context = context_text(kind, NEEDS)
        statements = [statement.query for statement in self.con.extract_statements(context)]
        self._made_of_the_return = {
            re.findall(r" temp table (\w+)", text)[0]: text
            for text in statements
            if " temp table " in text and "returns." in text
        }

    def found(self, case: Case, rule: Rule) -> set[str]:
        """The records that the rule finds in the case, each `module key`, or the module where that is its key."""
        usual, tables = baseline(self._kind, self._year), case.tables()
        changed = {table for table, rows in tables.items() if rows != usual.get(table)}
        load_tables(self.con, self._kind, tables, year=self._year, only=changed)
        for statement in self._read_by(rule.sql):
            self.con.execute(statement)
        found = self.con.execute(f"select distinct module, record_key from ({rule.sql})").fetchall()
        load_tables(self.con, self._kind, usual, year=self._year, only=changed)
        return {module if module == key else f"{module} {key}" for module, key in found}

    def _read_by(self, sql: str) -> list[str]:
        """What makes the tables that the query reads, in order; a table can be made of earlier ones."""
        made: list[str] = []
        for name, text in reversed(self._made_of_the_return.items()):
            if re.search(rf"\b{name}\b", " ".join([sql, *made])):
                made.insert(0, text)
        return made


@functools.cache
def case_tables(kind: ReturnKind, year: int) -> CaseTables:
    """One a test process and year."""
    return CaseTables(kind, year)
