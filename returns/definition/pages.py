"""The items of a collection year and the rules as tables in Markdown, for a page or a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from returns.definition.load import defined_years, load_definition
from returns.definition.model import Definition, Item
from returns.kinds import ReturnKind
from returns.rules.book import Rule

ITEM_HEADINGS = ("Item", "XML tag", "Column", "Title", "Type", "Needed", "Condition", "Sure")
RULE_HEADINGS = (
    "Rule",
    "Severity",
    "Family",
    "Years",
    "What is wrong",
    "Items",
    "Who can put it right",
    "Needs besides",
)


def items_page(definition: Definition) -> str:
    """Everything a year's return holds: a table a module, then the code lists."""
    parts = [
        f"# {definition.title}",
        f"Made from `returns/{definition.kind.name}/definitions/{definition.year}.yml` by "
        f"`send {definition.kind.name} items --write`.",
        _dates(definition),
        *([definition.standing] if definition.standing else []),
        "Sure: A, two independent sources agree; B, one good source; C, inferred or sources disagree.",
    ]
    if definition.differences:
        parts += ["## What differs from the year before", "\n".join(f"- {each}" for each in definition.differences)]
    for module in definition.modules.values():
        most = "any number" if module.most is None else str(module.most)
        under = f"`{definition.module(module.parent).element}`" if module.parent else "return"
        parts += [
            f"## {module.number} {module.title}",
            f"Element `{module.element}`, table `{module.table}`; {module.least} to {most} in each {under}.",
            table(ITEM_HEADINGS, (_item(item) for item in module.items)),
        ]
        parts += [f"Order `{name}`: {', '.join(order)}." for name, order in module.orders.items()]
    parts.append("## Codes")
    for name, codes in definition.codes.items():
        parts += [f"### {name}", table(("Code", "Meaning"), codes.items())]
    return "\n\n".join(parts) + "\n"


def rules_page(rules: Sequence[Rule]) -> str:
    """The catalogue of the rules as one table."""
    return table(
        RULE_HEADINGS,
        (
            (
                rule.id,
                rule.severity,
                rule.family,
                f"{rule.first_year} to {rule.last_year}" if rule.last_year else f"from {rule.first_year}",
                rule.message,
                ", ".join(rule.items),
                rule.owner,
                ", ".join(rule.needs),
            )
            for rule in rules
        ),
    )


def page_file(kind: ReturnKind, year: int) -> Path:
    """The committed page of a year."""
    return kind.folder / "documentation" / f"items_{year}.md"


def write_pages(kind: ReturnKind) -> list[Path]:
    """Write the committed page of every defined year again."""
    files = []
    for year in defined_years(kind):
        files.append(page_file(kind, year))
        files[-1].parent.mkdir(exist_ok=True)
        files[-1].write_text(items_page(load_definition(kind, year)), encoding="utf-8")
    return files


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with columns padded, so that it reads as well in a terminal."""
    cells = [tuple(headings), *(tuple(str(cell).replace("|", "/") for cell in row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    rule = " | ".join("-" * width for width in widths)
    return "\n".join(f"| {line} |" for line in [lines[0], rule, *lines[1:]])


def _dates(definition: Definition) -> str:
    by = f"; to be returned by {definition.return_by:%d %B %Y}" if definition.return_by else ""
    return (
        f"Census day {definition.census_date:%d %B %Y}; period {definition.period_start:%d %B %Y} to "
        f"{definition.period_end:%d %B %Y}{by}."
    )


def _item(item: Item) -> tuple[str, ...]:
    kind = f"{item.type} ({item.codes})" if item.codes else f"{item.type} {item.length}" if item.length else item.type
    return item.number, item.tag, item.column, item.title, kind, item.need, item.when, item.confidence
