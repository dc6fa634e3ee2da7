"""A supplier's CSV export, read through a council's mapping as the tables of a feed.

Landing keeps the export as it came; what is loaded is in the feed's own layout, so that nothing after this knows the
supplier. A quarantined row's original text is the supplier's line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract.layouts import year_said
from ingest.contract.model import Contract, Field, Table
from ingest.formats import SourceFile, TableRows, csv_table, format_of
from ingest.mapping.file import plain_word
from ingest.mapping.model import Joined, Part, SupplierFile, TableMapping
from ingest.reading.row_checks import date_reader

Cells: TypeAlias = Any
"""One column of text (pyarrow)."""
Column = Callable[[str], Cells]
"""The supplier's column of a heading."""


def read(file: SourceFile) -> Iterator[TableRows]:
    """The rows of each table that is mapped from the file, a batch of the supplier's lines at a time. A file that the
    mapping does not name is in the feed's own layout.

    `_row` is the line of the export. A line that is no record counts for the first of the tables. Raises
    FileRefusedError when a heading that the mapping uses is not there, and what the feed's own format raises.
    """
    mapping = file.contract.mapping
    theirs = mapping.file_of(file.name) if mapping is not None else None
    if theirs is None:
        own = replace(file.contract, mapping=None)
        yield from format_of(own)(replace(file, contract=own))
        return
    ours = {table.name: table for table in file.contract.tables_of_year(year_said(file.name))}
    mapped = [MappedTable(each, ours[each.table]) for each in theirs.tables if each.table in ours]
    for batch in csv_table.read(replace(file, contract=supplier_contract(file.contract, theirs))):
        for number, each in enumerate(mapped):
            yield each.rows(batch, first=number == 0)


def supplier_contract(contract: Contract, theirs: SupplierFile) -> Contract:
    """The supplier's file as a contract of its own: one table of text with a field for each heading that is used."""
    fields = tuple(Field(heading, heading, "text") for heading in theirs.headings)
    said = {"encoding": theirs.encoding, "delimiter": theirs.delimiter, "null_words": list(theirs.null_words)}
    return replace(
        contract,
        mapping=None,
        layouts={},
        format={"kind": "csv", "extra_columns": "ignore", **said},
        tables=(Table(name=theirs.name, key=(), fields=fields),),
    )


class MappedTable:
    """One table of ours, over all batches of a file of theirs."""

    def __init__(self, mapping: TableMapping, table: Table) -> None:
        self._mapping, self._table = mapping, table
        self._seen: set[bytes] = set()

    def rows(self, batch: TableRows, *, first: bool) -> TableRows:
        """The rows of this table in a batch of the supplier's lines; the `first` table has the lines that are none."""
        cells = pa.table({each.name: self._cells(each, batch.cells) for each in self._table.fields})
        kept = self._kept(cells, batch.cells)
        missing = tuple(name for name in self._table.columns if name not in self._mapping.fields)
        positions = pa.array(kept)

        def originals(places: Sequence[int]) -> list[str]:
            return batch.originals([int(kept[place]) for place in places])

        return TableRows(
            table=self._table,
            cells=cells.take(positions),
            rows=batch.rows.take(positions),
            originals=originals,
            bad=batch.bad if first else [],
            missing_columns=missing,
            ignored_columns=batch.ignored_columns if first else (),
        )

    def _kept(self, ours: pa.Table, theirs: pa.Table) -> np.ndarray:
        """Places of the lines that hold a row of this table, where `distinct` the first of each."""
        keep = np.ones(ours.num_rows, dtype=bool)
        for heading in self._mapping.only_with:
            keep &= np.asarray(pc.is_valid(theirs.column(heading)).to_numpy())
        places = np.flatnonzero(keep)
        if not self._mapping.distinct:
            return places
        columns = [column.to_pylist() for column in ours.columns]
        return np.array([place for place in places if self._is_new([each[place] for each in columns])], dtype=np.int64)

    def _is_new(self, row: list[str | None]) -> bool:
        digest = hashlib.blake2b(repr(row).encode(errors="surrogatepass"), digest_size=16).digest()
        if digest in self._seen:
            return False
        self._seen.add(digest)
        return True

    def _cells(self, field: Field, theirs: pa.Table) -> Cells:
        mapping, name = self._mapping, field.name

        def column(heading: str) -> Cells:
            return theirs.column(heading).combine_chunks()

        if name in mapping.columns:
            values = column(mapping.columns[name])
        elif name in mapping.split:
            values = _part(column, mapping.split[name])
        elif name in mapping.join:
            values = _joined(column, mapping.join[name])
        else:
            values = pa.array([mapping.constants.get(name)] * theirs.num_rows, pa.string())
        if name in mapping.dates:
            values = by_value(values, _date(mapping.dates[name], field.date_format or "%Y-%m-%d"))
        if name in mapping.codes:
            codes = mapping.codes[name]
            values = by_value(values, lambda word: codes.get(plain_word(word), word))
        return values


def by_value(column: Cells, change: Callable[[str], str | None]) -> Cells:
    """Every value of a column changed; each distinct one is looked at once."""
    encoded = column.dictionary_encode()
    changed = pa.array([change(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return changed.take(encoded.indices)


def _part(column: Column, part: Part) -> Cells:
    def take(text: str) -> str | None:
        pieces = text.split(part.at)
        return pieces[part.number - 1].strip() or None if part.number <= len(pieces) else None

    return by_value(column(part.column), take)


def _joined(column: Column, joined: Joined) -> Cells:
    together = pc.binary_join_element_wise(*map(column, joined.columns), joined.between, null_handling="skip")
    return by_value(together, lambda text: text or None)


def _date(theirs: str, ours: str) -> Callable[[str], str | None]:
    read_date = date_reader(theirs)

    def change(text: str) -> str:
        day = read_date(text.strip())
        return text if day is None else day.strftime(ours)

    return change
