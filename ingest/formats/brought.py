"""Formats that another package brings, found by name in the entry point group `send.formats`.

So a return can be read as an extract without ingest knowing what a return is, and without `returns` knowing ingest:
what a format hands over is plain tables of text, and refusals are errors of `area`.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NoReturn, Protocol

import pyarrow as pa

from area.errors import ReturnRefusedError, SettingsError
from ingest.contract.model import Table
from ingest.formats import BadRow, SourceFile, TableRows
from ingest.formats.row_text import rows_as_json

GROUP = "send.formats"


class BroughtTable(Protocol):
    """One table of a file: its columns of text (those of the contract's fields that it has) with `_row`, and the rows
    that could not be read as one: line, reason, field, text."""

    @property
    def cells(self) -> pa.Table: ...

    @property
    def bad(self) -> Sequence[tuple[int, str, str | None, str]]: ...


class Brought(Protocol):
    """What an entry point of the group gives. Both raise ReturnRefusedError for a file that is not of this format, or
    of another area than `area`."""

    def tables(self, path: Path, name: str, *, area: str) -> Mapping[str, BroughtTable]: ...

    def period(self, path: Path, name: str, *, area: str) -> str: ...


def read(file: SourceFile) -> Iterator[TableRows]:
    """The tables of a file, by the format its contract names.

    Raises FileRefusedError, or SettingsError when nothing installed brings the format.
    """
    kind = str(file.contract.format["kind"])
    try:
        found = _format(kind).tables(file.path, file.name, area=file.area)
    except ReturnRefusedError as refused:
        _refuse(file, refused)
    for table in file.contract.tables:
        yield from _rows(table, found.get(table.name)).in_batches()


def period(file: SourceFile) -> str:
    """Which period the file is of. Raises as `read` does."""
    try:
        return _format(str(file.contract.format["kind"])).period(file.path, file.name, area=file.area)
    except ReturnRefusedError as refused:
        _refuse(file, refused)


def _refuse(file: SourceFile, refused: ReturnRefusedError) -> NoReturn:
    """The refusal as one of the feed: a landed file is named by its hash, people know it by the name it came under."""
    line = f" (line {refused.line})" if refused.line else ""
    file.refuse(expected=refused.expected, came=f"{refused.came}{line}")


@cache
def _format(kind: str) -> Brought:
    for entry in importlib.metadata.entry_points(group=GROUP, name=kind):
        brought: Brought = entry.load()
        return brought
    raise SettingsError(
        f"format {kind}",
        expected=f"an installed package that brings it (entry point group {GROUP})",
        came="none",
        where="the Python environment (install the project again: `pip install -e .`)",
    )


def _rows(table: Table, found: BroughtTable | None) -> TableRows:
    if found is None:
        empty = pa.table({name: pa.array([], pa.string()) for name in table.columns})
        return TableRows(table, empty, pa.array([], pa.int64()), lambda _: [])
    cells = found.cells
    missing = [name for name in table.columns if name not in cells.column_names]
    columns = [
        pa.nulls(cells.num_rows, pa.string()) if name in missing else cells.column(name) for name in table.columns
    ]
    text = pa.table(columns, names=list(table.columns))
    bad = [BadRow(row, reason, field, original) for row, reason, field, original in found.bad]
    return TableRows(table, text, cells.column("_row").combine_chunks(), rows_as_json(text), bad, tuple(missing))
