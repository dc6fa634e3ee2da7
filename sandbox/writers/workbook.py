"""Excel workbooks that are the same to the byte each time."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import NamedStyle

_SLASHED = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_SAVED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)")
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file can tell


def write_workbook(sheets: Mapping[str, pa.Table], path: Path, *, day: dt.date) -> None:
    """Write text tables as sheets of these names. `31/01/2025` becomes a date and a column of digits whole numbers, as
    people who fill such lists in have them; `day` is when it says it was saved."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook(write_only=True)
    book.add_named_style(NamedStyle("day", number_format="DD/MM/YYYY"))
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(table.column_names)
        columns = [_typed(column.to_pylist()) for column in table.columns]
        days = [WriteOnlyCell(sheet) for _ in columns]  # written at once, so one a column serves all its rows
        for cell in days:
            cell.style = "day"
        for row in zip(*columns, strict=True):
            sheet.append([_cell(value, cell) for value, cell in zip(row, days, strict=True)])
    unpacked = io.BytesIO()
    book.save(unpacked)
    path.write_bytes(_without_clock(unpacked, day))


def _typed(values: list[str | None]) -> list[str | int | dt.datetime | None]:
    """The values of a column as people have them in Excel."""
    if all(value is None or (value.isascii() and value.isdigit() and len(value) < 5) for value in values):
        return [None if value is None else int(value) for value in values]
    known: dict[str, dt.datetime] = {}
    for value in set(values):
        if value and (found := _SLASHED.fullmatch(value)):
            known[value] = dt.datetime(int(found[3]), int(found[2]), int(found[1]))
    return [known.get(value, value) if value else None for value in values]


def _cell(value: str | int | dt.datetime | None, day: Any) -> Any:
    if not isinstance(value, dt.datetime):
        return value
    day.value = value
    return day


def _without_clock(saved: io.BytesIO, day: dt.date) -> bytes:
    """The same parts with one time on all of them."""
    out = io.BytesIO()
    moment = f"{day.isoformat()}T02:00:00Z".encode()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in sorted(old.namelist()):
            content = old.read(part)
            if part == "docProps/core.xml":
                content = _SAVED.sub(rb"\g<1>" + moment + rb"\g<2>", content)
            new.writestr(zipfile.ZipInfo(part, date_time=_ZIP_DAY), content, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
