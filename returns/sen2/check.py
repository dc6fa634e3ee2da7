"""Checks any SEN2 file without a warehouse: can it be read, does it fit the schema, which rules does it break."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from returns.definition.load import load_definition
from returns.definition.tables import SCHEMA
from returns.kinds import SEN2
from returns.rules.book import Rule, rules_of
from returns.rules.run import run_rules
from returns.sen2.xml.reader import read_sen2
from returns.sen2.xml.schema_check import Fault, faults_by_order


@dataclass(frozen=True)
class Breach:
    """One record that breaks a rule, named by its module, its number in the file and its line, never by its values."""

    rule: Rule
    module: str
    record: str
    person: str | None
    item: str
    line: int | None
    source: str = ""
    """File and row of the source system the record came from, where the check has a warehouse behind it."""


@dataclass(frozen=True)
class CheckResult:
    """Everything the check found in one file."""

    file: str
    file_hash: str
    year: int
    rows: Mapping[str, int]
    order: str
    """Order of elements the file follows, where the year leaves it open."""
    faults: list[Fault]
    breaches: list[Breach]
    ran: tuple[Rule, ...]
    skipped: Mapping[str, str]

    def count(self, severity: str) -> int:
        return sum(breach.rule.severity == severity for breach in self.breaches)

    @property
    def errors(self) -> int:
        """What must be put right: faults of the schema and errors of the rules."""
        return len(self.faults) + self.count("error")

    @property
    def queries(self) -> int:
        """What must be explained."""
        return self.count("query")

    def by_rule(self) -> list[tuple[Rule, list[Breach]]]:
        """Rules that are broken, with their breaches: errors first, then by id."""
        found: dict[str, list[Breach]] = {}
        for breach in self.breaches:
            found.setdefault(breach.rule.id, []).append(breach)
        rules = sorted((rule for rule in self.ran if rule.id in found), key=lambda rule: (rule.severity, rule.id))
        return [(rule, found[rule.id]) for rule in rules]


def check_sen2(path: Path, *, year: int) -> CheckResult:
    """Check the file as a return of `year`.

    Raises SettingsError for a year that is not defined, ReturnRefusedError for a file that cannot be read as a return.
    """
    definition = load_definition(SEN2, year)
    read = read_sen2(path, year=year)
    try:
        order, faults = faults_by_order(path, definition)
        results = run_rules(read.con, SEN2, year)
        rules = {rule.id: rule for rule in rules_of(SEN2, year)}
        rows = read.con.execute(
            f"select rule_id, module, record_key, persontableid, item, row from {SCHEMA}.sen2_rule_breach "
            "order by rule_id, row, record_key, item"
        ).fetchall()
    finally:
        read.con.close()
    return CheckResult(
        file=path.name,
        file_hash=read.file_hash,
        year=year,
        rows=read.rows,
        order=order,
        faults=faults,
        breaches=[
            Breach(rule=rules[rule], module=module, record=record, person=person, item=item, line=line)
            for rule, module, record, person, item, line in rows
        ],
        ran=tuple(rule for rule in rules.values() if rule.id not in results.skipped),
        skipped=results.skipped,
    )
