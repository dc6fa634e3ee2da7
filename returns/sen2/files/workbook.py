"""The return as a workbook laid out as the tables of the DfE's Excel template (facts/sen2.md 1.8).

Sheet "Data Entry Template": the nine tables one under the other, each with its title in column A, a row of column
titles, its rows, and two empty rows before the next. Titles are those of the template of the year (below version 1.2
for 2023, 1.2 for 2024, 1.3 from 2025 on), which are the definition's `template` titles. What goes into "Record Type" is
not known from any public paper: here it is the module's XML element. Records are tied together by the ids of the return
tables, as the template ties them: every record below a request names its person and its request.

Dates are text, CCYY-MM-DD as the template's titles ask for: an Excel date is a number that is shown as the reader's
settings please, and comes back as another text. So are identifiers (leading noughts) and codes. Flags, ranks and the
year are numbers. No cell is ever a formula: what begins with `=`, `+`, `-` or `@` is stored as text with Excel's own
mark for it, so that it stays text when somebody edits it.

openpyxl makes the book and its styles; the sheet itself is put together by the database, as the XML return is, because
two million cells one by one would take most of a minute.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from area.files import written_whole
from returns.definition.load import load_definition
from returns.definition.model import Definition, Module
from returns.definition.tables import SCHEMA
from returns.kinds import SEN2
from returns.sen2.xml.fragments import XML_TEXT_MACRO
from returns.sen2.xml.soundness import refuse_broken_tables

SHEET = "Data Entry Template"
TABLES = {
    "header": "Header Record",
    "person": "Person Record",
    "requests": "Requests Records",
    "assessment": "Assessments Records",
    "named_plan": "Named Plan Records",
    "plan_detail": "Plan Detail Records",
    "active_plans": "Active Plan Records",
    "placement_detail": "Placement Detail Records",
    "sen_need": "SEN Need Records",
}
RECORD_TYPE, REQUEST_ID, LA = "Record Type", "Requests record ID", "LA (From Header Record)"
PERSON_ID, OF_PERSON = "Person ID (unique)", "Person ID"
EMPTY_ROWS = 2
ROWS_AT_ONCE = 5_000
# Beginnings that a spreadsheet may take for a formula.
FORMULA = r"^[=+\-@\t\r]"
SHEET_PART = "xl/worksheets/sheet1.xml"
SHEET_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
SHEET_END = "</sheetData></worksheet>"


def write_workbook(con: duckdb.DuckDBPyConnection, path: Path, *, year: int) -> dict[str, int]:
    """Write the tables of schema `returns` as the workbook of `year` to `path` (.xlsx, owner-only), streamed; returns
    the rows of each module.

    Characters that a cell cannot hold become U+FFFD, as in the XML. Raises SettingsError for a year that is not
    defined, ReturnInvalidError when the tables do not nest.
    """
    definition = load_definition(SEN2, year)
    rows = refuse_broken_tables(con, definition, file=path.name)
    con.execute(XML_TEXT_MACRO)
    frame, styles = _frame()
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        written_whole(path) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book,
    ):
        with zipfile.ZipFile(frame) as empty:
            for entry in empty.namelist():
                if entry != SHEET_PART:
                    book.writestr(entry, empty.read(entry))
        with book.open(SHEET_PART, "w", force_zip64=True) as sheet:
            sheet.write(SHEET_HEAD.encode())
            for text in _sheet(con, definition, rows, styles):
                sheet.write(text.encode())
            sheet.write(SHEET_END.encode())
    return rows


def column_titles(module: Module) -> list[str]:
    """The titles of a table's columns: its record type and ids, then the year's items."""
    return [*_ids(module), *(item.template or item.title for item in module.items)]


def _ids(module: Module) -> list[str]:
    if module.name == "header":
        return [RECORD_TYPE]
    if module.name == "person":
        return [RECORD_TYPE, PERSON_ID, LA]
    if module.name == "requests":
        return [RECORD_TYPE, REQUEST_ID, LA, OF_PERSON]
    return [RECORD_TYPE, OF_PERSON, REQUEST_ID, LA]


def _frame() -> tuple[io.BytesIO, tuple[int, int]]:
    """An empty book with the sheet, and the numbers of its two styles: titles, and text that is not to be a formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    title, guarded = sheet.cell(1, 1), sheet.cell(1, 2)
    title.font = Font(bold=True)
    guarded.quotePrefix = True
    packed = io.BytesIO()
    book.save(packed)
    return packed, (int(title.style_id), int(guarded.style_id))


