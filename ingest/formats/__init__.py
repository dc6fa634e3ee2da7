"""How files are read. A format turns one file into rows of text for each of its tables; `ingest/reading/` then holds
them against the contract, the same way for every format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn, Protocol

import pyarrow as pa

from area.errors import FileRefusedError
from ingest.contract.file import BROUGHT
from ingest.contract.model import Contract, Table

BEGINNING = 1_000  # bytes in which a file shows what it is
BATCH_ROWS = 100_000
Originals = Callable[[Sequence[int]], list[str]]
"""The source text of rows of a batch, by their positions in it."""


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
    """A batch of what a file holds of one table. `cells` has the contract's columns, all text, empty = null; `rows`
    the line or element number of each; `originals(positions)` gives the source text of some of them, by their position
    in this batch (it may be slow, so it is asked for few, and only until the next batch is taken)."""

    table: Table
    cells: pa.Table
    rows: pa.Array
    originals: Originals
    bad: list[BadRow] = field(default_factory=list)
    missing_columns: tuple[str, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    """Headings (or elements) of the file that no field is read from."""
    passed_over: tuple[str, ...] = ()
    """Parts of the file, in words, that resemble the table and are not read as it."""

    def in_batches(self) -> Iterator[TableRows]:
        """The same rows in batches, the first with the bad rows, for a format that has to hold a table whole."""
        yield replace(self, cells=self.cells.slice(0, 0), rows=self.rows.slice(0, 0))
        for start in range(0, self.cells.num_rows, BATCH_ROWS):
            cells, rows = self.cells.slice(start, BATCH_ROWS), self.rows.slice(start, BATCH_ROWS)
            yield replace(self, cells=cells, rows=rows, originals=self._originals_from(start), bad=[])

    def _originals_from(self, start: int) -> Originals:
        return lambda positions: self.originals([start + position for position in positions])


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
    """Reads a file as a stream: any number of batches a table, in the order of the file, each of about 100,000 rows or
    16 MB at most. A table of which the file has no row has one batch without rows. Read twice, a file gives the same
    batches. Raises FileRefusedError (also half way), or NotAskedForError for a known layout nobody reads."""

    def __call__(self, file: SourceFile) -> Iterator[TableRows]: ...


def format_of(contract: Contract) -> Format:
    """The format a contract names."""
    from ingest.formats import (
        brought,
        cin_census,
        csv_table,
        ees_results,
        excel,
        json_pages,
        mapped,
        parquet,
        ssda903_xml,
    )

    if contract.mapping is not None:
        return mapped.read
    kind = str(contract.format["kind"])
    xml: dict[str, Format] = {"cin_census": cin_census.read, "ssda903": ssda903_xml.read}
    formats: dict[str, Format] = {
        "csv": csv_table.read,
        "json_pages": json_pages.read,
        "ees_results": ees_results.read,
        "parquet": parquet.read,
        "excel": excel.read,
    }
    if kind == "xml":
        return xml[str(contract.format["reader"])]
    found = formats.get(kind, brought.read)
    return _or_xml(found, xml[str(contract.format["xml"])]) if "xml" in contract.format else found


def _or_xml(usual: Format, xml: Format) -> Format:
    """The format of a feed whose files may also come as XML: of a file that begins as XML does, whatever its name."""

    def read(file: SourceFile) -> Iterator[TableRows]:
        with file.path.open("rb") as opened:
            head = opened.read(BEGINNING)
        return (xml if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") else usual)(file)

    return read


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
