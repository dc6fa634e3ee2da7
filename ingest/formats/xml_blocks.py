"""Rows from the blocks of an XML return, in bounded memory. What is a row of which table a `Layout` says; a record is
read whole or not at all."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from area.errors import ContractError
from ingest.formats import SourceFile, TableRows
from ingest.formats.xml_layout import Layout
from ingest.formats.xml_piece import Piece
from ingest.formats.xml_rows import Reader
from ingest.formats.xml_survey import LONGEST_TOKEN, Survey, utf8_chunks
from ingest.formats.xml_tokens import CLOSE, OPEN, PathTable, Tokens, plain, tokens_of

PIECE = 4_000_000
DEEPEST = 100


def read_blocks(file: SourceFile, layout: Layout, found: Survey) -> Iterator[TableRows]:
    """The rows of a file that `survey` has looked at, some whole records at a time, for every table of the contract.

    `_row` is the line of the row's element or, in a file where lines do not tell rows apart, its number among the rows
    of its table. A record in which an element that is read is repeated, nested or missing so that it cannot be read
    gives bad rows only: one for each of its elements that would have been a row, under the name of the broken one. The
    names of elements nobody reads are with the table in whose rows they stand.
    Raises FileRefusedError for elements nested a hundred deep or a record beyond 10 MB, ContractError when no element
    is a row of a table.
    """
    readers = _readers(file, layout)
    paths = PathTable([layout.record_path, *(path for reader in readers for path in reader.paths)])
    counts = dict.fromkeys(readers, 0)
    owners = _owners(readers, paths)
    for tokens, line in itertools.chain(_pieces(file, paths, layout, found.encoding), [_nothing(paths)]):
        piece = Piece(tokens, paths, layout.record_path)
        piece.look_for_records_in_records()
        for reader in readers:
            reader.look_for_trouble(piece)
        unknown = sorted((owners.get(path, readers[0]).table.name, name) for path, name in piece.unknown())
        for reader in readers:
            rows, seen = reader.rows(piece, line=line if found.by_line else None, before=counts[reader])
            counts[reader] += seen
            yield replace(rows, ignored_columns=tuple(name for table, name in unknown if table == rows.table.name))


def _owners(readers: Sequence[Reader], paths: PathTable) -> dict[int, Reader]:
    """For the number of each path the first of the readers whose rows' element is the nearest around it, or is it."""
    owners: dict[int, Reader] = {}
    for path, number in paths.number.items():
        around = [reader for reader in readers if f"{path}/".startswith(f"{reader.path}/")]
        if around:
            owners[number] = max(around, key=lambda reader: len(reader.path))
    return owners


def _nothing(paths: PathTable) -> tuple[Tokens, int]:
    """A piece without a tag: so each table is handed over, be there rows of it or not."""
    return tokens_of(b"", paths, ()), 1


def _readers(file: SourceFile, layout: Layout) -> list[Reader]:
    tables = {table.name: table for table in file.contract.tables}
    known = {block.table for block in layout.blocks}
    for name in tables:
        if name not in known:
            feed, expected = file.contract.feed, f"one of {', '.join(sorted(known))}"
            raise ContractError(feed, field=f"tables.{name}", expected=expected, came="a table no element is a row of")
    return [Reader(layout, block, tables[block.table]) for block in layout.blocks if block.table in tables]


def _pieces(file: SourceFile, paths: PathTable, layout: Layout, encoding: str) -> Iterator[tuple[Tokens, int]]:
    """Pieces of whole records, each with the number of the line it begins in."""
    pending, raw, line = b"", b"", 1
    above: tuple[int, ...] = ()
    for chunk in itertools.chain(utf8_chunks(file, encoding), (b"",)):
        raw += chunk
        if chunk and len(raw) + len(pending) < PIECE:
            continue
        done, raw = plain(raw)
        pending += done
        tokens = tokens_of(pending, paths, above)
        if tokens.level.size and int(tokens.level.max()) > DEEPEST:
            file.refuse(expected=f"XML of at most {DEEPEST} levels", came="elements nested deeper")
        end = _whole_records(tokens, paths.number[layout.record_path])
        if end:
            whole = tokens.first(end)
            yield whole, line
            above = _open_after(whole, above)
            line += whole.data.count(b"\n")
            pending = tokens.data[len(whole.data) :]
        if len(pending) + len(raw) > LONGEST_TOKEN:
            file.refuse(expected="XML without giant elements", came=f"a record of more than {LONGEST_TOKEN:,} bytes")


def _whole_records(tokens: Tokens, record: int) -> int:
    """How many tags there are before the last record, if that one is not closed yet; else all."""
    starts = np.flatnonzero((tokens.path == record) & (tokens.kind == OPEN))
    if not starts.size:
        return int(tokens.kind.size)
    last = int(starts[-1])
    closed = (tokens.level[last:] == tokens.level[last]) & (tokens.kind[last:] == CLOSE)
    return int(tokens.kind.size) if closed.any() else last


def _open_after(tokens: Tokens, above: tuple[int, ...]) -> tuple[int, ...]:
    """The path numbers of the elements open at the end of a piece, outermost first."""
    level = int(tokens.level[-1]) - (tokens.kind[-1] != OPEN)
    found: list[int] = []
    for depth in range(1, level + 1):
        opened = np.flatnonzero((tokens.level == depth) & (tokens.kind == OPEN))
        found.append(int(tokens.path[opened[-1]]) if opened.size else above[depth - 1])
    return tuple(found)
