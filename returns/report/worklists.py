"""One Excel worklist a source system, for those who can put its findings right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from area.files import written_whole
from returns.cells import plain_cell
from returns.report.findings import IDENTITY, Finding, Report
from returns.report.owners import Owner

# A sheet of Excel holds 1,048,576 rows.
ROWS_A_SHEET = 1_000_000
NAMED = ("Name", "Date of birth", "Identifiers")
RECORDS = (
    "Person",
    "Module",
    "Record",
    "Item",
    "Value",
    "What is wrong",
    "Detail",
    "Who can put it right",
    "Source file",
    "Row",
    "Severity",
    "Rule",
    "DfE number",
    "State",
    "Note",
    "Finding",
)
RULES = ("Rule", "DfE number", "Severity", "What is wrong", "Findings", "Persons")
WIDTHS = {
    "What is wrong": 60,
    "Detail": 24,
    "Who can put it right": 30,
    "Source file": 30,
    "Person": 36,
    "Note": 30,
    "Finding": 20,
}


def write_worklists(report: Report, folder: Path) -> list[Path]:
    """Write `worklist_<owner>.xlsx` for every source system with a finding; returns the files.

    Worklists of another check that stand in the folder are taken away, so that none is left that nobody has to work on.
    """
    for old in folder.glob("worklist_*.xlsx"):
        old.unlink()
    return [_worklist(report, who, findings, folder) for who, findings in report.by_owner()]


def _worklist(report: Report, who: Owner, findings: Sequence[Finding], folder: Path) -> Path:
    book = Workbook(write_only=True)
    headings = (RECORDS[0], *(NAMED if report.names else ()), *RECORDS[1:])
    ordered = sorted(findings, key=lambda each: (each.person, each.module, each.record, each.severity, each.rule))
    titles = {(module.name, item.tag): f"{item.title} ({item.tag})" for module, item in report.definition.walk()}
    modules = {module.name: module.title for module in report.definition.modules.values()}
    for start in range(0, len(ordered), ROWS_A_SHEET):
        part = ordered[start : start + ROWS_A_SHEET]
        name = f"Records {start // ROWS_A_SHEET + 1}" if start else "Records"
        _sheet(book, name, headings, (_cells(report, who, each, titles, modules) for each in part), len(part))
    by_rule = [(rule, listed) for rule, listed in report.by_rule() if listed[0].owner == who.code]
    counts = (
        (rule, f[0].dfe, f[0].severity, f[0].message, len(f), len({each.person for each in f if each.person}))
        for rule, f in by_rule
    )
    _sheet(book, "By rule", RULES, counts, len(by_rule))
    file = folder / f"worklist_{who.code}.xlsx"
    with written_whole(file) as whole:
        book.save(whole)
    return file


def _cells(
    report: Report, who: Owner, finding: Finding, titles: dict[tuple[str, str], str], modules: dict[str, str]
) -> tuple[str, ...]:
    named = tuple(finding.identity.get(what, "") for what in IDENTITY) if report.names else ()
    return (
        finding.person,
        *named,
        modules.get(finding.module, finding.module),
        finding.record,
        titles.get((finding.module, finding.item), finding.item),
        finding.value,
        finding.message,
        finding.detail,
        who.who,
        finding.source if report.from_warehouse else report.subject,
        "" if finding.row is None else str(finding.row),
        finding.severity,
        finding.rule,
        finding.dfe,
        finding.state,
        finding.note,
        finding.finding_id if report.from_warehouse else "",
    )


def _sheet(book: Workbook, name: str, headings: Sequence[str], rows: object, count: int) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{count + 1}"
    for number, heading in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(heading, 16)
    bold = []
    for heading in headings:
        cell = WriteOnlyCell(sheet, value=heading)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:  # type: ignore[attr-defined]
        sheet.append([plain_cell(cell) if isinstance(cell, str) else cell for cell in row])
