"""The rules of the return as files: `rules/<ID>.sql`, a catalogue entry in the opening comment and a query below it.

The query selects the records that break the rule: `module`, `record_key` (the module's table id) and `item` (XML tag).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import yaml

from area.errors import ContractError
from returns.kinds import ReturnKind

SEVERITIES = ("error", "query")
OWNERS = ("ehc_casework", "school_census", "gias", "settings")
# What kind of fault a rule finds -> the kind in words.
FAMILIES = {
    "header": "the return's own header",
    "presence": "an item that is due is missing, or given where none is due",
    "format": "written in another form than the item has",
    "code": "not in the item's list of codes",
    "check_digit": "check letters, check digits and placeholders of identifiers",
    "cardinality": "too many or too few records, or their ranks",
    "cross_item": "items of one record that contradict each other",
    "cross_module": "records of one person that contradict each other",
    "dates": "dates out of order, in the future, or outside the period",
    "age_scope": "ages, and who and what belongs in the return",
    "cross_person": "the same person or number twice",
    "gias": "against Get Information About Schools",
    "census": "against the school census",
    "last_year": "against last year's return",
    "totals": "totals that are not likely",
}
# What a rule can need besides the return -> the tables that hold it.
NEEDS = {
    "gias": ("facts.dim_setting",),
    "census": ("facts.fct_census_sen", "matching.int_person_links"),
    "last_return": ("facts.fct_returned_plan", "matching.int_person_links"),
}


@dataclass(frozen=True)
class Rule:
    """One rule and its catalogue entry."""

    id: str
    severity: str
    """error: must be put right; query: must be explained."""
    first_year: int
    last_year: int | None
    family: str
    message: str
    """Plain words; never holds a value of a record."""
    items: tuple[str, ...]
    owner: str
    """The source system whose owner can put it right."""
    needs: tuple[str, ...]
    brings_source: bool
    """The query also selects `source_table`, `file_hash` and `row`, because the record is not one of the return."""
    brings_detail: bool
    """The query also selects `detail`: a short text without personal data, such as "41 of 52"."""
    sql: str

    def holds_in(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)


@functools.cache
def all_rules(kind: ReturnKind) -> tuple[Rule, ...]:
    """Every rule file, by id. Raises ContractError for a file that is not a rule."""
    return tuple(_read(file) for file in sorted(kind.rules.glob(f"{kind.rule_prefix}-*.sql")))


def rules_of(kind: ReturnKind, year: int) -> tuple[Rule, ...]:
    """The rules that hold in a collection year."""
    return tuple(rule for rule in all_rules(kind) if rule.holds_in(year))


def _read(file: Path) -> Rule:
    opening, end, sql = file.read_text(encoding="utf-8").partition("*/")
    if not (opening.startswith("/*") and end):
        raise ContractError(file.name, field="opening comment", expected="a catalogue entry", came="none")
    try:
        entry = yaml.safe_load(opening.removeprefix("/*"))
        rule = Rule(
            id=entry["id"],
            severity=entry["severity"],
            first_year=int(entry["from"]),
            last_year=int(entry["to"]) if "to" in entry else None,
            family=entry["family"],
            message=entry["message"],
            items=tuple(entry["items"]),
            owner=entry["owner"],
            needs=tuple(entry.get("needs", ())),
            brings_source=bool(entry.get("brings_source", False)),
            brings_detail=bool(entry.get("brings_detail", False)),
            sql=sql.strip().removesuffix(";"),
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ContractError(
            file.name, field="opening comment", expected="a whole catalogue entry", came=f"{type(error).__name__}"
        ) from error
    for field, value, allowed in (
        ("id", rule.id, (file.stem,)),
        ("severity", rule.severity, SEVERITIES),
        ("family", rule.family, tuple(FAMILIES)),
        ("owner", rule.owner, OWNERS),
        *(("needs", need, tuple(NEEDS)) for need in rule.needs),
    ):
        if value not in allowed:
            raise ContractError(file.name, field=field, expected=f"one of {allowed}", came=str(value))
    return rule
