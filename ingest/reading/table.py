"""One table of one file on its way: good rows and broken ones, written as they come, counted, and compared at the
end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa

from area.paths import AreaPaths
from ingest.contract.layouts import short_heading
from ingest.contract.model import Table
from ingest.formats import BadRow, TableRows
from ingest.landing.delivery import TableBalance
from ingest.quarantine.fixes import LONGEST_ORIGINAL
from ingest.reading.key_checks import KeyChecks, Whole
from ingest.reading.outputs import QUARANTINE, Origin, ParquetPart, read_schema, with_origin
from ingest.reading.row_checks import RowChecks

KEY_CONFLICT = "KEY_CONFLICT"
MOST_IGNORED = 500  # headings or elements of a file that are kept on record


def parquet_of(folder: Path, feed: str, table: str, file_hash: str) -> Path:
    """Where the rows of one file and table are, below `read/` or `quarantine/`."""
    return folder / f"{feed}/{table}/{file_hash}.parquet"


class TableReading:
    """Takes in the batches of one table. Nothing of it is in place before `publish`."""

    def __init__(self, table: Table, origin: Origin, paths: AreaPaths) -> None:
        self.table, self._origin, self._paths = table, origin, paths
        self._checks = RowChecks(table)
        self._good = ParquetPart(self._place(paths.read), read_schema(table.columns), root=paths.root)
        self._bad: ParquetPart | None = None
        self._held: list[int] = []  # rows written of each batch
        self._read = self._duplicates = 0
        self._missing: tuple[str, ...] = ()
        self._ignored: dict[str, None] = {}
        self._passed_over: tuple[str, ...] = ()
        self.reasons: Counter[str] = Counter()
        self.fields: Counter[str] = Counter()

    def _place(self, folder: Path) -> Path:
        return parquet_of(folder, self._origin.feed, self.table.name, self._origin.file_hash)

    @property
    def balance(self) -> TableBalance:
        """What became of the rows so far. Counted apart: `read` as rows come in, the others as they are written."""
        quarantined = self._bad.rows if self._bad else 0
        return TableBalance(
            self._read,
            self._good.rows,
            quarantined,
            self._duplicates,
            dict(sorted(self.reasons.items())),
            layout_year=self.table.year,
            missing_columns=self._missing,
            ignored_columns=tuple(self._ignored)[:MOST_IGNORED],
            passed_over=self._passed_over,
        )

    def take(self, batch: TableRows) -> None:
        """Hold the rows of a batch against the contract and write them, good and bad."""
        self._read += batch.cells.num_rows + len(batch.bad)
        self._missing = self._missing or batch.missing_columns
        self._passed_over = self._passed_over or batch.passed_over
        if len(self._ignored) < MOST_IGNORED:
            self._ignored |= dict.fromkeys(map(short_heading, batch.ignored_columns))
        broken = self._checks.broken(batch.cells)
        held = np.flatnonzero(broken.code == 0)
        whole = held.size == batch.cells.num_rows
        numbers = batch.rows.to_numpy(zero_copy_only=False)
        cells = batch.cells if whole else batch.cells.take(pa.array(held))
        self._good.add(with_origin(cells, numbers if whole else numbers[held], self._origin))
        self._held.append(int(held.size))
        self._set_aside((bad, None) for bad in batch.bad)
        if not whole:
            places = np.flatnonzero(broken.code)
            why = [broken.reasons[code - 1] for code in broken.code[places].tolist()]
            self._set_aside(_bad_rows(batch, places, why))

    def compare(self, keys: KeyChecks, again: Iterator[TableRows]) -> None:
        """Look for repeats and contradictions among the good rows; `again` is all of the file once more."""
        self._good.close()
        duplicates, conflicts = keys.repeats(self.table, self._good.part, self._good.rows)
        if not duplicates.size + conflicts.size:
            return
        self._duplicates = int(duplicates.size)
        self._keep_without(np.union1d(duplicates, conflicts))
        if conflicts.size:
            self._set_aside_conflicts(conflicts, again)

    def _keep_without(self, places: Whole) -> None:
        """Write the good rows once more, without those at the places."""
        before = self._good
        self._good = ParquetPart(
            before.path, read_schema(self.table.columns), root=self._paths.root, suffix=".different"
        )
        start = 0
        try:
            for group in before.batches():
                keep = np.ones(group.num_rows, dtype=bool)
                keep[places[slice(*np.searchsorted(places, (start, start + group.num_rows)))] - start] = False
                self._good.add(group.filter(pa.array(keep)))
                start += group.num_rows
        finally:
            before.discard()

    def _set_aside_conflicts(self, conflicts: Whole, again: Iterator[TableRows]) -> None:
        mine = (batch for batch in again if batch.table.name == self.table.name)
        start = 0
        why = (KEY_CONFLICT, ",".join(self.table.key))
        for batch, held in zip(mine, self._held, strict=True):
            here = conflicts[slice(*np.searchsorted(conflicts, (start, start + held)))] - start
            if here.size:
                places = np.flatnonzero(self._checks.broken(batch.cells).code == 0)[here]
                self._set_aside(_bad_rows(batch, places, [why] * here.size))
            start += held

    def _set_aside(self, found: Iterable[tuple[BadRow, str | None]]) -> None:
        rows = sorted(found, key=lambda each: each[0].row)
        if not rows:
            return
        if self._bad is None:
            self._bad = ParquetPart(self._place(self._paths.quarantine), QUARANTINE, root=self._paths.root)
        self.reasons.update(bad.reason for bad, _ in rows)
        self.fields.update(bad.field or "the whole row" for bad, _ in rows)
        self._bad.add(_quarantine(rows, self.table.name, self._origin))

    def close(self) -> None:
        """Finish both files."""
        for part in (self._good, self._bad):
            if part is not None:
                part.close()

    def publish(self) -> None:
        """Put both files in their places. A quarantine file of an earlier reading goes when there is none now."""
        self._good.publish()
        if self._bad is not None:
            self._bad.publish()
        else:
            self._place(self._paths.quarantine).unlink(missing_ok=True)

    def discard(self) -> None:
        """Leave nothing of what has not been published."""
        for part in (self._good, self._bad):
            if part is not None:
                part.discard()


def _bad_rows(batch: TableRows, places: Whole, why: Sequence[tuple[str, str]]) -> Iterator[tuple[BadRow, str]]:
    """Rows of a batch that are to be held back, each with its cells as JSON."""
    at = pa.array(places, pa.int64())
    texts = batch.originals(places.tolist())
    rows, numbers = batch.cells.take(at).to_pylist(), batch.rows.take(at).to_pylist()
    for number, (reason, field), text, row in zip(numbers, why, texts, rows, strict=True):
        yield BadRow(number, reason, field, text), orjson.dumps(row).decode()


def _quarantine(rows: Sequence[tuple[BadRow, str | None]], table: str, origin: Origin) -> pa.Table:
    count = len(rows)
    return pa.table(
        {
            "_file_hash": [origin.file_hash] * count,
            "_file_name": [origin.file_name] * count,
            "_row": [bad.row for bad, _ in rows],
            "_feed": [origin.feed] * count,
            "_table": [table] * count,
            "_received_at": [origin.received_at] * count,
            "reason": [bad.reason for bad, _ in rows],
            "field": [bad.field for bad, _ in rows],
            "original_text": [bad.original_text[:LONGEST_ORIGINAL] for bad, _ in rows],
            "cells": [cells for _, cells in rows],
        },
        schema=QUARANTINE,
    )
