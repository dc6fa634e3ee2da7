"""One landed file into loaded, quarantined and duplicate rows, with the balance of the three, in bounded memory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from area.errors import BalanceError
from area.paths import AreaPaths
from ingest.formats import SourceFile, format_of
from ingest.landing.delivery import TableBalance
from ingest.quarantine.fixes import NO_FIXES, FileFixes
from ingest.quarantine.lay_over import lay_over, with_fixed
from ingest.reading.key_checks import KeyChecks
from ingest.reading.outputs import Origin
from ingest.reading.table import TableReading, parquet_of

__all__ = ["parquet_of", "read_file"]

# From this many rows on, a file of which no row at all holds to the contract is another layout, not a file of bad rows.
ENOUGH_TO_JUDGE = 10


def read_file(
    file: SourceFile, origin: Origin, paths: AreaPaths, fixes: FileFixes = NO_FIXES
) -> dict[str, TableBalance]:
    """Read a landed file, with what people have said of its rows laid over, and write `read/` and `quarantine/`.
    Returns the balance of each of its tables.

    Files are put in place when all tables of the file have been read, compared and counted, and not before. Raises
    FileRefusedError (nothing is left behind), NotAskedForError, or BalanceError when rows were lost (a fault of ours).
    """
    tables: dict[str, TableReading] = {}
    read = format_of(file.contract)
    laid: Counter[str] = Counter()
    try:
        for batch in lay_over(read(file), fixes, laid):
            if batch.table.name not in tables:
                tables[batch.table.name] = TableReading(batch.table, origin, paths)
            tables[batch.table.name].take(batch)
        with KeyChecks(paths.read / origin.feed) as keys:
            for table in tables.values():
                table.compare(keys, lay_over(read(file), fixes, Counter()))
                _check_plausible(file, table)
                _check_balance(file, table.balance)
                table.close()
        for table in tables.values():
            table.publish()
    finally:
        for table in tables.values():
            table.discard()
    balances = {name: table.balance for name, table in tables.items()}
    return with_fixed(balances, laid, fixes, lambda name: _quarantine_file(paths, origin, name))


def _quarantine_file(paths: AreaPaths, origin: Origin, table: str) -> Path:
    return parquet_of(paths.quarantine, origin.feed, table, origin.file_hash)


def _check_plausible(file: SourceFile, reading: TableReading) -> None:
    balance, table = reading.balance, reading.table
    least = table.min_rows
    if balance.read < least:
        file.refuse(expected=f"at least {least} row(s) of {table.name}", came=f"{balance.read}")
    if balance.loaded < least or (balance.read >= ENOUGH_TO_JUDGE and balance.loaded == 0):
        worst = _commonest(reading.reasons, "no reason")
        field = _commonest(reading.fields, "none")
        file.refuse(
            expected=f"rows of {table.name} that hold to the contract",
            came=f"{balance.read} of which none does (mostly {worst} in {field})",
        )


def _commonest(counted: Counter[str], otherwise: str) -> str:
    found = counted.most_common(1)
    return found[0][0] if found else otherwise


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
