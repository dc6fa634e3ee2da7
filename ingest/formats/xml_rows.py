"""The rows of one table from one piece of an XML return, column by column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract.model import Field, Table
from ingest.formats import BadRow, TableRows
from ingest.formats.xml_layout import Block, Layout
from ingest.formats.xml_piece import Piece
from ingest.formats.xml_tokens import Whole

BAD_ELEMENT = "BAD_ELEMENT"


class Reader:
    """Reads the rows of one block. `path` is that of the rows' element, from the root down."""

    def __init__(self, layout: Layout, block: Block, table: Table) -> None:
        self.table, self._block, self._record = table, block, layout.record_path
        self.path = self._full(block.path)
        self._values = {field.name: self._where(field) for field in table.fields}
        self._numbers = {name: self._full(path) for name, path in block.numbers.items()}
        self._singles = [f"{self.path}/{name}" for name in block.inside]
        self._needed = [self._full(name) for name in layout.needed]

    @property
    def paths(self) -> list[str]:
        """All paths it asks for, from the root down."""
        leaves = [path for paths in self._values.values() for path in paths]
        return [self.path, *self._singles, *self._needed, *self._numbers.values(), *leaves]

    def _full(self, path: str) -> str:
        return f"{self._record}/{path}" if path else self._record

    def _where(self, field: Field) -> list[str]:
        """The paths a field's value may stand at, the likeliest first."""
        block = self._block
        if field.name in block.numbers:
            return []
        if field.name == block.own_text:
            return [self.path]
        if field.name in block.above:
            return [self._full(block.above[field.name])]
        places = (self.path, *(f"{self.path}/{name}" for name in block.inside))
        return [f"{place}/{name}" for name in (field.source, *field.also) for place in places]

    def _shared_level(self, path: str) -> int:
        """The depth of the innermost element around (or equal to) both a row's element and its value's at `path`."""
        row = self.path.split("/")
        if path == self.path:
            return len(row)
        steps = list(zip(row, path.split("/")[:-1], strict=False))
        return next((level for level, (ours, theirs) in enumerate(steps) if ours != theirs), len(steps))

    def look_for_trouble(self, piece: Piece) -> None:
        """Have the piece find the records in which this table's elements are repeated, nested or missing."""
        for path in self._needed:
            piece.look_for_missing(path)
        for path in self._singles:
            piece.look_for_repeats(path, self.path.count("/") + 1)
        for path in dict.fromkeys(path for paths in self._values.values() for path in paths):
            piece.look_for_nested(path)
            if path != self.path:
                piece.look_for_repeats(path, self._shared_level(path))

    def rows(self, piece: Piece, *, line: int | None, before: int) -> tuple[TableRows, int]:
        """The rows of a piece, and how many elements would be rows. `line` is the one the piece begins in, None when
        rows are numbered; `before` is how many came before."""
        places = piece.at(self.path)
        numbers = np.arange(before + 1, before + places.size + 1)
        if line is not None:
            numbers = line + piece.tokens.line(places)
        bad: list[BadRow] = []
        kept = places
        if piece.broken:
            records = piece.around(places, piece.record_level)
            broken = np.isin(records, list(piece.broken))
            each = zip(places[broken].tolist(), numbers[broken].tolist(), records[broken].tolist(), strict=True)
            bad = [self._bad(piece, place, number, record, line) for place, number, record in each]
            kept, numbers = places[~broken], numbers[~broken]
        columns = [self._column(piece, field, kept) for field in self.table.fields]
        cells = pa.table(columns, names=list(self.table.columns))

        def originals(positions: Sequence[int]) -> list[str]:
            return [piece.tokens.source(int(kept[position])) for position in positions]

        return TableRows(self.table, cells, pa.array(numbers, pa.int64()), originals, bad), int(places.size)

    def _bad(self, piece: Piece, place: int, number: int, record: int, line: int | None) -> BadRow:
        """A row of a record that cannot be read. The record's own is under the line of what breaks it."""
        by, name = piece.broken_by(record)
        if line is not None and place == record:
            number = line + int(piece.tokens.line(np.array([by]))[0])
        return BadRow(number, BAD_ELEMENT, name, piece.tokens.source(place))

    def _column(self, piece: Piece, field: Field, rows: Whole) -> pa.Array:
        if field.name in self._numbers:
            return pa.array(piece.number_within(self._numbers[field.name], rows), pa.int64()).cast(pa.string())
        found = (piece.values(path, self._shared_level(path), rows) for path in self._values[field.name])
        columns = [column for column in found if column is not None]
        if not columns:
            return pa.nulls(rows.size, pa.string())
        return columns[0] if len(columns) == 1 else pc.coalesce(*columns)
