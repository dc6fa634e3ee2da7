"""Reads a council's own copy of the DfE's workbook of validation rules.

The workbook is not public and its layout is not known here, so it is looked for: on every sheet, the row whose headings
are those of a list of rules. Nothing in it is evaluated: a formula counts as the value Excel saved with it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from rapidfuzz import fuzz

from area.call import CHECK_PATH, READABLE, called, unreadable
from area.errors import WorkbookRefusedError

# What a heading can be called -> what it is. The first that a sheet has counts.
HEADINGS = {
    what: tuple(name.strip() for name in names.split(","))
    for what, names in {
        "number": "rule number, rule no, rule id, rule ref, rule reference, validation rule number, validation number, "
        "validation id, error number, error code, error id, query number, check number, check id, dfe rule number, id, "
        "ref, number, no, code",
        "severity": "severity, error or query, error query, error query warning, rule type, error type, "
        "validation type, type of check, level, type, category, status",
        "message": "error message, message, validation message, rule description, description, error description, "
        "rule text, error text, text, validation check, validation rule, condition, rule, detail",
        "items": "items, item, data items, data item, data item number, item number, item numbers, fields, field, "
        "field name, field names, affected fields, fields affected, items affected, xml tag, tag, tags, "
        "data item name, item name",
        "years": "years, year, applicable years, collection years, collection year, applies to, valid for, "
        "valid from, in force",
    }.items()
}
NEEDED = ("number", "message")
SURE = 90
"""Likeness (0 to 100) from which a heading that is written a little differently still counts."""
ROWS_LOOKED_AT = 60
MOST_BYTES = 200_000_000
SEVERITIES = {"error": ("error", "fail"), "query": ("query", "queries", "warning", "warn")}
_YEAR = re.compile(r"\b20[12]\d\b")


@dataclass(frozen=True)
class DfeRule:
    """One rule as the workbook has it."""

    number: str
    severity: str
    """error, query, or the workbook's own word."""
    message: str
    items: str


def read_workbook(path: Path, *, year: int) -> list[DfeRule]:
    """The rules of the workbook that hold in `year`, in its order, each number once.

    Raises WorkbookRefusedError for what is not a workbook, is unsafe, or has no list of rules.
    """
    _refuse_unsafe(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception:  # openpyxl raises whatever its parsers do, for a file that is not a workbook
        raise _refused(path) from None
    rules: dict[str, DfeRule] = {}
    found = False
    try:
        for sheet in book.worksheets:
            rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            header = _header(rows)
            if header is None:
                continue
            found = True
            at, columns = header
            for rule in _rules(rows[at + 1 :], columns, sheet.title, year):
                rules.setdefault(rule.number, rule)
    except Exception:
        raise _refused(path) from None
    finally:
        book.close()
    if not found:
        raise WorkbookRefusedError(
            path.name,
            expected="a sheet with a row of headings, a rule number and a message or description among them",
            came=f"{len(book.sheetnames)} sheets without one",
        )
    return list(rules.values())


def _refused(path: Path) -> WorkbookRefusedError:
    return WorkbookRefusedError(
        path.name, expected="an Excel workbook (.xlsx)", came="something that is no Excel workbook"
    )


def _refuse_unsafe(path: Path) -> None:
    """Refuse what would unfold beyond measure, or declares entities, before anything reads it as a workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > MOST_BYTES:
                raise WorkbookRefusedError(
                    path.name, expected=f"at most {MOST_BYTES:,} bytes unpacked", came=f"{size:,}"
                )
            for member in archive.infolist():
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        for _ in ElementTree.iterparse(part, events=("start",), forbid_dtd=True):
                            break
    except DefusedXmlException:
        raise WorkbookRefusedError(
            path.name, expected="a workbook without document type declarations", came="one that has them"
        ) from None
    except OSError as error:
        raise WorkbookRefusedError(called(path), expected=READABLE, came=unreadable(error), do=CHECK_PATH) from None
    except (zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, RuntimeError):
        raise _refused(path) from None


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    """The row of headings and which column is what; the row that tells most, the upper of two alike."""
    best: tuple[int, dict[str, int]] | None = None
    for at, row in enumerate(rows[:ROWS_LOOKED_AT]):
        columns = _columns(row)
        if all(needed in columns for needed in NEEDED) and (best is None or len(columns) > len(best[1])):
            best = at, columns
    return best


def _columns(row: Sequence[str]) -> dict[str, int]:
    plain = [" ".join(re.sub(r"[^a-z0-9 ]", " ", cell.lower()).split()) for cell in row]
    columns: dict[str, int] = {}
    for likeness in (100, SURE):
        for what, names in HEADINGS.items():
            if what in columns:
                continue
            for name in names:
                at = _column(plain, name, likeness, set(columns.values()))
                if at is not None:
                    columns[what] = at
                    break
    return columns


def _column(plain: Sequence[str], name: str, likeness: int, taken: set[int]) -> int | None:
    for at, heading in enumerate(plain):
        if at in taken or not heading or len(heading) > 60:
            continue
        near = len(name) > 4 and (heading.startswith(f"{name} ") or fuzz.ratio(heading, name) >= likeness)
        if heading == name or (likeness < 100 and near):
            return at
    return None


def _rules(rows: Iterable[Sequence[str]], columns: dict[str, int], sheet: str, year: int) -> Iterator[DfeRule]:
    for row in rows:
        cells = {what: row[at] if at < len(row) else "" for what, at in columns.items()}
        if not cells["number"] or not cells["message"] or len(cells["number"]) > 40:
            continue
        if not holds_in(cells.get("years", ""), year):
            continue
        yield DfeRule(
            number=cells["number"],
            severity=_severity(cells.get("severity", "")) or _severity(sheet) or cells.get("severity", "")[:40],
            message=cells["message"],
            items=cells.get("items", ""),
        )


def _severity(text: str) -> str:
    words = text.lower()
    return next((name for name, said in SEVERITIES.items() if any(word in words for word in said)), "")


def holds_in(years: str, year: int) -> bool:
    """Whether a rule whose column of years says that holds in `year`; one that names no year holds in all."""
    named = [int(text) for text in _YEAR.findall(years)]
    if not named:
        return True
    words = years.lower()
    if len(named) == 1 and any(sign in words for sign in ("onward", "from", "+", "since")):
        return year >= named[0]
    if len(named) == 1 and any(sign in words for sign in ("until", "up to", "before")):
        return year <= named[0]
    if len(named) == 2 and re.search(r"20[12]\d\s*(-|–|to)\s*20[12]\d", words):
        return named[0] <= year <= named[1]
    return year in named
