"""What a check or a night found, as one list of findings that every form of the report is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from returns.definition.load import load_definition
from returns.definition.model import Definition, Item
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from returns.report.masking import shown
from returns.report.owners import Owner, owner
from returns.report.pseudonyms import FileNames, SourceNames, WarehouseNames
from returns.rules.book import Rule, rules_of

SCHEMA_RULE = "schema"
IDENTITY = ("name", "birth_date", "identifier")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with one item of one record."""

    rule: str
    """Id of the rule, or 'schema' where the file does not fit the schema."""
    severity: str
    message: str
    """Why it is wrong, in plain words."""
    module: str
    record: str
    """The record's pseudonym, or its number in the file; the source system's reference in a report with names."""
    person: str
    item: str
    value: str
    """What stands there, as far as the report may show it."""
    owner: str
    detail: str = ""
    source: str = ""
    """File of the source system the record came from."""
    row: int | None = None
    """Row of that file, or line of the file checked."""
    dfe: str = ""
    """The DfE's own rule numbers, where the council has mapped them."""
    state: str = "open"
    """open, explained (a note holds) or lapsed (a value has changed since the note)."""
    note: str = ""
    finding_id: str = ""
    identity: Mapping[str, str] = field(default_factory=dict)
    """Name, birth date and identifiers of the person; only in a report with names."""


@dataclass(frozen=True)
class Report:
    """All findings of one return, and what they were found in."""

    kind: ReturnKind
    year: int
    subject: str
    """Name of the file."""
    file_hash: str
    rows: Mapping[str, int]
    """Records of each module."""
    order: str
    """Order of elements the file follows, where the year leaves it open."""
    findings: Sequence[Finding]
    ran: tuple[Rule, ...]
    skipped: Mapping[str, str]
    """Rules that were not run -> why."""
    names: bool
    """It holds names, birth dates and identifiers."""
    from_warehouse: bool
    dfe: Mapping[str, str] = field(default_factory=dict)
    """Rule -> the DfE's numbers for it."""

    @property
    def definition(self) -> Definition:
        return load_definition(self.kind, self.year)

    def count(self, severity: str) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def errors(self) -> int:
        """What must be put right: faults of the schema and errors of the rules."""
        return self.count("error")

    @property
    def queries(self) -> int:
        """What must be explained."""
        return self.count("query")

    @property
    def explained(self) -> int:
        return sum(finding.state == "explained" for finding in self.findings)

    @property
    def persons(self) -> int:
        """Persons with a finding."""
        return len({finding.person for finding in self.findings if finding.person})

    def by_rule(self) -> list[tuple[str, list[Finding]]]:
        """Rules that are broken with their findings: errors first, then by id, the schema before all."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.rule, []).append(finding)
        return sorted(found.items(), key=lambda rule: (rule[1][0].severity, rule[0] != SCHEMA_RULE, rule[0]))

    def by_owner(self) -> list[tuple[Owner, list[Finding]]]:
        """Source systems with their findings, the one with most errors first."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.owner, []).append(finding)
        return [
            (owner(code), listed)
            for code, listed in sorted(
                found.items(), key=lambda each: (-sum(f.severity == "error" for f in each[1]), -len(each[1]), each[0])
            )
        ]


def gather(
    con: duckdb.DuckDBPyConnection,
    kind: ReturnKind,
    year: int,
    *,
    called: FileNames | WarehouseNames | SourceNames,
    names: bool,
    dfe: Mapping[str, str],
    texts: Mapping[tuple[int | None, str], str] | None = None,
) -> list[Finding]:
    """The findings that `run_rules` left in schema `returns` of `con`, in the order of rules and records.

    `called` says what persons and records are called; `names`, that nothing is hidden. `texts` (line of the record,
    item -> text) is what a file holds that the tables could not take.
    """
    definition = load_definition(kind, year)
    rules = {rule.id: rule for rule in rules_of(kind, year)}
    items = {(module.name, item.tag): item for module, item in definition.walk()}
    people = _identities(con, definition) if names else {}
    by_key: dict[str, str] = {}
    found = con.execute(
        "select rule_id, module, record_key, persontableid, item, value, detail, coalesce(file_name, source_table), "
        f"row, state, note_id, finding_id from {SCHEMA}.{kind.name}_rule_breach order by rule_id, row, record_key, item"
    ).fetchall()
    notes = dict(con.execute("select id, text from overlay.note").fetchall()) if any(row[10] for row in found) else {}
    findings = []
    for rule_id, module, record, person, item, value, detail, source, row, state, note, finding_id in found:
        if person is not None and person not in by_key:
            by_key[person] = called.person(person)
        elsewhere = "" if module in definition.modules else called.unknown_person(module, record)
        whose = elsewhere if person is None else by_key[person]
        raw = value if value is not None else (texts or {}).get((row, item))
        rule = rules[rule_id]
        findings.append(
            Finding(
                rule=rule_id,
                severity=rule.severity,
                message=rule.message,
                module=module,
                record=called.record(module, record),
                person=whose,
                item=item,
                value=shown(items.get((module, item)), raw, names=names),
                owner=rule.owner,
                detail=detail or "",
                source=source or "",
                row=row,
                dfe=dfe.get(rule_id, ""),
                state=state,
                note=notes.get(note, "") if note else "",
                finding_id=finding_id,
                identity=people.get(person, {}),
            )
        )
    return findings


def _identities(con: duckdb.DuckDBPyConnection, definition: Definition) -> dict[str, dict[str, str]]:
    """Person -> name, birth date, identifiers, for the persons that have a finding."""
    person = definition.persons
    columns = {what: [item for item in person.items if item.personal == what] for what in IDENTITY}
    selected = ", ".join(
        f"concat_ws(' ', {', '.join(_written(item) for item in reversed(listed))})" if listed else "''"
        for listed in columns.values()
    )
    rows = con.execute(
        f"select {person.key}, {selected} from {SCHEMA}.{person.table} "
        f"where {person.key} in (select persontableid from {SCHEMA}.{definition.kind.name}_rule_breach)"
    ).fetchall()
    return {key: dict(zip(columns, values, strict=True)) for key, *values in rows}


def _written(item: Item) -> str:
    return f'"{item.column}"::varchar'
