"""CSV files into columns of text, at nearly the speed of a bare reader, with the exact line of every record."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from ingest.formats import BadRow, SourceFile, TableRows
from ingest.formats.csv_header import Header, bind_header
from ingest.formats.csv_records import MOST_BYTES, Records, Whole, find_records, quotes_are_regular
from ingest.formats.csv_text import utf8_of

BLOCK = 4 * MOST_BYTES


def read(file: SourceFile) -> list[TableRows]:
    """The one table of a CSV file. Formulas, quotes and odd headings are text like any other.

    Raises FileRefusedError on another encoding, an empty file or another header; records with the wrong number of
    fields are handed back as bad rows.
    """
    data = utf8_of(file)
    delimiter = str(file.contract.format.get("delimiter", ","))
    first, first_line, names = _header(file, data, delimiter)
    header = bind_header(file, names)
    return [_Body(file, data, first, first_line, delimiter, header).rows()]


def _header(file: SourceFile, data: bytes, delimiter: str) -> tuple[int, int, list[str]]:
    """Where the rows begin (byte, line) and the names in the first line that is not blank."""
    start, line = 0, 1
    while data[start : start + 1] in (b"\r", b"\n"):
        line += data[start : start + 1] == b"\n"
        start += 1
    end = data.find(b"\n", start, start + MOST_BYTES)
    end = len(data) if end < 0 else end
    text = data[start : min(end, start + MOST_BYTES)].removesuffix(b"\r").decode(errors="replace")
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        rows = []
    if len(rows) != 1:
        file.refuse(expected="a first line of column names", came="one that is no CSV record")
    return min(end + 1, len(data)), line + 1, [name.strip() for name in rows[0]]


@dataclass
class _Body:
    file: SourceFile
    data: bytes
    first: int
    first_line: int
    delimiter: str
    header: Header

    @cached_property
    def records(self) -> Records:
        return find_records(
            self.data,
            first=self.first,
            first_line=self.first_line,
            delimiter=self.delimiter.encode(),
            width=self.header.width,
        )

    def rows(self) -> TableRows:
        plain = self._plain()
        if plain is not None:
            every = np.arange(self.first_line, self.first_line + plain.num_rows, dtype=np.int64)
            return self._result(plain, every, None, [])
        records = self.records
        bad = self._bad(records)
        readable = np.ones(records.starts.size, dtype=bool)
        readable[list(bad)] = False
        good = np.flatnonzero(readable)
        cells = self._parse_good(records, good)
        bad_rows = [
            BadRow(int(records.lines[place]), reason, None, self._text(records, place)) for place, reason in bad.items()
        ]
        return self._result(cells, records.lines[good], good, bad_rows)

    def _plain(self) -> pa.Table | None:
        """Way 1 of csv_records: with regular quotes and as many rows as there are lines, each line is a record."""
        end = len(self.data)
        while end > self.first and self.data[end - 1] in b"\r\n":
            end -= 1
        if end == self.first:
            return None
        body = pa.py_buffer(self.data).slice(self.first, end - self.first)
        lone_returns = self.data.count(b"\r", self.first, end) != self.data.count(b"\r\n", self.first, end)
        if lone_returns or b"\0" in self.data:
            return None
        if b'"' in self.data and not quotes_are_regular(self.data[self.first : end], self.delimiter.encode()):
            return None
        try:
            cells = self._parse(body)
        except pa.ArrowInvalid:
            return None
        return cells if cells.num_rows == self.data.count(b"\n", self.first, end) + 1 else None

    def _parse(self, body: pa.Buffer | bytes) -> pa.Table:
        names = [f"c{place}" for place in range(self.header.width)]
        wanted = [names[place] for place in self.header.places if place is not None]
        if len(body) == 0 or not wanted:
            return pa.table({name: pa.array([], pa.string()) for name in wanted})
        nulls = {str(word) for word in self.file.contract.format.get("null_words", ())} | {""}
        return pacsv.read_csv(
            pa.BufferReader(body),
            read_options=pacsv.ReadOptions(column_names=names, block_size=BLOCK),
            parse_options=pacsv.ParseOptions(delimiter=self.delimiter, newlines_in_values=b'"' in self.data),
            convert_options=pacsv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=wanted,
                null_values=sorted(nulls),
                strings_can_be_null=True,
            ),
        )

    def _bad(self, records: Records) -> dict[int, str]:
        """Places of records that cannot be read as rows, with the reason."""
        bad = dict.fromkeys(np.flatnonzero(records.fields != self.header.width).tolist(), "WRONG_FIELD_COUNT")
        bad |= dict.fromkeys(np.flatnonzero(records.ends - records.starts > MOST_BYTES).tolist(), "TOO_LONG")
        at = self.data.find(b"\0", self.first)
        while at >= 0:  # a NUL byte is in no text; databases and C programs cut a value off there
            place = int(np.searchsorted(records.starts, at, side="right")) - 1
            bad.setdefault(place, "BAD_ELEMENT")
            at = self.data.find(b"\0", max(at + 1, int(records.ends[place])))
        return dict(sorted(bad.items()))

    def _parse_good(self, records: Records, good: Whole) -> pa.Table:
        """The good records, cut out in runs. Should the fast parser see them otherwise than csv does, csv decides."""
        if good.size == records.starts.size and good.size:
            body = self.data[int(records.starts[0]) : int(records.ends[-1])]
        else:
            runs = np.split(good, np.flatnonzero(np.diff(good) > 1) + 1) if good.size else []
            cuts = [self.data[int(records.starts[run[0]]) : int(records.ends[run[-1]])] for run in runs]
            body = b"\n".join(cuts)
        try:
            cells = self._parse(body)
        except pa.ArrowInvalid:
            cells = None
        return cells if cells is not None and cells.num_rows == good.size else self._parse_slowly(records, good)

    def _parse_slowly(self, records: Records, good: Whole) -> pa.Table:
        nulls = {str(word) for word in self.file.contract.format.get("null_words", ())} | {""}
        wanted = [place for place in self.header.places if place is not None]
        columns: dict[int, list[str | None]] = {place: [] for place in wanted}
        for record in good.tolist():
            text = self.data[int(records.starts[record]) : int(records.ends[record])].decode()
            values = next(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter))
            for place in wanted:
                columns[place].append(None if values[place] in nulls else values[place])
        return pa.table({f"c{place}": pa.array(values, pa.string()) for place, values in columns.items()})

    def _result(self, cells: pa.Table, lines: Whole, places: Whole | None, bad: list[BadRow]) -> TableRows:
        columns = [
            pa.nulls(cells.num_rows, pa.string()) if place is None else cells.column(f"c{place}")
            for place in self.header.places
        ]

        def originals(positions: Sequence[int]) -> list[str]:
            at = positions if places is None else places[np.asarray(positions, dtype=np.int64)].tolist()
            return [self._text(self.records, place) for place in at]

        table = self.header.table
        return TableRows(
            table=table,
            cells=pa.table(columns, names=list(table.columns)),
            rows=pa.array(lines),
            originals=originals,
            bad=bad,
            missing_columns=self.header.missing_columns,
            ignored_columns=self.header.ignored_columns,
        )

    def _text(self, records: Records, place: int) -> str:
        return self.data[int(records.starts[place]) : int(records.ends[place])].decode(errors="replace")