def _sheet(
    con: duckdb.DuckDBPyConnection, definition: Definition, rows: dict[str, int], styles: tuple[int, int]
) -> Iterator[str]:
    """The rows of the sheet as XML."""
    bold, guarded = styles
    at = 1
    for module in definition.modules.values():
        yield _titles(at, [TABLES[module.name]], bold)
        yield _titles(at + 1, column_titles(module), bold)
        found = con.execute(_select(definition, module, before=at + 1, guarded=guarded))
        while texts := found.fetchmany(ROWS_AT_ONCE):
            yield "".join(text for (text,) in texts)
        at += 2 + rows[module.name] + EMPTY_ROWS


def _titles(row: int, titles: list[str], style: int) -> str:
    cells = (
        f'<c r="{get_column_letter(place)}{row}" s="{style}" t="inlineStr"><is><t>{escape(title)}</t></is></c>'
        for place, title in enumerate(titles, start=1)
    )
    return f'<row r="{row}">{"".join(cells)}</row>'


def _select(definition: Definition, module: Module, *, before: int, guarded: int) -> str:
    """A query of one text a row, which begin after row `before`: persons in the return's order, records of a person in
    the order of their keys."""
    lineage = _lineage(definition, module)
    aliases = {each.name: f"m{place}" for place, each in enumerate(lineage)}
    joins = [f"{SCHEMA}.{module.table} as m0"]
    joins += [
        f"join {SCHEMA}.{each.table} as m{place} using ({each.key})" for place, each in enumerate(lineage) if place
    ]
    ids = {
        RECORD_TYPE: f"'{module.element}'",
        LA: f"(select lea from {SCHEMA}.sen2_header)",
        PERSON_ID: "m0.persontableid",
        OF_PERSON: f"{aliases.get('person')}.persontableid",
        REQUEST_ID: f"{aliases.get('requests')}.requeststableid",
    }
    cells = [_cell(place, ids[title], "text", guarded) for place, title in enumerate(_ids(module), start=1)]
    cells += [
        _cell(place, f'm0."{item.column}"', item.type, guarded)
        for place, item in enumerate(module.items, start=len(cells) + 1)
    ]
    order = [f"{aliases[each.name]}.{key}" for each in reversed(lineage) for key in (*each.order_by, each.key) if key]
    number = f"{before} + row_number() over (order by {', '.join(order) or '1'})"
    selected = ", ".join(f"{value} as v{place}" for place, (_, value) in enumerate(cells))
    texts = ", ".join(text.format(value=f"v{place}") for place, (text, _) in enumerate(cells))
    return (
        f"with numbered as (select {number} as n, {selected} from {' '.join(joins)}) "
        f"select concat('<row r=\"', n, '\">', {texts}, '</row>') from numbered order by n"
    )


def _lineage(definition: Definition, module: Module) -> list[Module]:
    """The module and those above it."""
    found = [module]
    while (parent := found[-1].parent) is not None:
        found.append(definition.module(parent))
    return found


def _cell(place: int, column: str, kind: str, guarded: int) -> tuple[str, str]:
    """The expression of a cell's XML, null where there is no value, over `{{value}}`; and that of the value."""
    begins = f"'<c r=\"{get_column_letter(place)}' || n || '\"'"
    if kind in ("flag", "rank", "year", "number"):
        return f"{begins} || '><v>' || {{value}} || '</v></c>'", f"{column}::varchar"
    value = {
        "date": f"strftime({column}, '%Y-%m-%d')",
        "datetime": f"strftime({column}, '%Y-%m-%dT%H:%M:%S')",
    }.get(kind, f"{column}::varchar")
    style = f"case when regexp_matches({{value}}, '{FORMULA}') then ' s=\"{guarded}\"' else '' end"
    text = "'<is><t xml:space=\"preserve\">' || xml_text({value}) || '</t></is></c>'"
    return f"{begins} || {style} || ' t=\"inlineStr\">' || {text}", value
