"""The rows of a piece of a CSV file that holds whole records."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from ingest.formats import BadRow, Originals, SourceFile, TableRows
from ingest.formats.csv_header import Header
from ingest.formats.csv_records import (
    MOST_BYTES,
    Records,
    Whole,
    by_counting,
    has_lone_returns,
    line_by_line,
    quotes_are_regular,
)
from ingest.formats.csv_text import line_ends

WRONG_FIELD_COUNT, TOO_LONG, BAD_ELEMENT = "WRONG_FIELD_COUNT", "TOO_LONG", "BAD_ELEMENT"
PARSED_AT_ONCE = 2 * MOST_BYTES
SHOWN_OF_ENDLESS = 100_000


class Shape:
    """What is the same for all pieces of a file: its columns, its delimiter, its words for nothing."""

    def __init__(self, file: SourceFile, header: Header, delimiter: str) -> None:
        self.delimiter, self.width = delimiter, header.width
        self._header = header
        self._names = [f"c{place}" for place in range(header.width)]
        self._wanted = [self._names[place] for place in header.places if place is not None]
        self._nulls = {str(word) for word in file.contract.format.get("null_words", ())} | {""}

    def nothing(self) -> TableRows:
        """No rows."""
        return self._result(self._no_cells(), np.empty(0, np.int64), lambda _: [], [])

    def endless(self, data: bytes, line: int) -> TableRows:
        """A line that is longer than any record, of which this is the beginning."""
        text = data[:SHOWN_OF_ENDLESS].decode(errors="replace")
        return self._result(self._no_cells(), np.empty(0, np.int64), lambda _: [], [BadRow(line, TOO_LONG, None, text)])

    def plain(self, data: bytes, line: int) -> TableRows | None:
        """Way 1 of csv_records: with regular quotes and as many rows as there are lines, each line is a record. None
        when that does not hold."""
        end = len(data)
        while end and data[end - 1] in b"\r\n":
            end -= 1
        if not end:
            return self.nothing()
        if b"\0" in data or has_lone_returns(data) or not quotes_are_regular(data, self.delimiter.encode()):
            return None
        try:
            cells = self._parse(pa.py_buffer(data).slice(0, end), quoted=b'"' in data)
        except pa.ArrowInvalid:
            return None
        count = line_ends(data[:end]) + 1
        if cells.num_rows != count:
            return None

        def originals(positions: Sequence[int]) -> list[str]:
            found = self._records(data)
            return [_text(data, found, place) for place in positions]

        return self._result(cells, np.arange(line, line + count, dtype=np.int64), originals, [])

    def _records(self, data: bytes) -> Records:
        found = by_counting(data, self.delimiter.encode(), self.width)
        return found or line_by_line(data, self.delimiter, self.width, last=True)[0]

    def rows(self, data: bytes, line: int, records: Records) -> TableRows:
        """The rows of a piece whose records have been found."""
        reasons = self._bad(data, records)
        readable = np.ones(records.starts.size, dtype=bool)
        readable[list(reasons)] = False
        good = np.flatnonzero(readable)
        bad = [
            BadRow(line + int(records.lines[place]), reason, None, _text(data, records, place))
            for place, reason in reasons.items()
        ]

        def originals(positions: Sequence[int]) -> list[str]:
            return [_text(data, records, int(good[place])) for place in positions]

        return self._result(self._parse_good(data, records, good), line + records.lines[good], originals, bad)

    def _bad(self, data: bytes, records: Records) -> dict[int, str]:
        """Places of records that cannot be read as rows, with the reason."""
        bad = dict.fromkeys(np.flatnonzero(records.fields != self.width).tolist(), WRONG_FIELD_COUNT)
        bad |= dict.fromkeys(np.flatnonzero(records.ends - records.starts > MOST_BYTES).tolist(), TOO_LONG)
        if b"\0" in data:  # a NUL byte is in no text; databases and C programs cut a value off there
            nul = np.flatnonzero(np.frombuffer(data, np.uint8) == 0)
            places = np.unique(np.searchsorted(records.starts, nul, side="right") - 1)
            for place in places[places >= 0].tolist():
                bad.setdefault(place, BAD_ELEMENT)
        return dict(sorted(bad.items()))

    def _parse(self, body: pa.Buffer | bytes, *, quoted: bool) -> pa.Table:
        if len(body) == 0 or not self._wanted:
            return self._no_cells()
        return pacsv.read_csv(
            pa.BufferReader(body),
            read_options=pacsv.ReadOptions(column_names=self._names, block_size=PARSED_AT_ONCE),
            parse_options=pacsv.ParseOptions(delimiter=self.delimiter, newlines_in_values=quoted),
            convert_options=pacsv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(self._wanted, pa.string()),
                include_columns=self._wanted,
                null_values=sorted(self._nulls),
                strings_can_be_null=True,
            ),
        )

    def _parse_good(self, data: bytes, records: Records, good: Whole) -> pa.Table:
        """The good records, cut out in runs. Should the fast parser see them otherwise than csv does, csv decides."""
        if good.size == records.starts.size and good.size:
            body = data[int(records.starts[0]) : int(records.ends[-1])]
        else:
            runs = np.split(good, np.flatnonzero(np.diff(good) > 1) + 1) if good.size else []
            body = b"\n".join(data[int(records.starts[run[0]]) : int(records.ends[run[-1]])] for run in runs)
        try:
            cells = self._parse(body, quoted=b'"' in body)
        except pa.ArrowInvalid:
            cells = None
        return cells if cells is not None and cells.num_rows == good.size else self._parse_slowly(data, records, good)

    def _parse_slowly(self, data: bytes, records: Records, good: Whole) -> pa.Table:
        wanted = [place for place in self._header.places if place is not None]
        columns: dict[int, list[str | None]] = {place: [] for place in wanted}
        for record in good.tolist():
            text = data[int(records.starts[record]) : int(records.ends[record])].decode()
            values = next(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter))
            for place in wanted:
                columns[place].append(None if values[place] in self._nulls else values[place])
        return pa.table({self._names[place]: pa.array(values, pa.string()) for place, values in columns.items()})

    def _no_cells(self) -> pa.Table:
        return pa.table({name: pa.array([], pa.string()) for name in self._wanted})

    def _result(self, cells: pa.Table, lines: Whole, originals: Originals, bad: list[BadRow]) -> TableRows:
        columns = [
            pa.nulls(cells.num_rows, pa.string()) if place is None else cells.column(self._names[place])
            for place in self._header.places
        ]
        table = self._header.table
        whole = pa.table(columns, names=list(table.columns))
        missing, ignored = self._header.missing_columns, self._header.ignored_columns
        return TableRows(table, whole, pa.array(lines), originals, bad, missing, ignored)


def _text(data: bytes, records: Records, place: int) -> str:
    return data[int(records.starts[place]) : int(records.ends[place])].decode(errors="replace")
