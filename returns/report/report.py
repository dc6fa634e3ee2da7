"""The report of a check: one CSV row a finding, and an HTML page that works from a file. Pseudonymised: no values."""

from __future__ import annotations

import csv
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from returns.definition.load import load_definition
from returns.kinds import SEN2
from returns.sen2.check import CheckResult

COLUMNS = ("rule", "severity", "message", "item", "module", "record", "person", "line", "source", "owner")
TEMPLATES = Path(__file__).with_name("templates")
# A cell that begins like this would be run as a formula by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_report(result: CheckResult, folder: Path) -> tuple[Path, Path]:
    """Write `<file>.check.csv` and `<file>.check.html` into the folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    table, page = (folder / f"{Path(result.file).stem}.check.{ending}" for ending in ("csv", "html"))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([plain_cell(str(cell)) for cell in row] for row in _rows(result))
    page.write_text(_page(result), encoding="utf-8")
    return table, page


def plain_cell(text: str) -> str:
    """The text, made harmless where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _rows(result: CheckResult) -> list[tuple[object, ...]]:
    schema = [
        ("schema", "error", f"{fault.problem}.", fault.element, "", "", "", fault.line or "", "", "")
        for fault in result.faults
    ]
    rules = [
        (
            rule.id,
            rule.severity,
            rule.message,
            breach.item,
            breach.module,
            breach.record,
            breach.person or "",
            breach.line or "",
            breach.source,
            rule.owner,
        )
        for rule, breaches in result.by_rule()
        for breach in breaches
    ]
    return [*schema, *rules]


def _page(result: CheckResult) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    definition = load_definition(SEN2, result.year)
    return environment.get_template("check.html.j2").render(
        result=result,
        definition=definition,
        from_warehouse=any(breach.source for breach in result.breaches),
        modules=[(module, result.rows[module.name]) for module in definition.modules.values()],
    )
