"""How files are read. A format turns one file into rows of text for each of its tables; `ingest/row_checks.py` then
holds the rows against the contract, the same way for every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, Protocol

import pyarrow as pa

from area.errors import FileRefusedError
from ingest.contract import Contract, Table
from ingest.contract_file import BROUGHT


@dataclass(frozen=True)
class BadRow:
    """A row that could not even be read as one: its line or element number, why, in which field, and what stood
    there."""

    row: int
    reason: str
    field: str | None
    original_text: str


@dataclass(frozen=True)
class TableRows:
    """What a file holds of one table. `cells` has the contract's columns, all text, empty = null; `rows` the line
    or element number of each; `originals(positions)` gives the source text of some of them (it may be slow, so it
    is asked for few)."""

    table: Table
    cells: pa.Table
    rows: pa.Array
    originals: Callable[[Sequence[int]], list[str]]
    bad: list[BadRow] = field(default_factory=list)
    missing_columns: tuple[str, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    """Headings of the file that no field is read from."""


@dataclass(frozen=True)
class SourceFile:
    """One landed file and the name it came under."""

    path: Path
    name: str
    contract: Contract
    area: str = ""
    """The area it was delivered to; only needed by a format that must not take another area's file."""

    def refuse(self, *, expected: str, came: str) -> NoReturn:
        """Refuse the file as a whole."""
        raise FileRefusedError(self.contract.feed, self.name, expected=expected, came=came)


class NotAskedForError(Exception):
    """The file has a layout that is known and that no table of the feed is read from."""


class Format(Protocol):
    """Reads a file. Raises FileRefusedError, or NotAskedForError for a known layout nobody reads."""

    def __call__(self, file: SourceFile) -> Iterable[TableRows]: ...


def format_of(contract: Contract) -> Format:
    """The format a contract names."""
    from ingest.formats import brought, cin_census, csv_table, ees_results, json_pages, mapped

    if contract.mapping is not None:
        return mapped.read
    formats: dict[str, Format] = {
        "csv": csv_table.read,
        "json_pages": json_pages.read,
        "ees_results": ees_results.read,
        "xml": cin_census.read,
    }
    return formats.get(str(contract.format["kind"]), brought.read)


def period_of(file: SourceFile) -> str | None:
    """Which period a file is of, where its feed holds one period a delivery: as its name says or, of a format that
    another package brings, as the file itself does. Raises FileRefusedError as reading it would."""
    from ingest.formats import brought

    contract = file.contract
    if contract.snapshot != "per_period":
        return None
    if contract.format["kind"] in BROUGHT:
        return brought.period(file)
    return contract.period_of_file(file.name)
