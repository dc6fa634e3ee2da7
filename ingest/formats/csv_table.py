"""CSV files into columns of text, at nearly the speed of a bare reader, with the exact line of every record."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from ingest.formats import SourceFile, TableRows
from ingest.formats.csv_header import bind_header
from ingest.formats.csv_piece import Shape
from ingest.formats.csv_records import MOST_BYTES, MOST_RECORDS, by_counting, line_by_line, whole_records
from ingest.formats.csv_text import line_ends, utf8_blocks

# With less than this at hand an odd record may still go on; more is only held until the next line end.
LOOK_AHEAD = 2 * MOST_BYTES


def read(file: SourceFile) -> Iterator[TableRows]:
    """The one table of a CSV file, some MB at a time. Formulas, quotes and odd headings are text like any other.

    Raises FileRefusedError on another encoding, an empty file or another header; records with the wrong number of
    fields are handed back as bad rows.
    """
    blocks = utf8_blocks(file)
    delimiter = str(file.contract.format.get("delimiter", ","))
    names, data, line = _header(file, blocks, delimiter)
    shape = Shape(file, bind_header(file, names), delimiter)
    yield shape.nothing()
    skipping = False  # the rest of a line that is longer than any record
    for block in blocks:
        data = _after_line(block) if skipping else data + block
        skipping = skipping and not data and b"\n" not in block
        while data:
            rows, used = _next(shape, data, line, last=False)
            if rows is None:
                break
            yield rows
            line += line_ends(data[:used])
            data = data[used:]
        if len(data) > LOOK_AHEAD and b"\n" not in data:
            yield shape.endless(data, line)
            data, skipping, line = b"", True, line + 1
    while data:
        rows, used = _next(shape, data, line, last=True)
        if rows is not None:
            yield rows
        line += line_ends(data[:used])
        data = data[used:]


def _after_line(block: bytes) -> bytes:
    return block[block.find(b"\n") + 1 :] if b"\n" in block else b""


def _header(file: SourceFile, blocks: Iterator[bytes], delimiter: str) -> tuple[list[str], bytes, int]:
    """The names in the first line that is not blank, the bytes at hand after it, and the number of the line they
    begin in."""
    data, line = b"", 1
    for block in blocks:
        data += block
        begun = data.rfind(b"\n", 0, len(data) - len(data.lstrip())) + 1
        line += data.count(b"\n", 0, begun)
        data = data[begun:]
        if data.strip() and (b"\n" in data or len(data) > MOST_BYTES):
            break
    if not data.strip():
        file.refuse(expected="a CSV file", came="an empty file")
    end = data.find(b"\n", 0, MOST_BYTES)
    end = len(data) if end < 0 else end
    text = data[: min(end, MOST_BYTES)].removesuffix(b"\r").decode(errors="replace")
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        rows = []
    if len(rows) != 1:
        file.refuse(expected="a first line of column names", came="one that is no CSV record")
    return [name.strip() for name in rows[0]], data[end + 1 :], line + 1


def _next(shape: Shape, data: bytes, line: int, *, last: bool) -> tuple[TableRows | None, int]:
    """The rows of as many whole records as `data`, which begins one, holds for certain; and their bytes. None when it
    takes more bytes to tell."""
    cut = len(data) if last else whole_records(data)
    if cut:
        piece = data if cut == len(data) else data[:cut]
        rows = shape.plain(piece, line)
        if rows is not None:
            return rows, cut
        records = by_counting(piece, shape.delimiter.encode(), shape.width)
        if records is not None and records.starts.size > MOST_RECORDS:
            cut = int(records.starts[MOST_RECORDS])
            return shape.rows(piece[:cut], line, records.first(MOST_RECORDS)), cut
        if records is not None:
            return shape.rows(piece, line, records), cut
    if last or len(data) > LOOK_AHEAD:
        records, used = line_by_line(data, shape.delimiter, shape.width, last=last)
        if used:
            return shape.rows(data[:used], line, records), used
    return None, 0
