"""Parquet files into columns of text: what a database query was brought as, or what somebody exported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.formats import SourceFile, TableRows
from ingest.formats.csv_header import Header, bind_header
from ingest.formats.exact_text import NotTextError, exact_texts
from ingest.formats.row_text import rows_as_json

BATCH = 50_000  # rows
LARGEST_ROW_GROUP = 512 * 1024**2  # bytes, unpacked; more than that at once is no extract
# What a damaged file makes pyarrow raise, beside its own errors.
UNREADABLE = (pa.ArrowException, OSError, ValueError, KeyError, NotImplementedError, OverflowError)


def read(file: SourceFile) -> Iterator[TableRows]:
    """The one table of a Parquet file, batch by batch; every value as exact text (`ingest/formats/exact_text.py`).

    `_row` is the number of the row in the file, from 1. Raises FileRefusedError for what is no Parquet file, other
    columns, values that have no exact text (bytes, lists) or row groups too large to unpack.
    """
    try:
        with pq.ParquetFile(file.path, page_checksum_verification=True) as source:
            _check(file, source)
            names = source.schema_arrow.names
            header = bind_header(file, names)
            yield from _batches(source, header)
    except NotTextError as error:
        file.refuse(expected="text, numbers, dates or booleans", came=f"a column of {error.kind}")
    except UNREADABLE:
        file.refuse(expected="a whole Parquet file", came="one that cannot be read to its end")


def _check(file: SourceFile, source: pq.ParquetFile) -> None:
    metadata = source.metadata
    if any(metadata.row_group(place).total_byte_size > LARGEST_ROW_GROUP for place in range(metadata.num_row_groups)):
        file.refuse(expected=f"row groups of at most {LARGEST_ROW_GROUP} bytes", came="a larger one")
    if any(pa.types.is_nested(kind) for kind in source.schema_arrow.types):
        file.refuse(expected="columns of single values", came="a column of lists or records")


def _batches(source: pq.ParquetFile, header: Header) -> Iterator[TableRows]:
    names = source.schema_arrow.names
    wanted = [names[place] for place in header.places if place is not None]
    first, some = 1, False
    for batch in source.iter_batches(batch_size=BATCH, columns=wanted):
        batch.validate(full=True)  # pyarrow takes what a damaged file has for text
        if batch.num_rows or not some:
            yield _rows(header, names, pa.table(batch), first)
            first, some = first + batch.num_rows, True
    if not some:
        yield _rows(header, names, source.schema_arrow.empty_table(), first)


def _rows(header: Header, names: Sequence[str], found: pa.Table, first: int) -> TableRows:
    table = header.table
    columns = [
        pa.nulls(found.num_rows, pa.string()) if place is None else _text(found.column(names[place]), field.kind)
        for field, place in zip(table.fields, header.places, strict=True)
    ]
    cells = pa.table(columns, names=list(table.columns))
    rows = pa.array(np.arange(first, first + found.num_rows, dtype=np.int64))
    return TableRows(
        table,
        cells,
        rows,
        rows_as_json(cells),
        missing_columns=header.missing_columns,
        ignored_columns=header.ignored_columns,
    )


def _text(column: pa.ChunkedArray, kind: str) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_integer(column.type):
        text = column.cast(pa.string())
    else:
        text = pa.array(exact_texts(column.to_pylist(), dates=kind == "date"), pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)  # empty is missing, as in every format
