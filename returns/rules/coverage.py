"""What the rule book covers: rules by family and module, and the page of all rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from returns.definition.load import defined_years, load_definition
from returns.definition.pages import rules_page, table
from returns.kinds import ReturnKind
from returns.rules.book import FAMILIES, SEVERITIES, Rule, all_rules, rules_of

OTHER = "other"


def coverage_table(kind: ReturnKind, rules: Sequence[Rule], year: int) -> str:
    """A row a family, a column a module; a cell is `errors + queries`. A rule counts in the module whose item it finds,
    the first of its items that a module of `year` has."""
    modules = {item.tag: module.name for module, item in reversed(list(load_definition(kind, year).walk()))}
    columns = [*load_definition(kind, year).modules]
    if any(_module(rule, modules) == OTHER for rule in rules):
        columns.append(OTHER)
    rows = []
    for family in FAMILIES:
        of_family = [rule for rule in rules if rule.family == family]
        cells = [_counts([rule for rule in of_family if _module(rule, modules) == column]) for column in columns]
        rows.append((family, *cells, _counts(of_family)))
    totals = [_counts([rule for rule in rules if _module(rule, modules) == column]) for column in columns]
    return table(("Family", *columns, "all"), [*rows, ("all", *totals, _counts(rules))])


def coverage_page(kind: ReturnKind, year: int) -> str:
    """The coverage of one collection year, as the command prints it."""
    rules = rules_of(kind, year)
    return (
        f"{kind.title}, collection {year}: {len(rules)} rules, {_said(rules)}. A cell is errors + queries.\n\n"
        f"{coverage_table(kind, rules, year)}"
    )


def book_page(kind: ReturnKind) -> str:
    """The page of all rules of all years: coverage, families in words, rules by year, catalogue."""
    rules, years = all_rules(kind), defined_years(kind)
    by_year = ((str(year), *_by_severity(rules_of(kind, year)), str(len(rules_of(kind, year)))) for year in years)
    return "\n\n".join(
        [
            f"# Rules of the {kind.title}",
            f"Made from `returns/{kind.name}/rules/` by `send {kind.name} rules --write`.",
            f"{len(rules)} rules, {_said(rules)}. An error must be put right before signing; a query must be "
            "explained. The numbers are ours: the DfE's own are issued to councils as a workbook that is not public.",
            "## By collection year",
            table(("Year", "Errors", "Queries", "Rules"), by_year),
            f"## By family and module, {years[-1]}",
            "A cell is errors + queries. A rule stands under the module whose item it finds.",
            coverage_table(kind, rules_of(kind, years[-1]), years[-1]),
            table(("Family", "What it finds"), FAMILIES.items()),
            "## Catalogue",
            rules_page(rules),
        ]
    ) + "\n"  # fmt: skip


def page_file(kind: ReturnKind) -> Path:
    """The committed page of all rules."""
    return kind.folder / "documentation" / "rules.md"


def write_book_page(kind: ReturnKind) -> Path:
    """Write the committed page again."""
    file = page_file(kind)
    file.parent.mkdir(exist_ok=True)
    file.write_text(book_page(kind), encoding="utf-8")
    return file


def _module(rule: Rule, modules: dict[str, str]) -> str:
    return next((modules[tag] for tag in rule.items if tag in modules), OTHER)


def _counts(rules: Sequence[Rule]) -> str:
    errors, queries = _by_severity(rules)
    return f"{errors} + {queries}" if rules else ""


def _by_severity(rules: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(str(sum(rule.severity == severity for rule in rules)) for severity in SEVERITIES)


def _said(rules: Sequence[Rule]) -> str:
    errors, queries = _by_severity(rules)
    return f"{errors} errors and {queries} queries"
