"""Lays fixes over what a format has read, before it is held against the contract. A pure step on the stream of batches.

A fixed row goes on under its own row number with the cells that were set; a dismissed row joins those that cannot be
read. Both are found by row number and original text, so that nothing is laid over a row it was not said of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.formats import BadRow, TableRows
from ingest.landing.delivery import DISMISSED, TableBalance
from ingest.quarantine.fixes import DISMISS, FIX, Entry, FileFixes, Place, text_hash


def lay_over(batches: Iterable[TableRows], fixes: FileFixes, laid: Counter[str]) -> Iterator[TableRows]:
    """The batches with the fixes in them; adds the number of rows fixed by table to `laid`."""
    for batch in batches:
        entries = fixes.of(batch.table.name)
        yield _laid(batch, entries, laid) if entries else batch


def with_fixed(
    balances: Mapping[str, TableBalance], laid: Counter[str], fixes: FileFixes, held_back: Callable[[str], Path]
) -> dict[str, TableBalance]:
    """The balances with the rows counted that a fix was laid over, less those that are in `held_back(table)` still."""
    fixed = {table: number - _still_held(held_back(table), fixes.of(table)) for table, number in laid.items()}
    return {table: replace(balance, fixed=fixed.get(table, 0)) for table, balance in balances.items()}


def _still_held(file: Path, entries: Mapping[Place, Entry]) -> int:
    if not file.exists():
        return 0
    held = pq.read_table(file, columns=["_row", "original_text"]).to_pydict()
    places = zip(held["_row"], map(text_hash, held["original_text"]), strict=True)
    return sum((entry := entries.get(place)) is not None and entry.action == FIX for place in places)


def _laid(batch: TableRows, entries: Mapping[Place, Entry], laid: Counter[str]) -> TableRows:
    numbers = batch.rows.to_numpy()
    places = np.flatnonzero(np.isin(numbers, [row for row, _ in entries])).tolist()
    found = dict(zip(places, batch.originals(places) if places else [], strict=True))
    said = {
        place: entry
        for place, text in found.items()
        if (entry := entries.get((int(numbers[place]), text_hash(text)))) is not None
    }
    said_of_bad = {
        number: entry
        for number, bad in enumerate(batch.bad)
        if (entry := entries.get((bad.row, text_hash(bad.original_text)))) is not None
    }
    if not said and not said_of_bad:
        return batch
    laid[batch.table.name] += sum(entry.action == FIX for entry in (*said.values(), *said_of_bad.values()))
    cells = _with_cells(batch.cells, {place: entry for place, entry in said.items() if entry.action == FIX})
    dismissed = [place for place, entry in said.items() if entry.action == DISMISS]
    raised = [number for number, entry in said_of_bad.items() if entry.action == FIX]
    columns = cells.column_names
    more = [{name: said_of_bad[number].cells.get(name) for name in columns} for number in raised]
    rows = [*numbers.tolist(), *(batch.bad[number].row for number in raised)]
    # A row that can be read now takes its place among the others.
    kept = np.delete(np.arange(len(rows)), dismissed)
    order = kept[np.argsort(np.asarray(rows, np.int64)[kept], kind="stable")] if raised else kept
    whole = pa.concat_tables([cells, pa.Table.from_pylist(more, schema=cells.schema)]) if raised else cells

    def originals(positions: Sequence[int]) -> list[str]:
        at = [int(order[position]) for position in positions]
        before = iter(batch.originals([place for place in at if place < len(numbers)]))
        return [
            next(before) if place < len(numbers) else batch.bad[raised[place - len(numbers)]].original_text
            for place in at
        ]

    bad = [
        replace(row, reason=DISMISSED, field=None) if number in said_of_bad else row
        for number, row in enumerate(batch.bad)
        if number not in raised
    ]
    bad += [BadRow(int(numbers[place]), DISMISSED, None, found[place]) for place in dismissed]
    return replace(
        batch,
        cells=whole.take(pa.array(order, pa.int64())),
        rows=pa.array(np.asarray(rows, np.int64)[order]),
        originals=originals,
        bad=sorted(bad, key=lambda row: row.row),
    )


def _with_cells(cells: pa.Table, said: Mapping[int, Entry]) -> pa.Table:
    for place, name in enumerate(cells.column_names):
        values = {at: entry.cells[name] for at, entry in said.items() if name in entry.cells}
        if values:
            column = cells.column(name).to_pylist()
            for at, value in values.items():
                column[at] = value
            cells = cells.set_column(place, name, pa.array(column, pa.string()))
    return cells
