"""One landed file into loaded, quarantined and duplicate rows, with the balance of the three."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from area.errors import BalanceError
from area.paths import AreaPaths
from ingest.delivery import TableBalance
from ingest.formats import BadRow, SourceFile, TableRows, format_of
from ingest.key_checks import check_keys
from ingest.outputs import QUARANTINE, Origin, with_origin, write_parquet
from ingest.row_checks import check_rows

KEY_CONFLICT = "KEY_CONFLICT"
# From this many rows on, a file of which no row at all holds to the contract is another layout, not a file of bad rows.
ENOUGH_TO_JUDGE = 10
LONGEST_ORIGINAL = 65_536


@dataclass(frozen=True)
class _Sorted:
    rows: TableRows
    good: np.ndarray
    duplicates: int
    quarantined: list[BadRow]

    @property
    def balance(self) -> TableBalance:
        reasons = Counter(bad.reason for bad in self.quarantined)
        read = self.rows.cells.num_rows + len(self.rows.bad)
        return TableBalance(
            read,
            int(self.good.size),
            len(self.quarantined),
            self.duplicates,
            dict(sorted(reasons.items())),
            layout_year=self.rows.table.year,
            missing_columns=self.rows.missing_columns,
            ignored_columns=self.rows.ignored_columns,
        )


def read_file(file: SourceFile, origin: Origin, paths: AreaPaths) -> dict[str, TableBalance]:
    """Read a landed file and write `read/` and `quarantine/`. Returns the balance of each of its tables.

    Raises FileRefusedError (nothing is written), NotAskedForError, or BalanceError when rows were lost (a fault of
    ours).
    """
    tables = [_sort(rows) for rows in format_of(file.contract)(file)]
    for table in tables:
        _check_plausible(file, table)
        _check_balance(file, table.balance)
    for table in tables:
        _write(table, origin, paths)
    return {table.rows.table.name: table.balance for table in tables}


def parquet_of(folder: Path, feed: str, table: str, file_hash: str) -> Path:
    """Where the rows of one file and table are, below `read/` or `quarantine/`."""
    return folder / feed / table / f"{file_hash}.parquet"


def _sort(rows: TableRows) -> _Sorted:
    broken = check_rows(rows.table, rows.cells)
    held = np.flatnonzero(broken.code == 0)
    candidates = rows.cells if held.size == rows.cells.num_rows else rows.cells.filter(pa.array(broken.code == 0))
    duplicates, conflicts = check_keys(rows.table, candidates)
    good = np.delete(held, np.concatenate((duplicates, conflicts))) if duplicates.size + conflicts.size else held
    found = {int(place): broken.reasons[broken.code[place] - 1] for place in np.flatnonzero(broken.code)}
    found |= {int(held[place]): (KEY_CONFLICT, ",".join(rows.table.key)) for place in conflicts}
    places = sorted(found)
    numbers = rows.rows.take(pa.array(places, pa.int64())).to_pylist() if places else []
    originals = rows.originals(places) if places else []
    quarantined = [
        BadRow(number, found[place][0], found[place][1], original[:LONGEST_ORIGINAL])
        for place, number, original in zip(places, numbers, originals, strict=True)
    ]
    quarantined += [BadRow(bad.row, bad.reason, bad.field, bad.original_text[:LONGEST_ORIGINAL]) for bad in rows.bad]
    return _Sorted(rows, good, int(duplicates.size), sorted(quarantined, key=lambda bad: bad.row))


def _check_plausible(file: SourceFile, table: _Sorted) -> None:
    balance, name = table.balance, table.rows.table.name
    least = table.rows.table.min_rows
    if balance.read < least:
        file.refuse(expected=f"at least {least} row(s) of {name}", came=f"{balance.read}")
    if balance.loaded < least or (balance.read >= ENOUGH_TO_JUDGE and balance.loaded == 0):
        worst = max(balance.reasons, key=lambda reason: balance.reasons[reason], default="no reason")
        fields = Counter(bad.field or "the whole row" for bad in table.quarantined)
        field = fields.most_common(1)[0][0] if fields else "none"
        file.refuse(
            expected=f"rows of {name} that hold to the contract",
            came=f"{balance.read} of which none does (mostly {worst} in {field})",
        )


def _check_balance(file: SourceFile, balance: TableBalance) -> None:
    if balance.read != balance.loaded + balance.quarantined + balance.duplicate:
        raise BalanceError(
            file.contract.feed,
            file.name,
            read=balance.read,
            loaded=balance.loaded,
            quarantined=balance.quarantined,
            duplicate=balance.duplicate,
        )


def _write(table: _Sorted, origin: Origin, paths: AreaPaths) -> None:
    rows, name = table.rows, table.rows.table.name
    whole = table.good.size == rows.cells.num_rows
    kept = np.zeros(rows.cells.num_rows, dtype=bool)
    kept[table.good] = True
    cells = rows.cells if whole else rows.cells.filter(pa.array(kept))
    numbers = rows.rows.to_numpy() if whole else rows.rows.to_numpy()[table.good]
    target = parquet_of(paths.read, origin.feed, name, origin.file_hash)
    write_parquet(with_origin(cells, numbers, origin), target, root=paths.root)
    held_back = parquet_of(paths.quarantine, origin.feed, name, origin.file_hash)
    if table.quarantined:
        write_parquet(_quarantine(table.quarantined, name, origin), held_back, root=paths.root)
    else:
        held_back.unlink(missing_ok=True)


def _quarantine(bad: list[BadRow], table: str, origin: Origin) -> pa.Table:
    count = len(bad)
    return pa.table(
        {
            "_file_hash": [origin.file_hash] * count,
            "_file_name": [origin.file_name] * count,
            "_row": [row.row for row in bad],
            "_feed": [origin.feed] * count,
            "_table": [table] * count,
            "_received_at": [origin.received_at] * count,
            "reason": [row.reason for row in bad],
            "field": [row.field for row in bad],
            "original_text": [row.original_text for row in bad],
        },
        schema=QUARANTINE,
    )
